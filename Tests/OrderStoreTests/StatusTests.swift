import SyncCore
import Testing

@testable import OrderStore

@Suite struct StatusTests {
    private let now = UTCInstant(seconds: 5_000)

    @Test func tellsHowFarEachStreamIs() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop("b")
        _ = try await store.registerShop("a")
        let window = TimeWindow(start: UTCInstant(seconds: 0), end: UTCInstant(seconds: 100))
        var change = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        change.cursor = UTCInstant(seconds: 4_000)
        change.written = [
            WindowRecord(
                window: window, openEnd: UTCInstant(seconds: 60), state: .open, calls: 1, rows: 1)
        ]
        let more = LedgerChange(stream: change.stream)
        let day = "2025-11-11"
        _ = try await store.apply(
            [
                .commit(Commit(page: nil, change: change)),
                .commit(Commit(page: page([TestOrder("1", at: 10)]), change: more)),
                .streamError(change.stream, "boom"),
                .shopState(shop, .unauthorized, reason: "27"),
                .ban(app: "main", method: "", until: UTCInstant(seconds: 6_000), code: "7"),
                .ban(app: "main", method: "m", until: UTCInstant(seconds: 4_999), code: "7"),
            ], usage: [UsageKey(app: "main", day: day, method: "m"): 3],
            now: UTCInstant(seconds: 4_500))
        let status = try OrderStore.readStatus(path: database.path, day: day, now: now)
        #expect(status.shops.map(\.name) == ["a", "b"])
        #expect(status.shops[1].state == "unauthorized" && status.shops[1].stateReason == "27")
        #expect(status.shops[1].orderCount == 1)
        #expect(
            status.shops[1].streams == [
                StoreStatus.Stream(
                    stream: "orders", cursorAt: 4_000, rows: 1, lastSuccessAt: 4_500,
                    lastError: "boom", windows: 1, openSeconds: 60)
            ])
        var app = StoreStatus.App(name: "main", callsToday: 3, bannedUntilAt: 6_000)
        app.callsByClass = [("live", 3)]
        #expect(status.apps == [app])
    }

    @Test func totalsAddUp() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let orders = [
            TestOrder("1", at: 10, .paid, payment: 5).with { $0.items = [TestItem("a")] },
            TestOrder("2", at: 10, .paid, payment: 7), TestOrder("3", at: 10, .closed),
        ]
        try await store.store(orders, shop: shop)
        let totals = try OrderStore.readTotals(path: database.path)
        #expect(
            totals.byStatus == [
                OrderTotals.ByStatus(status: "paid", orders: 2, paymentFen: 12),
                OrderTotals.ByStatus(status: "closed", orders: 1, paymentFen: 0),
            ])
        #expect(totals.items == 1 && totals.changes == 3)
    }

    @Test func aMissingOrEmptyDatabaseIsSaid() throws {
        let database = try TestDatabase()
        for content in [nil, []] as [[UInt8]?] {
            if let content { try database.write(content) }
            do throws(StoreError) {
                _ = try OrderStore.readStatus(path: database.path, day: "2025-11-11", now: now)
                Issue.record("read from nothing")
            } catch {
                guard case .cannotOpen = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
    }
}
