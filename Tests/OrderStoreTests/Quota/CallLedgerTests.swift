import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// Calls of commands and of the daemon in the same books.
@Suite struct CallLedgerTests {
    private static let day = "2025-11-11"
    private let now = UTCInstant(seconds: 1_762_800_000)

    private func reserve(_ more: Int, known: Int, callsPerDay: Int = 100) -> StoreOperation {
        let wanted = QuotaTests.reservation(
            day: QuotaTests.day, more, known: known, callsPerDay: callsPerDay)
        return .reserve(AppID(0), app: "main", wanted)
    }

    private func book(
        _ book: CallLedger, _ method: String = "m", day: String = Self.day, callsPerDay: Int = 100
    ) async throws(CallLedger.Refusal) {
        try await book.book(
            app: "main", method: method, day: day, callsPerDay: callsPerDay, now: now)
    }

    private func opened(_ database: TestDatabase) throws -> CallLedger {
        try #require(try CallLedger(path: database.path))
    }

    private func used(_ database: TestDatabase) throws -> [String] {
        try database.rows("SELECT day, method, calls FROM quota_usage ORDER BY 1, 2")
    }

    /// The daemon's reservations and the calls of two commands add up, and the daemon learns of
    /// the others' with its next reservation, once.
    @Test func processesAddUp() async throws {
        let database = try TestDatabase()
        let daemon = try database.open()
        let (first, second) = (try opened(database), try opened(database))
        _ = try await daemon.apply([reserve(20, known: 0)], now: now)
        try await book(first)
        try await book(second)
        try await book(second, "other")
        try await book(second, day: "2025-11-12")
        #expect(
            try database.rows("SELECT day, calls FROM quota_reserved ORDER BY 1")
                == ["2025-11-11|23", "2025-11-12|1"])
        let reported = try await daemon.apply(
            [reserve(10, known: 20), reserve(5, known: 33)],
            usage: [UsageKey(app: "main", day: Self.day, method: "m"): 18], now: now)
        #expect(
            reported.events == [
                .reserved(AppID(0), total: 33, others: 3, day: QuotaTests.day),
                .reserved(AppID(0), total: 38, others: 0, day: QuotaTests.day),
            ])
        #expect(
            try used(database) == ["2025-11-11|m|20", "2025-11-11|other|1", "2025-11-12|m|1"])
        #expect(
            try database.rows("SELECT class, calls FROM call_classes WHERE day = '\(Self.day)'")
                .sorted() == ["command|3", "live|18"])
    }

    /// Whoever comes first has the last calls; none gets more than the day has.
    @Test func noProcessCallsBeyondTheDay() async throws {
        let database = try TestDatabase()
        let daemon = try database.open()
        let command = try opened(database)
        _ = try await daemon.apply([reserve(97, known: 0)], now: now)
        for _ in 0..<2 { try await book(command) }
        let last = try await daemon.apply([reserve(50, known: 97)], now: now)
        #expect(last.events == [.reserved(AppID(0), total: 100, others: 2, day: QuotaTests.day)])
        for _ in 0..<2 {
            await #expect(throws: CallLedger.Refusal.dayIsSpent) { try await book(command) }
        }
        #expect(try used(database) == ["2025-11-11|m|2"], "a refused call is not counted")
        // Another day, another limit.
        try await book(command, day: "2025-11-12")
        try await book(command, callsPerDay: 101)
        let more = try await daemon.apply([reserve(50, known: 100)], now: now)
        #expect(more.events == [.reserved(AppID(0), total: 101, others: 1, day: QuotaTests.day)])
    }

    /// Neither a clean end nor a crash of the daemon loses or doubles what commands have called.
    @Test func commandsCallsOutliveTheDaemon() async throws {
        let database = try TestDatabase()
        var daemon = try database.open()
        let command = try opened(database)
        _ = try await daemon.apply(
            [reserve(20, known: 0)],
            usage: [UsageKey(app: "main", day: Self.day, method: "m"): 4], now: now)
        try await book(command)
        try await daemon.settleReservation(app: "main", day: Self.day)
        try await book(command)
        func held() async throws -> [Int] {
            try await daemon.reservedCalls(app: "main").map(\.calls)
        }
        #expect(try await held() == [6])
        daemon = try database.open()
        _ = try await daemon.apply([reserve(20, known: 6)], now: now)
        try await book(command)
        // Killed: its 20 are unknown.
        daemon = try database.open()
        try await daemon.bookUnrecordedCalls(app: "main")
        #expect(try await held() == [27])
        try await book(command)
        try await daemon.bookUnrecordedCalls(app: "main")
        #expect(try await held() == [28])
        #expect(try used(database) == ["2025-11-11|(unrecorded)|20", "2025-11-11|m|8"])
    }

    /// A ban that one command received stops the next one, and reaches the daemon.
    @Test func bansAreShared() async throws {
        let database = try TestDatabase()
        let daemon = try database.open()
        #expect(try await daemon.externalChanges()?.bans.isEmpty == true)
        let command = try opened(database)
        let end = now.advanced(bySeconds: 30)
        try await command.ban(app: "main", method: "m", until: end, code: "7")
        let other = try opened(database)
        await #expect(throws: CallLedger.Refusal.banned(until: end)) { try await book(other) }
        try await book(other, "other")
        let found = try #require(try await daemon.externalChanges()).bans
        #expect(found.map { "\($0.app) \($0.method) \($0.code)" } == ["main m 7"])
        #expect(found.first?.until == end)
        #expect(try await daemon.externalChanges() == nil)
        try await command.ban(app: "main", method: "", until: end, code: "7")
        await #expect(throws: CallLedger.Refusal.banned(until: end)) {
            try await book(other, "other")
        }
        try await other.book(
            app: "main", method: "m", day: Self.day, callsPerDay: 100,
            now: end.advanced(bySeconds: 1))
        #expect(try used(database) == ["2025-11-11|m|1", "2025-11-11|other|1"])
    }

    @Test func aLedgerNeedsADatabase() async throws {
        let database = try TestDatabase()
        #expect(try CallLedger(path: database.path) == nil)
        #expect(try CallLedger(path: "\(database.folder)/none/orders.db") == nil)
        #expect(!FileManager.default.fileExists(atPath: database.path))
        _ = FileManager.default.createFile(atPath: database.path, contents: nil)
        #expect(try CallLedger(path: database.path) == nil, "an empty file is not there yet")
    }

    /// What cannot be written is said when the book is opened, and nothing is changed in it.
    @Test func strangersAreLeftAlone() async throws {
        let database = try TestDatabase()
        try database.execute("CREATE TABLE theirs (a)")
        let content = try database.content()
        #expect(throws: StoreError.foreignDatabase(path: database.path)) {
            _ = try CallLedger(path: database.path)
        }
        #expect(try database.content() == content)
        try FileManager.default.removeItem(atPath: database.path)
        _ = try database.open()
        try database.execute("PRAGMA user_version = 2")
        #expect(
            throws: StoreError.olderSchema(path: database.path, found: 2, known: Migrations.latest)
        ) {
            _ = try CallLedger(path: database.path)
        }
    }

    /// A book that fails half-way counts nothing: no call was made.
    @Test func aCallIsCountedWhollyOrNot() async throws {
        let database = try TestDatabase()
        _ = try database.open()
        let command = try opened(database)
        try database.execute(
            """
            CREATE TRIGGER fault BEFORE INSERT ON call_classes
            BEGIN SELECT raise(ABORT, 'no'); END
            """)
        do throws(CallLedger.Refusal) {
            try await book(command)
            Issue.record("it was counted")
        } catch {
            guard case .unwritable = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(try database.rows("SELECT * FROM quota_reserved") == [])
        #expect(try used(database) == [])
    }
}
