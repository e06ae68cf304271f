import Foundation
import SyncCore
import Testing

@testable import Configuration

/// Two shops must not read one account.
@Suite struct SharedAccountsTests {
    private func lines(_ shops: [String]) throws -> [String] {
        var text = """
            [store]
            path = "/tmp/none/orders.db"
            [[app]]
            name = "main"
            platform = "taobao"
            key = "k"
            secret = "s"
            gateway = "http://127.0.0.1:1/rest"
            calls_per_day = 100

            """
        for (index, shop) in shops.enumerated() {
            text += "[[shop]]\nname = \"shop\(index)\"\napp = \"main\"\n\(shop)\n"
        }
        return SharedAccounts.lines(try ConfigurationReader.parse(text, file: "test.toml"))
    }

    @Test func theSameTextIsTheSameSession() throws {
        #expect(try lines([#"session = "a""#, #"session = "b""#]) == [])
        let found = try lines([#"session = "a""#, #"session = "b""#, #"session = "a""#])
        #expect(found.count == 1)
        #expect(found[0].contains("shop0 and shop2"))
    }

    @Test func twoFilesWithOneSessionAreFound() throws {
        let folder = NSTemporaryDirectory() + "ordersync-shared-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [("a", "same"), ("b", "  same\n"), ("c", "other")] {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            chmod("\(folder)/\(name)", 0o600)
        }
        func file(_ name: String) -> String { "session_file = \"\(folder)/\(name)\"" }
        #expect(try lines([file("a"), file("c")]) == [])
        #expect(try lines([file("a"), file("c"), file("b")]).count == 1)
        // A file that is not there yet is one session all the same.
        #expect(try lines([file("none"), file("none")]).count == 1)
    }

    @Test func startIsRefused() throws {
        let text = try lines([#"session = "a""#, #"session = "a""#])
        #expect(text[0].contains("Remove one of the two [[shop]] entries"))
    }
}
