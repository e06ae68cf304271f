import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Configuration
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
    func theReaderReadsFilesThatOthersCannot(mode: mode_t, isRead: Bool) throws {
        let path = try file(Array("helloworld".utf8), mode: mode)
        if isRead {
            #expect(try SecretSource.file(path).read() == "helloworld")
        } else {
            let error = #expect(throws: SecretError.self) { try SecretSource.file(path).read() }
            #expect(error?.line.contains("chmod 600 \(path)") == true)
            #expect(error?.line.contains("helloworld") == false)
        }
    }

    @Test(arguments: ["hello\0world", "hello\0", "hello\nworld", "hello\r\nworld"])
    func theReaderRefusesControlCharacters(content: String) throws {
        let path = try file(Array(content.utf8))
        let error = #expect(throws: SecretError.self) { try SecretSource.file(path).read() }
        #expect(error?.line.contains("\(path) contains a control character") == true)
        #expect(error?.line.contains("hello") == false)
    }

    @Test(arguments: [
        ("helloworld\n", "helloworld"), ("helloworld\r\n", "helloworld"), (" a b \n\n", "a b"),
        ("\n\thelloworld", "helloworld"), ("密钥\n", "密钥"),
        ("\u{FEFF}helloworld\r\n", "helloworld"), ("\u{FEFF}\u{FEFF} helloworld", "helloworld"),
    ])
    func theReaderLeavesOutTheSpaceAround(content: String, secret: String) throws {
        #expect(try SecretSource.file(try file(Array(content.utf8))).read() == Secret(secret))
    }

    @Test(arguments: ["", "\n", " \t\r\n "])
    func theReaderRefusesAnEmptyFile(content: String) throws {
        let path = try file(Array(content.utf8))
        #expect(throws: SecretError(line: "\(path) is empty")) {
            try SecretSource.file(path).read()
        }
    }

    @Test func theReaderRefusesWhatIsNoTextFile() throws {
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
    @Test func theReaderNeverCutsASecret() throws {
        let long = [UInt8](repeating: 0x61, count: 20_000)
        let path = try file(long)
        let secret = try? SecretSource.file(path).read()
        #expect(secret == nil || secret?.exposedText.utf8.count == 20_000)
    }

    @Test func theReaderReadsTheEnvironment() async throws {
        #expect(try SecretSource.inline("helloworld").read() == "helloworld")
        #expect(
            throws: SecretError(line: "environment variable ORDERSYNC_NONE is not set")
        ) {
            try SecretSource.environment("ORDERSYNC_NONE").read()
        }
        // In a separate process: all tests share the environment.
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

    @Test func theReaderReadsCredentialsOfSystemd() async {
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
        #expect(before.count == 3)
        #expect(SecretSource.file(path).version == before)
        try Data("three".utf8).write(to: URL(fileURLWithPath: path))
        #expect(SecretSource.file(path).version != before)
        #expect(SecretSource.file("\(folder)/none").version.isEmpty)
        #expect(SecretSource.environment("A").version.isEmpty)
    }

    /// In a container secrets are often mounted readable for everyone and writable for no one.
    @Test(
        arguments: [
            (0o444, true, true, nil), (0o644, true, true, nil), (0o440, false, false, nil),
            (0o600, false, false, nil), (0o444, true, false, "allow_readable_secrets = true"),
            (0o444, false, false, "chmod 600"), (0o444, false, true, "this is none"),
            (0o664, true, true, "chmod 600"), (0o446, true, true, "chmod 600"),
        ] as [(mode_t, Bool, Bool, String?)])
    func readableSecretsNeedAReadOnlyMount(
        mode: mode_t, isReadOnly: Bool, isAllowed: Bool, text: String?
    ) {
        let access = SecretFileAccess(mode: mode, isOnReadOnlyMount: isReadOnly)
        let fault = access.fault(allowsReadable: isAllowed, path: "/run/secrets/a")
        #expect((fault == nil) == (text == nil))
        if let text { #expect(fault?.contains(text) == true, "\(fault ?? "")") }
    }

    @Test func theOptionConcernsEverySecretFile() throws {
        let top = "[auth]\nallow_readable_secrets = true"
        let configuration = try ConfigurationReader.parse(
            ConfigurationTests.file(top: top), file: "/etc/o.toml")
        #expect(
            configuration.apps[0].secret == .file("/etc/main.secret", allowsReadable: true))
        #expect(
            configuration.shops[0].session
                == .file("/etc/flagship.session", allowsReadable: true))
        // This folder can be written, so the mode is refused.
        let path = try file(Array("helloworld".utf8), mode: 0o444)
        #expect(throws: SecretError.self) {
            try SecretSource.file(path, allowsReadable: true).read()
        }
    }

    /// With thousands of shops the state file is not read for each.
    @Test func theStateFileIsReadOnce() throws {
        let state = SessionFile(path: "\(folder)/\(UUID().uuidString)", databasePath: "/x")
        try state.update { (sessions) throws(SecretError) in
            sessions["a"] = StoredSession(
                shop: "a", appKey: "1", accessToken: "token", source: .login,
                issuedAt: UTCInstant(seconds: 0))
        }
        var sessions = StoredSessions()
        for shop in ["a", "b", "a", "c"] {
            let source = SecretSource.stored(state, shop: shop, appKey: "1")
            let token = try? source.read { file throws(SecretError) in try sessions.read(file) }
            #expect(token == (shop == "a" ? "token" : nil))
        }
        #expect(sessions.reads == 1)
    }

    @Test func aCAFileIsExamined() throws {
        let good = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        #expect(CAFile.fault(try file(Array(good.utf8))) == nil)
        #expect(CAFile.fault(try file([0x61]))?.contains("no certificate in PEM") == true)
        #expect(CAFile.fault("\(folder)/none")?.contains("No such file") == true)
        #expect(CAFile.fault(folder)?.contains("Is a directory") == true)
    }
}
