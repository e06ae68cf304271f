import SyncCore
import Testing

@testable import Configuration
@testable import Engine
@testable import OrderStore
@testable import OrderSync
@testable import StatusPage

@Suite struct StatusQueryTests {
    /// By name: a fresh, b late by a little, c with a note, d late by much, e not configured.
    private func snapshot() -> StatusSnapshot {
        var found = WatchedStatus()
        for (name, app, orders) in [
            ("a", "x", 5), ("b", "x", 1), ("c", "y", 9), ("d", "y", 0), ("e", "y", 2),
        ] as [(String, String, Int64)] {
            found.status.shops.append(
                StoreStatus.Shop(
                    name: name, platform: "taobao", app: app, state: "active", stateReason: "",
                    orderCount: orders, streams: []))
        }
        let state = RunState(Configuration(), startedAt: UTCInstant(seconds: 0))
        var snapshot = StatusSnapshot(found, state, now: UTCInstant(seconds: 1))
        snapshot.health = [
            "a": ShopHealth(level: .ok, lagSeconds: 3),
            "b": ShopHealth(level: .bad, lagSeconds: 400),
            "c": ShopHealth(level: .warn, lagSeconds: 9),
            "d": ShopHealth(level: .bad, lagSeconds: 900), "e": ShopHealth(level: .off),
        ]
        return snapshot
    }

    @Test(
        arguments: [
            ([:], "abcde", 5), (["sort": "name"], "abcde", 5), (["sort": "trouble"], "dbcae", 5),
            (["sort": "lag"], "dbcae", 5), (["sort": "orders"], "caebd", 5),
            (["show": "trouble"], "bcd", 3), (["show": "all", "search": "Y"], "cde", 3),
            (["search": "b"], "b", 1), (["search": "zz"], "", 0), (["limit": "2"], "ab", 5),
            (["limit": "2", "offset": "4"], "e", 5), (["offset": "9"], "", 5),
            (["limit": "0"], "", 5),
            (["other": "1"], "abcde", 5),
            (["sort": "trouble", "show": "trouble", "limit": "1", "offset": "1"], "b", 3),
        ] as [([String: String], String, Int)])
    func theQuerySelectsShops(parameters: [String: String], expected: String, matched: Int) throws {
        let query = try #require(StatusQuery(parameters))
        let selection = query.select(snapshot())
        #expect(selection.shops.map(\.name).joined() == expected)
        #expect(selection.matched == matched)
    }

    @Test(arguments: [
        ["sort": "up"], ["show": "some"], ["limit": "201"], ["limit": "-1"], ["limit": "x"],
        ["offset": "-1"], ["offset": "99999999"],
    ])
    func theQueryRefusesWhatCannotBeMeant(parameters: [String: String]) {
        #expect(StatusQuery(parameters) == nil)
    }
}
