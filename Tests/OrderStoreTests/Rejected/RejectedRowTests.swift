import SyncCore
import Testing

@testable import OrderStore

/// Rows of answers that could not be stored: kept, reported once, read in full, taken out.
@Suite struct RejectedRowTests {
    private let database: TestDatabase
    private let shop: TestShop
    private let columns =
        "SELECT stream, entity, entity_id, reason, modified_at, first_seen_at, last_seen_at, "
        + "seen_count, raw FROM rejected_rows ORDER BY rejected_id"

    init() async throws {
        database = try TestDatabase()
        shop = try await TestShop(database)
    }

    private func row(
        _ id: String?, _ entity: RejectedRow.Entity = .order, at: Int64? = 10,
        order: String? = nil, hash: UInt64 = 1
    ) -> RejectedRow {
        RejectedRow(
            entity: entity, reason: .malformedMoney, id: id, order: order,
            at: at.map { UTCInstant(seconds: $0) }, raw: Array("{\"n\":\(hash)}".utf8),
            contentHash: hash)
    }

    @discardableResult
    private func list(
        _ rejected: [RejectedRow], _ orders: [TestOrder] = [], _ kind: StreamKind = .orders,
        asked: Int64 = 1_000, proven: ClosedRange<Int64>? = nil
    ) async throws -> StoreOutcome {
        var change = LedgerChange(stream: shop.stream(kind))
        change.askedAt = UTCInstant(seconds: asked)
        change.provenSpan = proven.map {
            TimeWindow(
                start: UTCInstant(seconds: $0.lowerBound),
                end: UTCInstant(seconds: $0.upperBound + 1))
        }
        var page = page(orders)
        page.rejected = rejected
        page.askedMilliseconds = asked * 1_000
        let commit = PageCommit(content: .orders(page), change: change, details: .never)
        return try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: asked))
    }

    private func hex(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    private var count: String {
        get throws { try database.value("SELECT count(*) FROM rejected_rows") }
    }

    @Test func aRejectedRowIsKeptBesideTheValidRowsAndReadInFull() async throws {
        let outcome = try await list([row("7")], [TestOrder("1", at: 10, payment: 5)])
        #expect(outcome.counts.created == 1)
        #expect(outcome.rejections == [Rejection(stream: shop.stream(.orders), row: row("7"))])
        #expect(outcome.events == [.queued(shop.stream(.details))])
        #expect(
            try database.rows(columns)
                == [#"orders|order|7|malformed_money|10|1000|1000|1|{"n":1}"#])
        #expect(try await shop.load(.details).items == [WorkItem(.order("7"))])
        #expect(try database.value("SELECT order_id FROM orders") == "1")
    }

    @Test func aRepeatIsNoNewEntry() async throws {
        try await list([row("7")])
        try await shop.giveUp(.order("7"), .refused(error: "x"))
        let content = try database.content().filter { $0.hasPrefix("rejected_rows") }
        let outcome = try await list([row("7")], asked: 1_059)
        #expect(outcome.rejections.isEmpty)
        #expect(outcome.events.isEmpty)
        #expect(try database.content().filter { $0.hasPrefix("rejected_rows") } == content)
        try await list([row("7")], asked: 1_060)
        #expect(
            try database.value("SELECT first_seen_at, last_seen_at, seen_count FROM rejected_rows")
                == "1000|1060|2")
        #expect(try await shop.load(.details).items.isEmpty)
    }

    @Test func anotherStreamAndAnotherVersionAreOtherEntries() async throws {
        try await list([row("7")])
        try await list([row("7")], [], .sweep)
        try await list([row("7", at: 20, hash: 2)])
        #expect(try count == "3")
        let status = try OrderStore.readStatus(
            path: database.path, day: "2025-11-11", now: UTCInstant(seconds: 2_000))
        #expect(status.shops[0].rejectedRows == 2)
    }

    @Test(
        arguments: [
            ("a newer version", 20, 1_001, "0"), ("the same second", 10, 1_001, "0"),
            ("an older version", 9, 1_001, "1"), ("requested before", 20, 999, "1"),
        ] as [(String, Int64, Int64, String)])
    func aLaterValidVersionTakesItOut(
        why: String, modified: Int64, asked: Int64, left: String
    ) async throws {
        try await list([row("7"), row(nil, hash: 2)])
        try await list([], [TestOrder("7", at: modified, payment: 5)], asked: asked)
        let rows = "SELECT count(*) FROM rejected_rows WHERE entity_id IS NOT NULL"
        #expect(try database.value(rows) == left, "\(why)")
        #expect(
            try database.value("SELECT count(*) FROM rejected_rows WHERE entity_id IS NULL")
                == "1")
    }

    /// The list may show it for long; that is no reason to read the order again and again.
    @Test func aDetailTakesItOutFinally() async throws {
        try await list([row("7")])
        try await shop.detail(TestOrder("7", at: 10, payment: 5), asked: 1_001)
        #expect(try database.value("SELECT order_id, has_details FROM orders") == "7|1")
        #expect(try count == "0")
        let outcome = try await list([row("7")], asked: 2_000)
        #expect(try count == "0")
        #expect(outcome.rejections.isEmpty)
        #expect(outcome.events.isEmpty)
    }

    @Test func aDetailThatIsRejectedIsTriedAgainLater() async throws {
        try await list([row("7")])
        var answer = page([], .detail)
        answer.rejected = [row("7", hash: 3)]
        let read = WorkChange.Outcome.read(elseAgainAt: UTCInstant(seconds: 5_000))
        let outcome = try await shop.finish(.order("7"), read, .orders(answer), asked: 1_001)
        #expect(
            outcome.events == [
                .worked(shop.stream(.details), .order("7"), due: UTCInstant(seconds: 5_010))
            ])
        #expect(
            try database.value("SELECT state, attempts, last_error FROM detail_queue")
                == "queued|1|the answer cannot be stored: malformed_money")
        #expect(
            try database.rows("SELECT stream FROM rejected_rows ORDER BY rejected_id")
                == ["orders", "details"])
    }

    /// The platform may state it well some day: pauses grow to a day, and it is never given up.
    @Test func aRejectedDetailIsTriedForever() async throws {
        try await list([row("7")])
        var pauses: [Int64] = []
        for attempt in 1...20 {
            var answer = page([], .detail)
            answer.rejected = [row("7", hash: 3)]
            let at = Int64(attempt) * 100_000
            let read = WorkChange.Outcome.read(elseAgainAt: UTCInstant(seconds: at))
            try await shop.finish(.order("7"), read, .orders(answer), asked: at)
            let due = try database.value("SELECT due_at FROM detail_queue")
            pauses.append((Int64(due) ?? 0) - at)
            #expect(try database.value("SELECT state FROM detail_queue") == "queued")
        }
        #expect(pauses.prefix(4) == [10, 20, 40, 80])
        #expect(pauses.dropFirst(13) == [81_920, 86_400, 86_400, 86_400, 86_400, 86_400, 86_400])
        try await shop.detail(TestOrder("7", at: 10, payment: 5), asked: 3_000_000)
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
        #expect(try count == "0")
    }

    /// The platform shows its second without it: whatever it was, the answer contains it now.
    @Test(
        arguments: [
            ("a sweep", .sweep, 5...20, 2_000, [], "0"),
            ("the live stream", .orders, 10...10, 2_000, [], "0"),
            ("shown again", .sweep, 5...20, 2_000, [2], "1"),
            ("another time", .sweep, 11...20, 2_000, [], "1"),
            ("requested before", .sweep, 5...20, 1_000, [], "1"),
            ("a list by creation", .backfill, 5...20, 2_000, [], "1"),
            ("a list of other rows", .affiliate, 5...20, 2_000, [], "1"),
        ] as [(String, StreamKind, ClosedRange<Int64>, Int64, [UInt64], String)])
    func aRowWithoutIDGoesWhenItsTimeIsShownWithoutIt(
        why: String, kind: StreamKind, proven: ClosedRange<Int64>, asked: Int64,
        shown: [UInt64], left: String
    ) async throws {
        try await list([row(nil, hash: 2)], asked: 1_000)
        try await list(
            shown.map { row(nil, hash: $0) }, [TestOrder("7", at: 10, payment: 5)], kind,
            asked: asked, proven: proven)
        #expect(
            try database.value("SELECT count(DISTINCT raw_hash) FROM rejected_rows") == left,
            "\(why)")
    }

    /// It is not taken for known: shown once more, it is an entry once more.
    @Test func aRowWithoutIDCanComeBack() async throws {
        try await list([row(nil, hash: 2)], asked: 1_000)
        try await list([], asked: 2_000, proven: 5...20)
        #expect(try count == "0")
        try await list([row(nil, hash: 2)], asked: 3_000)
        #expect(try count == "1")
    }

    @Test func whatWasNotShownForLongIsDropped() async throws {
        let age = RejectedRowWriter.ageSecondsMax
        try await list([row(nil, at: nil, hash: 2), row("7")], asked: 1_000)
        try await list([row("7")], asked: 5_000)
        try await list([], asked: 1_000 + age)
        #expect(try count == "2")
        try await list([], asked: 1_001 + age)
        #expect(try database.rows("SELECT entity_id FROM rejected_rows") == ["7"])
    }

    @Test func rejectedRowsAreCountedByShop() async throws {
        #expect(try OrderStore.readRejectedCounts(path: database.path) == [:])
        try await list([row("7"), row(nil, hash: 2)])
        try await list([row("7")], [], .sweep)
        #expect(try OrderStore.readRejectedCounts(path: database.path).map(\.value) == [2])
    }

    /// An answer about an order that was purged meanwhile stays out, rejected or not.
    @Test func whatIsUnknownIsNotStored() async throws {
        try await shop.detail(TestOrder("8", at: 10, payment: 5))
        #expect(try database.value("SELECT count(*) FROM orders") == "0")
    }

    @Test func refundsAreReadByTheirOrder() async throws {
        var change = LedgerChange(stream: shop.stream(.refunds))
        change.askedAt = UTCInstant(seconds: 1_000)
        var page = RefundPage(refunds: [], source: .list)
        page.rejected = [row("9", .refund, order: "7")]
        let commit = PageCommit(content: .refunds(page), change: change)
        let outcome = try await shop.store.apply(
            [.page(commit)], now: UTCInstant(seconds: 1_000))
        #expect(outcome.events == [.queued(shop.stream(.refunds))])
        let item = try #require(try await shop.load(.refunds).items.first)
        #expect(item.subject == .refund("9"))
        #expect(item.order == "7")
        try await shop.refunds([RefundRow("9", at: 20, fen: 5)], asked: 1_100)
        #expect(try count == "0")
    }

    @Test func aShopKeepsTheLatest() async throws {
        let rows = (1...1_003).map { row(nil, at: nil, hash: UInt64($0)) }
        try await list(Array(rows.prefix(3)), asked: 900)
        try await list(Array(rows.dropFirst(3)))
        #expect(try count == "1000")
        #expect(try database.value("SELECT min(last_seen_at) FROM rejected_rows") == "1000")
    }

    @Test func longJSONIsNotKept() async throws {
        var long = row("7")
        long.raw = [UInt8](repeating: 0x20, count: RejectedRowWriter.rawBytesMax + 1)
        try await list([long])
        #expect(try database.value("SELECT length(raw) FROM rejected_rows") == "0")
    }

    @Test func aPurgeCoversThem() async throws {
        try await list([row("7"), row(nil, hash: 2)], asked: 900)
        try await list([row("8", hash: 3)])
        let maintenance = try StoreMaintenance(path: database.path)
        let scope = PurgeScope(before: UTCInstant(seconds: 950))
        while try await maintenance.purgeStep(scope, now: UTCInstant(seconds: 2_000)) != nil {}
        #expect(try database.rows("SELECT entity_id FROM rejected_rows") == ["8"])
    }

    // MARK: Answers that are older

    /// A detail of a copy that lags does not settle the newer row that a list showed.
    @Test func anOlderDetailLeavesTheEntry() async throws {
        try await list([row("7", at: 20)])
        let outcome = try await shop.detail(TestOrder("7", at: 10, payment: 5), asked: 1_001)
        #expect(
            outcome.events == [
                .worked(shop.stream(.details), .order("7"), due: UTCInstant(seconds: 5_010))
            ])
        #expect(try count == "1")
        // The list still shows it: the same entry.
        #expect(try await list([row("7", at: 20)], asked: 2_000).rejections.isEmpty)
        #expect(try database.value("SELECT seen_count FROM rejected_rows") == "2")
        try await shop.detail(TestOrder("7", at: 20, payment: 6), asked: 3_000)
        #expect(try count == "0")
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
    }

    /// Without a readable time only an answer that no copy lags behind settles it.
    @Test func aRowWithoutATimeWaitsForTheCopies() async throws {
        try await list([row("7", at: nil)])
        let outcome = try await shop.detail(TestOrder("7", at: 10, payment: 5), asked: 1_599)
        #expect(
            outcome.events == [
                .worked(shop.stream(.details), .order("7"), due: UTCInstant(seconds: 5_610))
            ])
        #expect(try count == "1")
        try await shop.detail(TestOrder("7", at: 10, payment: 5), asked: 1_601)
        #expect(try count == "0")
    }

    /// Of two entries only the one that the stored version is no older than.
    @Test func eachEntryIsSettledByItsOwnTime() async throws {
        try await list([row("7", at: 10), row("7", at: 30, hash: 2)])
        try await list([], [TestOrder("7", at: 20, payment: 5)], asked: 1_001)
        #expect(try database.rows("SELECT modified_at FROM rejected_rows") == ["30"])
    }
}
