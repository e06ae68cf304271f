import SyncCore
import Testing

@testable import OrderStore

@Suite struct QuotaTests {
    /// 2025-11-11, in days since 1970.
    static let day: Int64 = 20_403

    static func reservation(
        day: Int64, _ more: Int, known: Int = 0, callsPerDay: Int = 10_000
    ) -> Reservation {
        Reservation(day: day, known: known, more: more, callsPerDay: callsPerDay)
    }

    private func reserve(
        _ more: Int, known: Int = 0, day: Int64 = Self.day, app: String = "main"
    ) -> StoreOperation {
        .reserve(AppID(3), app: app, Self.reservation(day: day, more, known: known))
    }

    private func key(_ method: String, day: String = "2025-11-11", app: String = "main") -> UsageKey
    {
        UsageKey(app: app, day: day, method: method)
    }

    private func days(_ store: OrderStore, app: String = "main") async throws -> [String] {
        try await store.reservedCalls(app: app).map { "\($0.day) \($0.calls)" }
    }

    @Test func usageAddsUp() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let now = UTCInstant(seconds: 1)
        _ = try await store.apply([], usage: [key("a"): 3, key("b"): 2], now: now)
        _ = try await store.apply(
            [], usage: [key("a"): 4, key("a", day: "2025-11-12"): 1], now: now)
        _ = try await store.apply([], usage: [key("a", app: "other"): 9], now: now)
        #expect(
            try database.rows(
                "SELECT day, method, calls FROM quota_usage WHERE app = 'main' ORDER BY 1, 2")
                == ["2025-11-11|a|7", "2025-11-11|b|2", "2025-11-12|a|1"])
        let classes = try await store.callsByClass(app: "main")
        #expect(
            classes.map { "\($0.day) \($0.callClass.name) \($0.calls)" }
                == ["2025-11-12 live 1", "2025-11-11 live 9"])
    }

    /// What may have been made is the greater of what was reserved and what was booked.
    @Test func reservationsOutliveTheProcess() async throws {
        let database = try TestDatabase()
        let now = UTCInstant(seconds: 1)
        var store = try database.open()
        let first = try await store.apply([reserve(50)], usage: [key("a"): 20], now: now)
        #expect(first.events == [.reserved(AppID(3), total: 50, others: 0, day: Self.day)])
        // A smaller one never takes a greater one back.
        _ = try await store.apply([reserve(0, known: 40)], now: now)
        store = try database.open()
        #expect(try await days(store) == ["2025-11-11 50"])
        _ = try await store.apply([], usage: [key("b"): 45], now: now)
        #expect(try await days(store) == ["2025-11-11 65"])
        #expect(try await days(store, app: "other") == [])
    }

    @Test func settlingFreesWhatWasNotUsed() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let now = UTCInstant(seconds: 1)
        let all = [reserve(50), reserve(60, day: Self.day + 1), reserve(70, app: "other")]
        _ = try await store.apply(all, usage: [key("a"): 3, key("b"): 4], now: now)
        try await store.settleReservation(app: "main", day: "2025-11-11")
        #expect(try await days(store) == ["2025-11-12 60", "2025-11-11 7"])
        #expect(try await days(store, app: "other") == ["2025-11-11 70"])
        try await store.settleReservation(app: "stranger", day: "2025-11-11")
    }

    /// After a crash, what was reserved and is not known to have been made counts as made; once.
    @Test func aCrashWastesCallsAndHidesNone() async throws {
        let database = try TestDatabase()
        var store = try database.open()
        _ = try await store.apply([reserve(50)], usage: [key("a"): 8], now: UTCInstant(seconds: 1))
        for _ in 0..<2 {
            store = try database.open()
            try await store.bookUnrecordedCalls(app: "main")
            try await store.bookUnrecordedCalls(app: "other")
            #expect(try database.value("SELECT sum(calls) FROM quota_usage") == "50")
            #expect(try await days(store) == ["2025-11-11 50"])
        }
        try await store.settleReservation(app: "main", day: "2025-11-11")
        #expect(try await days(store) == ["2025-11-11 50"])
    }

    @Test func aShorterBanNeverEndsALongerOne() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        func ban(_ method: String, _ until: Int64) -> StoreOperation {
            .ban(app: "main", method: method, until: UTCInstant(seconds: until), code: "7")
        }
        let bans = [ban("", 100), ban("", 90), ban("m", 50), ban("m", 60)]
        _ = try await store.apply(bans, now: UTCInstant(seconds: 1))
        let restored = try await database.open().bans(app: "main", now: UTCInstant(seconds: 1))
            .map { "\($0.method) \($0.until)" }.sorted()
        #expect(restored == [" 100", "m 60"])
        #expect(try await store.bans(app: "other", now: UTCInstant(seconds: 1)).isEmpty)
    }

    /// A stored ban of centuries is cut to a day once, not to another day at every start.
    @Test func bansAreCutToADay() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        _ = try await store.registerShop()
        let now = UTCInstant(seconds: 1_762_819_200)
        let ban = StoreOperation.ban(
            app: "main", method: "", until: UTCInstant(seconds: 11_762_819_199), code: "7")
        _ = try await store.apply([ban], now: now)
        let status = try OrderStore.readStatus(path: database.path, day: "2025-11-11", now: now)
        #expect(status.apps.first?.bannedUntilAt == now.seconds + 86_402)
        // A clock that is not set yet changes nothing.
        _ = try await store.bans(app: "main", now: UTCInstant(seconds: 60))
        #expect(try database.rows("SELECT banned_until_at FROM bans") == ["11762819199"])
        for hours in [0, 12, 25] as [Int64] {
            let later = now.advanced(bySeconds: hours * 3_600)
            let found = try await store.bans(app: "main", now: later)
            #expect(found.map(\.until) == [now.advanced(bySeconds: 86_402)])
        }
        let book = try #require(try CallLedger(path: database.path))
        try await book.probe(now: now)
        try await book.book(
            app: "main", method: "m", day: "2025-11-12", callsPerDay: 9,
            now: now.advanced(bySeconds: 86_403))
    }
}
