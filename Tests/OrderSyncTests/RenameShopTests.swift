import ArgumentParser
import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Configuration
@testable import OrderStore
@testable import OrderSync

/// `db rename-shop`: the database and the stored session change together.
@Suite final class RenameShopTests {
    private let folder = NSTemporaryDirectory() + "ordersync-rename-" + UUID().uuidString
    private var file: String { "\(folder)/ordersync.toml" }
    private var sessions: SessionFile {
        SessionFile(path: "\(folder)/sessions.json", databasePath: "\(folder)/orders.db")
    }

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The configuration has these shops, the database those.
    private func make(configured: [String], stored: [String]) async throws {
        var text = """
            [store]
            path = "orders.db"
            [auth]
            state_file = "sessions.json"
            [[app]]
            name = "main"
            key = "1"
            secret = "s"
            gateway = "http://127.0.0.1:1/rest"

            """
        for shop in configured { text += "[[shop]]\nname = \"\(shop)\"\napp = \"main\"\n" }
        try Data(text.utf8).write(to: URL(filePath: file))
        let store = try OrderStore(path: "\(folder)/orders.db")
        for shop in stored {
            _ = try await store.registerShop(name: shop, platform: "taobao", app: "main")
        }
    }

    private func put(_ shop: String, issued: Int64) throws {
        let session = StoredSession(
            shop: shop, appKey: "1", accessToken: Secret("\(shop) \(issued)"), source: .login,
            issuedAt: UTCInstant(seconds: issued))
        try sessions.update { (all) throws(SecretError) in all[shop] = session }
    }

    private func tokens() throws -> [String: String] {
        try sessions.read().mapValues(\.accessToken.exposedText)
    }

    private func rename() async throws -> Int32 {
        let command = try RenameShopCommand.parse(["old", "new", "--config", file])
        do {
            try await command.run()
            return 0
        } catch {
            return RenameShopCommand.exitCode(for: error).rawValue
        }
    }

    private func shops() throws -> [String] {
        try OrderStore.readSellers(path: "\(folder)/orders.db").map(\.shop)
    }

    @Test func theLaterSessionStays() async throws {
        try await make(configured: ["new"], stored: ["old"])
        try put("old", issued: 10)
        try put("new", issued: 20)
        #expect(try await rename() == 0)
        #expect(try shops() == ["new"])
        #expect(try tokens() == ["new": "new 20"])
    }

    /// The command was killed after it had renamed the shop: run again, it moves the session.
    @Test(arguments: [["new"], ["old"]])
    func anInterruptedRunIsFinished(configured: [String]) async throws {
        try await make(configured: configured, stored: ["new"])
        try put("old", issued: 10)
        #expect(try await rename() == 0)
        #expect(try shops() == ["new"])
        #expect(try tokens() == ["new": "old 10"])
        // Nothing is left to do.
        #expect(try await rename() != 0)
        #expect(try tokens() == ["new": "old 10"])
    }

    /// A configured shop that was never synced keeps its session.
    @Test func twoConfiguredShopsAreTwo() async throws {
        try await make(configured: ["new", "old"], stored: ["new"])
        try put("old", issued: 30)
        try put("new", issued: 20)
        #expect(try await rename() != 0)
        #expect(try tokens() == ["new": "new 20", "old": "old 30"])
    }
}
