import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Configuration

@Suite final class SessionFileTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("ordersync-sessions-\(UUID().uuidString)").path
    private var file: SessionFile {
        SessionFile(path: "\(folder)/sessions.json", databasePath: "\(folder)/orders.db")
    }

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func session(_ shop: String, token: String = "token") -> StoredSession {
        var session = StoredSession(
            shop: shop, appKey: "12345678", accessToken: Secret(token), source: .login,
            issuedAt: UTCInstant(seconds: 1_762_862_400))
        session.refreshToken = Secret("refresh \"\(token)\"")
        session.expiresAt = UTCInstant(seconds: 1_762_900_000)
        session.refreshUntil = UTCInstant(seconds: 1_762_900_001)
        session.isRefreshUntilFixed = true
        session.levels = ["r2": UTCInstant(seconds: 1_762_870_000)]
        session.refreshTrouble = "70033: later"
        session.userID = "263685215"
        session.nick = "商家"
        session.subNick = "商家:alice"
        session.refreshSentAt = UTCInstant(seconds: 1_762_880_000)
        session.refreshesLost = 1
        session.refreshRefusal = "invalid_grant: no"
        return session
    }

    private func write(_ text: String, mode: mode_t = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: file.path))
        try #require(chmod(file.path, mode) == 0)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    @Test func theFileKeepsEverything() throws {
        #expect(try file.read().isEmpty)
        let bare = StoredSession(
            shop: "b", appKey: "1", accessToken: "t", source: .pasted,
            issuedAt: UTCInstant(seconds: 1))
        try file.update { (sessions) throws(SecretError) in
            sessions["a"] = self.session("a")
            sessions["b"] = bare
        }
        #expect(try file.read() == ["a": session("a"), "b": bare])
    }

    /// The session that was issued later stays, whichever name it has.
    @Test(arguments: [(nil, "old"), (-1, "old"), (0, "new"), (1, "new")] as [(Int64?, String)])
    func theFileIsMovedToAnotherName(later: Int64?, kept: String) throws {
        var newer: StoredSession?
        if let later {
            newer = session("new", token: "new")
            newer?.issuedAt = session("old").issuedAt.advanced(bySeconds: later)
        }
        try file.update { (sessions) throws(SecretError) in
            sessions["old"] = self.session("old", token: "old")
            sessions["new"] = newer
            sessions["other"] = self.session("other")
        }
        #expect(try file.move(from: "old", to: "new") != nil)
        #expect(try file.read().keys.sorted() == ["new", "other"])
        let session = try #require(try file.session(of: "new"))
        #expect(session.shop == "new")
        #expect(session.accessToken.exposedText == kept)
        #expect(try file.move(from: "old", to: "new") == nil)
        #expect(try file.session(of: "new") == session)
    }

    @Test func theFileIsForItsOwnerAlone() throws {
        let mask = umask(0)
        defer { umask(mask) }
        try file.update { (sessions) throws(SecretError) in sessions["a"] = self.session("a") }
        #expect(try mode(file.path) == 0o600)
        #expect(try mode("\(file.path).lock") == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "sessions.json", "sessions.json.lock",
            ])
        for mode in [0o640, 0o644, 0o620, 0o602] as [mode_t] {
            try #require(chmod(file.path, mode) == 0)
            let error = #expect(throws: SecretError.self) { try self.file.read() }
            #expect(error?.line.contains("chmod 600 \(file.path)") == true)
        }
    }

    /// A reader that has the old file open still reads it: it is replaced, not overwritten.
    @Test func theFileIsReplacedAsAWhole() throws {
        try file.update { (sessions) throws(SecretError) in sessions["a"] = self.session("a") }
        let handle = try #require(FileHandle(forReadingAtPath: file.path))
        try file.update { (sessions) throws(SecretError) in
            sessions["a"] = self.session("a", token: "another")
        }
        let old = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        #expect(old.contains("\"access_token\":\"token\""))
        #expect(!old.contains("another"))
        #expect(try file.session(of: "a")?.accessToken == "another")
    }

    /// What was read once is not parsed again, but every change is seen: also one of another
    /// process that leaves the size and the time of modification as they were.
    @Test func everyChangeIsSeen() throws {
        var text = try content(token: "first-1")
        for token in ["other-2", "third-3"] {
            try write(text)
            let past = [
                timespec(tv_sec: 1_700_000_000, tv_nsec: 0),
                timespec(tv_sec: 1_700_000_000, tv_nsec: 0),
            ]
            try #require(utimensat(AT_FDCWD, file.path, past, 0) == 0)
            let before = try file.session(of: "a")?.accessToken
            #expect(try file.session(of: "a")?.accessToken == before)
            text = try content(token: token)
            let handle = try #require(FileHandle(forWritingAtPath: file.path))
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
            try #require(utimensat(AT_FDCWD, file.path, past, 0) == 0)
            #expect(before != Secret(token))
            #expect(try file.session(of: "a")?.accessToken == Secret(token))
        }
    }

    private func content(token: String) throws -> String {
        let other = SessionFile(path: "\(folder)/other.json", databasePath: file.databasePath)
        try other.update { (sessions) throws(SecretError) in
            sessions["a"] = self.session("a", token: token)
        }
        return try String(contentsOfFile: other.path, encoding: .utf8)
    }

    /// A crash while writing leaves the temporary file behind.
    @Test func theFileContinuesAfterACrash() throws {
        try file.update { (sessions) throws(SecretError) in sessions["a"] = self.session("a") }
        try Data("{\"version\":1,\"sess".utf8).write(to: URL(filePath: "\(file.path).new"))
        #expect(try file.session(of: "a") == session("a"))
        try file.update { (sessions) throws(SecretError) in sessions["b"] = self.session("b") }
        #expect(try file.read().keys.sorted() == ["a", "b"])
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"version":1}"#, #"{"version":1,"sessions":{}}"#,
        #"{"version":1,"sessions":[{"shop":"a"}]}"#, #"{"version":2,"sessions":[]}"#,
        #"{"version":1,"sessions":[{"shop":"a","app_key":"1","access_token":"SECRET"}]}"#,
    ])
    func damageIsSaidAndNeverOverwritten(text: String) throws {
        try write(text)
        for _ in 0..<2 {
            let error = #expect(throws: SecretError.self) {
                try self.file.update { (sessions) throws(SecretError) in
                    sessions["b"] = self.session("b")
                }
            }
            #expect(error?.line.contains(file.path) == true)
            #expect(error?.line.contains("SECRET") == false)
        }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    @Test func nothingIsWrittenWhenNothingChanges() throws {
        try file.update { (sessions) throws(SecretError) in sessions["a"] = self.session("a") }
        let before = SecretSource.stored(file, shop: "a", appKey: "12345678").version
        try file.update { (sessions) throws(SecretError) in sessions["a"] = self.session("a") }
        #expect(SecretSource.stored(file, shop: "a", appKey: "12345678").version == before)
    }

    /// Daemon and commands write at once: none loses what another wrote.
    @Test func writersExcludeEachOther() async throws {
        let file = file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for turn in 0..<10 {
                        try file.update { (sessions) throws(SecretError) in
                            let name = "\(writer)-\(turn)"
                            sessions[name] = StoredSession(
                                shop: name, appKey: "1", accessToken: "t", source: .pasted,
                                issuedAt: UTCInstant(seconds: 1))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try file.read().count == 40)
    }

    @Test func callsReadTheSessionOfTheirApp() throws {
        let source = SecretSource.stored(file, shop: "a", appKey: "12345678")
        let missing = #expect(throws: SecretError.self) { try source.read() }
        #expect(missing?.line.contains("ordersync auth login a") == true)
        try file.update { (sessions) throws(SecretError) in sessions["a"] = self.session("a") }
        #expect(try source.read() == "token")
        #expect(throws: SecretError.self) {
            try SecretSource.stored(self.file, shop: "a", appKey: "1").read()
        }
    }
}
