import Foundation
import Testing

@testable import OrderSync

@Suite final class ConfigurationSecretTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("ordersync-secrets-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func file(_ content: [UInt8], mode: mode_t = 0o600) throws -> String {
        let path = "\(folder)/\(UUID().uuidString)"
        try Data(content).write(to: URL(fileURLWithPath: path))
        try #require(chmod(path, mode) == 0)
        return path
    }

    @Test(
        arguments: [
            (0o600, true), (0o400, true), (0o640, true), (0o440, true), (0o700, true),
            (0o644, false), (0o604, false), (0o602, false), (0o620, false), (0o660, false),
            (0o666, false), (0o777, false),
        ] as [(mode_t, Bool)])
    func readsFilesThatOthersCannot(mode: mode_t, isRead: Bool) throws {
        let path = try file(Array("helloworld".utf8), mode: mode)
        if isRead {
            #expect(try SecretSource.file(path).read() == "helloworld")
        } else {
            let error = #expect(throws: SecretError.self) { try SecretSource.file(path).read() }
            #expect(error?.line.contains("chmod 600 \(path)") == true)
            #expect(error?.line.contains("helloworld") == false)
        }
    }

    @Test(arguments: [
        ("helloworld\n", "helloworld"), ("helloworld\r\n", "helloworld"), (" a b \n\n", "a b"),
        ("\n\thelloworld", "helloworld"), ("密钥\n", "密钥"),
    ])
    func leavesOutTheSpaceAround(content: String, secret: String) throws {
        #expect(try SecretSource.file(try file(Array(content.utf8))).read() == secret)
    }

    @Test(arguments: ["", "\n", " \t\r\n "])
    func refusesAnEmptyFile(content: String) throws {
        let path = try file(Array(content.utf8))
        #expect(throws: SecretError(line: "\(path) is empty")) {
            try SecretSource.file(path).read()
        }
    }

    @Test func refusesWhatIsNoTextFile() throws {
        let missing = "\(folder)/none"
        let error = #expect(throws: SecretError.self) { try SecretSource.file(missing).read() }
        #expect(error?.line == "\(missing) cannot be read: No such file or directory")
        #expect(throws: SecretError(line: "\(folder) is no file")) {
            try SecretSource.file(folder).read()
        }
        let binary = try file([0xFF, 0xFE])
        #expect(throws: SecretError(line: "\(binary) holds no text")) {
            try SecretSource.file(binary).read()
        }
    }

    /// A key cut short would be refused by the platform, with a line that blames the key.
    @Test func neverCutsASecret() throws {
        let long = [UInt8](repeating: 0x61, count: 20_000)
        let path = try file(long)
        let secret = try? SecretSource.file(path).read()
        #expect(secret == nil || secret?.utf8.count == 20_000)
    }

    @Test func readsTheEnvironment() async throws {
        #expect(try SecretSource.inline("helloworld").read() == "helloworld")
        #expect(
            throws: SecretError(line: "environment variable ORDERSYNC_NONE is not set")
        ) {
            try SecretSource.environment("ORDERSYNC_NONE").read()
        }
        // In a process of its own: the environment is everybody's.
        await #expect(processExitsWith: .success) {
            setenv("ORDERSYNC_SECRET", "helloworld\n", 1)
            #expect((try? SecretSource.environment("ORDERSYNC_SECRET").read()) == "helloworld")
            setenv("ORDERSYNC_SECRET", " ", 1)
            #expect(
                throws: SecretError(line: "environment variable ORDERSYNC_SECRET is empty")
            ) {
                try SecretSource.environment("ORDERSYNC_SECRET").read()
            }
        }
    }

    @Test func readsCredentialsOfSystemd() async {
        await #expect(processExitsWith: .success) {
            unsetenv("CREDENTIALS_DIRECTORY")
            let source = SecretSource.credential("main")
            let error = #expect(throws: SecretError.self) { try source.read() }
            #expect(error?.line.contains("LoadCredential=") == true)
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("ordersync-credentials-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            setenv("CREDENTIALS_DIRECTORY", folder, 1)
            #expect(throws: SecretError.self) { try source.read() }
            try Data("helloworld\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/main"))
            try #require(chmod("\(folder)/main", 0o400) == 0)
            #expect(try source.read() == "helloworld")
        }
    }

    @Test func versionFollowsTheFile() throws {
        let path = try file(Array("one".utf8))
        let before = SecretSource.file(path).version
        #expect(before.count == 3 && SecretSource.file(path).version == before)
        try Data("three".utf8).write(to: URL(fileURLWithPath: path))
        #expect(SecretSource.file(path).version != before)
        #expect(SecretSource.file("\(folder)/none").version.isEmpty)
        #expect(SecretSource.environment("A").version.isEmpty)
    }
}
