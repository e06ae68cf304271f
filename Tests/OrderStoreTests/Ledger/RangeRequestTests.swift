import SyncCore
import Testing

@testable import OrderStore

/// What commands put into the ledger for a daemon to read.
@Suite struct RangeRequestTests {
    private let day: Int64 = 86_400
    private let windows =
        "SELECT stream, start_at / 86400, end_at / 86400, open_end_at / 86400, state, opened_at "
        + "FROM windows ORDER BY stream, start_at"

    private func days(_ from: Int64, _ to: Int64) -> TimeWindow {
        TimeWindow(
            start: UTCInstant(seconds: from * day), end: UTCInstant(seconds: to * day))
    }

    private func ask(
        _ shop: TestShop, _ range: TimeWindow, _ kind: StreamKind = .requested, at now: Int64 = 1
    ) async throws {
        try await shop.store.request(shop.stream(kind), range, now: UTCInstant(seconds: now))
    }

    @Test func aRangeIsCutIntoWeeks() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await ask(shop, days(10, 26))
        #expect(
            try database.rows(windows) == [
                "backfill_range|10|17|17|open|1", "backfill_range|17|24|24|open|1",
                "backfill_range|24|26|26|open|1",
            ])
        #expect(
            try database.rows("SELECT stream, cursor_at / 86400, began_at FROM checkpoints")
                == ["backfill_range|26|1"])
    }

    @Test func askingAgainChangesNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await ask(shop, days(10, 26))
        // The daemon has begun with it.
        try database.execute("UPDATE windows SET open_end_at = start_at + 86400, calls = 3")
        let before = try database.content()
        try await ask(shop, days(10, 26), at: 99)
        #expect(try database.content() == before)
    }

    /// A window that is there may be in work: it stays, and the rest joins it.
    @Test func aLongerRangeAddsWhatIsNewOfIt() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await ask(shop, days(10, 12))
        try database.execute("UPDATE windows SET open_end_at = start_at + 86400")
        try await ask(shop, days(9, 15), at: 2)
        let expected = [
            "backfill_range|9|10|10|open|2", "backfill_range|10|12|11|open|1",
            "backfill_range|12|15|15|open|2",
        ]
        #expect(try database.rows(windows) == expected)
        // A shorter one, and one that is covered by several, take nothing back.
        try await ask(shop, days(10, 11), at: 3)
        try await ask(shop, days(9, 15), at: 4)
        #expect(try database.rows(windows) == expected)
    }

    @Test func progressIsWhatIsLeft() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let stream = shop.stream(.requested)
        let range = days(10, 26)
        #expect(try await shop.store.progress(of: stream, in: range) == RangeProgress())
        try await ask(shop, range)
        try await ask(shop, days(40, 41))
        try database.execute(
            "UPDATE windows SET open_end_at = start_at + 100, calls = 2 WHERE start_at = 864000")
        _ = try await shop.store.apply(
            [.streamError(stream, "27")], now: UTCInstant(seconds: 5))
        var expected = RangeProgress()
        (expected.windows, expected.openSeconds, expected.calls) = (3, 9 * day + 100, 2)
        expected.lastError = "27"
        #expect(try await shop.store.progress(of: stream, in: range) == expected)
        #expect(try await shop.store.progress(of: stream, in: days(26, 40)).windows == 0)
        #expect(try await shop.store.progress(of: stream, in: days(25, 26)).windows == 1)
        // Another stream, another shop: not theirs.
        #expect(try await shop.store.progress(of: shop.stream(.verify), in: range).windows == 0)
    }

    // MARK: The daemon's look

    @Test func requestsAreSeenOnceAndOnlyAfterForeignWrites() async throws {
        let database = try TestDatabase()
        let daemon = try await TestShop(database)
        let command = try await TestShop(database)
        #expect(try await daemon.store.externalChanges()?.requests == [:])
        #expect(try await daemon.store.externalChanges()?.requests == nil)
        try await ask(command, days(10, 12))
        try await ask(command, days(20, 21), .verify)
        func record(_ from: Int64, _ to: Int64) -> WindowRecord {
            let window = days(from, to)
            return WindowRecord(
                window: window, openEnd: window.end, state: .open, calls: 0, rows: 0)
        }
        let expected = [
            daemon.stream(.requested): [record(10, 12)], daemon.stream(.verify): [record(20, 21)],
        ]
        #expect(try await daemon.store.externalChanges()?.requests == expected)
        #expect(try await daemon.store.externalChanges()?.requests == nil)
        // The daemon's own writes are no news to it.
        try await daemon.list([TestOrder("1", at: 10)])
        #expect(try await daemon.store.externalChanges()?.requests == nil)
        // Anybody's are: one look more, which finds what it found.
        try database.execute("UPDATE shops SET nick = 'x'")
        #expect(try await daemon.store.externalChanges()?.requests == expected)
    }

    /// A new daemon's first look takes up what was asked for before; other streams' windows and
    /// what needs no reading are left.
    @Test func theFirstLookSeesWhatIsThere() async throws {
        let database = try TestDatabase()
        let command = try await TestShop(database)
        try await ask(command, days(10, 31))
        try database.execute("UPDATE windows SET state = 'suspect' WHERE start_at = 1468800")
        try database.execute("UPDATE windows SET state = 'done' WHERE start_at = 2073600")
        try database.execute(
            "INSERT INTO windows VALUES (1, 'orders', 1, 2, 2, 'open', 0, 0, 1, 1)")
        let daemon = try await TestShop(database)
        let found = try #require(try await daemon.store.externalChanges()).requests
        #expect(Array(found.keys) == [daemon.stream(.requested)])
        #expect(found.values.first?.map(\.window) == [days(10, 17), days(17, 24)])
        #expect(found.values.first?.map(\.state) == [.open, .open])
    }

    /// A look that failed is made again.
    @Test func aFailedLookLosesNothing() async throws {
        let database = try TestDatabase()
        let daemon = try await TestShop(database)
        let command = try await TestShop(database)
        _ = try await daemon.store.externalChanges()
        try await ask(command, days(10, 12))
        try await daemon.store.execute("ALTER TABLE windows RENAME TO hidden")
        await #expect(throws: StoreError.self) { _ = try await daemon.store.externalChanges() }
        try await daemon.store.execute("ALTER TABLE hidden RENAME TO windows")
        #expect(try await daemon.store.externalChanges()?.requests.count == 1)
    }

    @Test func commandsReadShopsCallsAndCounts() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database, "旗舰店")
        #expect(try await shop.store.shopID(named: "旗舰店") == shop.id)
        #expect(try await shop.store.shopID(named: "other") == nil)
        let usage = [
            UsageKey(app: "main", day: "2025-11-11", method: "a"): 3,
            UsageKey(app: "main", day: "2025-11-11", method: "b"): 4,
            UsageKey(app: "main", day: "2025-11-12", method: "a"): 9,
        ]
        _ = try await shop.store.apply([], usage: usage, now: UTCInstant(seconds: 1))
        #expect(try await shop.store.callsUsed(app: "main", day: "2025-11-11") == 7)
        #expect(try await shop.store.callsUsed(app: "other", day: "2025-11-11") == 0)
        try await shop.list([TestOrder.whole("1"), TestOrder("2", at: 10)])
        #expect(try await shop.store.orderCount(shop.id, in: TestVerification.range) == 1)
    }
}
