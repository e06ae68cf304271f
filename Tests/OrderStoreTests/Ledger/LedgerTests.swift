import SyncCore
import Testing

@testable import OrderStore

@Suite struct LedgerTests {
    private func instant(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func change(
        _ shop: ShopID, _ kind: StreamKind = .orders, from before: Int64? = nil,
        to cursor: Int64? = nil, written: [WindowRecord] = [], removed: [Int64] = []
    ) -> LedgerChange {
        var change = LedgerChange(stream: StreamID(shop: shop, kind: kind))
        change.cursorBefore = before.map { instant($0) }
        change.cursor = cursor.map { instant($0) }
        change.written = written
        change.removed = removed.map { instant($0) }
        return change
    }

    private func record(
        _ start: Int64, _ end: Int64, open: Int64, _ state: WindowRecord.State
    ) -> WindowRecord {
        WindowRecord(
            window: TimeWindow(start: instant(start), end: instant(end)), openEnd: instant(open),
            state: state, calls: 2, rows: 150)
    }

    private func apply(
        _ store: OrderStore, _ changes: [LedgerChange], page: OrderPage? = nil
    ) async throws {
        let operations = changes.map { StoreOperation.page(PageCommit(page: page, change: $0)) }
        _ = try await store.apply(operations, now: instant(1_000))
    }

    @Test func cursorMovesOnlyFromWhereItWas() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await apply(store, [change(shop, to: 100)])
        try await apply(store, [change(shop, from: 100, to: 200)])
        let before = try database.content()
        let late = change(shop, from: 100, to: 150, written: [record(1, 2, open: 2, .open)])
        await #expect(throws: StoreError.cursorMoved(stream: "orders", expected: 100)) {
            try await apply(store, [late], page: page([TestOrder("1", at: 9)]))
        }
        #expect(try database.content() == before)
        // A cursor that is not there cannot be moved either.
        await #expect(throws: StoreError.cursorMoved(stream: "backfill", expected: 1)) {
            try await apply(store, [change(shop, .backfill, from: 1, to: 2)])
        }
        try await apply(store, [change(shop, from: 200, to: 300)])
        #expect(try await store.restore(shop).cursors == [.orders: instant(300)])
    }

    @Test func windowsComeBackAsTheyWere() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let other = try await store.registerShop("other")
        let records = WindowRecord.State.allCases.enumerated().map { index, state in
            record(
                Int64(index) * 100, Int64(index) * 100 + 100, open: Int64(index) * 100 + 50, state)
        }
        let history = [record(-500, 0, open: 0, .planned)]
        try await apply(
            store,
            [
                change(shop, to: 700, written: records.reversed()),
                change(shop, .backfill, to: 800, written: history),
                change(other, to: 900, written: [record(0, 9, open: 5, .open)]),
            ])
        let restored = try await database.open().restore(shop)
        #expect(restored.windows == [.orders: records, .backfill: history])
        #expect(restored.cursors == [.orders: instant(700), .backfill: instant(800)])
        #expect(Set(restored.storedAt.keys) == [.orders, .backfill])
        let narrowed = record(100, 200, open: 120, .open)
        try await apply(store, [change(shop, written: [narrowed], removed: [0, 300])])
        #expect(try await store.restore(shop).windows[.orders] == [narrowed, records[2]])
        #expect(try await store.restore(other).windows[.orders]?.count == 1)
        #expect(try await store.restore(ShopID(99)) == MachineConfiguration.Restored())
    }

    @Test func rowsAreCountedAndErrorsEndWithSuccess() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let stream = StreamID(shop: shop, kind: .orders)
        #expect(try await store.firstCheckpoint() == nil)
        try await apply(store, [change(shop, to: 100)])
        _ = try await store.apply([.streamError(stream, "boom")], now: instant(1_500))
        let query =
            "SELECT rows_stored, last_success_at, last_error, last_error_at FROM checkpoints"
        #expect(try database.value(query) == "0|-|boom|1500")
        let orders = [TestOrder("1", at: 9), TestOrder("2", at: 9)]
        try await apply(store, [change(shop)], page: page(orders))
        #expect(try database.value(query) == "2|1000||1500")
        // Something else of the stream still fails: its error stays.
        _ = try await store.apply([.streamError(stream, "boom")], now: instant(1_600))
        for from in [nil, UTCInstant(seconds: 100)] {
            var failing = change(shop)
            if let from { (failing.cursorBefore, failing.cursor) = (from, from) }
            failing.keepsError = true
            try await apply(store, [failing], page: page(orders))
            #expect(try database.value(query) == "2|1000|boom|1600")
        }
        // Read again: nothing stored, nothing counted.
        try await apply(store, [change(shop, from: 100, to: 100)], page: page(orders))
        #expect(try database.value(query) == "2|1000||1600")
        #expect(try await store.firstCheckpoint() == instant(1_000))
    }

    @Test func shopStatesComeAndGo() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        for state in ShopState.allCases {
            _ = try await store.apply([.shopState(shop, state, reason: "r")], now: instant(1))
            let stored = try database.value("SELECT state, state_reason FROM shops")
            #expect(stored == "\(state.rawValue)|r")
        }
        let changes = try await store.integer("SELECT total_changes()")
        _ = try await store.apply(
            [.shopState(shop, ShopState.allCases.last ?? .active, reason: "r")], now: instant(2))
        #expect(try await store.integer("SELECT total_changes()") == changes)
    }
}
