import Foundation
import OrderStore
import SyncCore
import Testing

@testable import Configuration
@testable import Engine

/// Two apps of one promoter's account: its earnings are not counted twice.
@Suite final class PromoterAccountTests {
    private let folder = NSTemporaryDirectory() + "ordersync-promoters-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Two promoters with watches of these PIDs.
    private func lines(_ first: [String], _ second: [String]) throws -> [String] {
        var text = ""
        for (name, pids) in [("a", first), ("b", second)] {
            text += """
                [[app]]
                name = "\(name)"
                platform = "pinduoduo"
                key = "\(name)"
                secret_env = "A"
                [[shop]]
                name = "shop-\(name)"
                app = "\(name)"
                streams = ["affiliate"]

                """
            for pid in pids {
                text += """
                    [[price_watch]]
                    app = "\(name)"
                    pid = "\(pid)"
                    goods = ["E9a"]

                    """
            }
        }
        return SharedAccounts.lines(try ConfigurationReader.parse(text, file: "test.toml"))
    }

    @Test func pidsOfOneAccountAreFound() throws {
        #expect(try lines(["100_1"], ["200_1"]) == [])
        #expect(try lines([], []) == [])
        let found = try lines(["100_1", "100_2"], ["100_3"])
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("shops shop-a and shop-b are the promoter's account 100"))
    }

    private func page(_ orders: [(String, String?)]) -> AnswerContent {
        .affiliate(
            AffiliatePage(
                orders: orders.map { id, pid in
                    var row = AffiliateRow(id: id, modifiedAt: UTCInstant(seconds: 10))
                    row.pid = pid
                    return row
                }))
    }

    /// Without watches the orders show it: the second account is paused, whatever it answers.
    @Test func ordersOfOneAccountAreRefused() async throws {
        let store = try OrderStore(path: "\(folder)/orders.db")
        var ids: [ShopID] = []
        for name in ["a", "b"] {
            let id = try await store.registerShop(name: name, platform: "pinduoduo", app: name)
            var change = LedgerChange(stream: StreamID(shop: id, kind: .affiliate))
            change.cursor = UTCInstant(seconds: 5)
            _ = try await store.apply(
                [.page(PageCommit(content: nil, change: change))], now: UTCInstant(seconds: 10))
            ids.append(id)
        }
        let change = LedgerChange(stream: StreamID(shop: ids[0], kind: .affiliate))
        _ = try await store.apply(
            [.page(PageCommit(content: page([("1", "100_1")]), change: change))],
            now: UTCInstant(seconds: 10))
        let names = [ids[0]: "a", ids[1]: "b"]
        let both = SellerGuard(store: store, names: names, configured: ["a", "b"])
        let refused = await both.refusal(
            of: page([("2", nil), ("1", "100_1")]), promoter: ids[1])
        #expect(refused?.isOtherSeller == true)
        #expect(
            refused?.line.hasPrefix(
                "a and b are the same promoter's account, so its earnings would be counted twice; "
                    + "b is paused. Remove one of the two [[shop]] entries") == true)
        #expect(await both.refusal(of: page([("1", "100_1")]), promoter: ids[0]) == nil)
        #expect(await both.refusal(of: page([("1", "200_1")]), promoter: ids[1]) == nil)
        #expect(await both.refusal(of: page([]), promoter: ids[1]) == nil)
        let renamed = SellerGuard(store: store, names: names, configured: ["b"])
        let former = await renamed.refusal(of: page([("1", "100_1")]), promoter: ids[1])
        #expect(former?.line.contains("ordersync db rename-shop a b") == true)
    }
}
