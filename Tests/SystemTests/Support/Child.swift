import Foundation

/// The real binary as a child process; what it writes goes to files.
final class Child {
    /// Built together with the tests, and so beside them.
    static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "ordersync").path

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private let folder: String
    private let name: String

    /// - Parameter shell: commands that a shell runs before it becomes the binary.
    init(
        _ arguments: [String], folder: String, name: String, shell: String? = nil
    ) throws {
        self.folder = folder
        self.name = name
        if let shell {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments =
                ["-c", "\(shell); exec \"$0\" \"$@\"", Self.binary] + arguments
        } else {
            process.executableURL = URL(filePath: Self.binary)
            process.arguments = arguments
        }
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file("\(folder)/\(name).out")
        process.standardError = try Self.file("\(folder)/\(name).err")
        try process.run()
    }

    private static func file(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    var identifier: Int32 { process.processIdentifier }
    var output: String { text("out") }
    var errors: String { text("err") }

    private func text(_ kind: String) -> String {
        let data = FileManager.default.contents(atPath: "\(folder)/\(name).\(kind)") ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    func signal(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// Ends it as a power cut does.
    func killNow() {
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// The exit code; fails if it runs longer.
    func exitCode(within seconds: Double = 20) async throws -> Int32 {
        try await wait("\(name) to end", within: seconds) { !process.isRunning }
        guard process.terminationReason == .exit else {
            throw Failure(description: "\(name) died of signal \(process.terminationStatus)")
        }
        return process.terminationStatus
    }
}

/// How much longer than on an idle machine things may take: a deadline tells a standstill from
/// progress, and measures nothing.
private let patience = 6.0

/// Looks again and again until a condition holds.
/// - Parameter seconds: more than enough on an idle machine.
func wait(
    _ what: String, within seconds: Double = 20, _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let seconds = seconds * patience
    let end = clock.now + .seconds(seconds)
    while true {
        if try await condition() { return }
        guard clock.now < end else {
            throw Child.Failure(description: "waited \(seconds) s in vain for \(what)")
        }
        try await Task.sleep(for: .milliseconds(40))
    }
}

/// Runs the binary to its end.
func ordersync(
    _ arguments: [String], folder: String, within seconds: Double = 20
) async throws -> (code: Int32, output: String, errors: String) {
    let child = try Child(arguments, folder: folder, name: "once-\(UUID().uuidString)")
    defer { child.killNow() }
    let code = try await child.exitCode(within: seconds)
    return (code, child.output, child.errors)
}
