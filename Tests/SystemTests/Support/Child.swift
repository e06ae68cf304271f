import Foundation
import TestSupport

/// The real binary as a child process; what it writes goes to files.
final class Child {
    /// Built together with the tests, and so beside them.
    static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "ordersync").path

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let process: ChildProcess
    private let folder: String
    private let name: String

    /// - Parameter shell: commands that a shell runs before it becomes the binary.
    init(
        _ arguments: [String], folder: String, name: String, shell: String? = nil,
        input: ChildProcess.Input = .nothing
    ) throws {
        self.folder = folder
        self.name = name
        let words =
            shell.map { ["-c", "\($0); exec \"$0\" \"$@\"", Self.binary] + arguments } ?? arguments
        process = try ChildProcess(
            shell == nil ? Self.binary : "/bin/sh", words, folder: folder, input: input,
            output: "\(folder)/\(name).out", errors: "\(folder)/\(name).err")
    }

    var identifier: Int32 { process.identifier }
    var isRunning: Bool { process.isRunning }
    var output: String { text("out") }
    var errors: String { text("err") }

    private func text(_ kind: String) -> String {
        let data = FileManager.default.contents(atPath: "\(folder)/\(name).\(kind)") ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    func signal(_ signal: Int32) { process.signal(signal) }
    func write(_ text: String) { process.write(text) }

    /// Ends it as a power cut does; on return it has ended.
    func killNow() async {
        kill()
        _ = await process.ending()
    }

    /// The same without waiting, for what cannot wait: `defer` and `deinit`.
    func kill() { process.signal(SIGKILL) }

    /// How it has ended; fails if it runs longer.
    func ending(within seconds: Double = 20) async throws -> ChildProcess.Ending {
        try await wait("\(name) to end", within: seconds) { !process.isRunning }
        return await process.ending()
    }

    /// The exit code; fails if it runs longer.
    func exitCode(within seconds: Double = 20) async throws -> Int32 {
        switch try await ending(within: seconds) {
        case .exited(let code): return code
        case .killed(let signal):
            throw Failure(description: "\(name) died of signal \(signal)")
        }
    }
}

/// Checks again and again until a condition holds; see `TestSupport.wait`.
func wait(
    _ what: String, within seconds: Double = 20, _ condition: () async throws -> Bool
) async throws {
    try await TestSupport.wait(what, within: seconds, condition)
}

/// Runs the binary to its end.
func ordersync(
    _ arguments: [String], folder: String, within seconds: Double = 20
) async throws -> (code: Int32, output: String, errors: String) {
    let child = try Child(arguments, folder: folder, name: "once-\(UUID().uuidString)")
    defer { child.kill() }
    let code = try await child.exitCode(within: seconds)
    return (code, child.output, child.errors)
}
