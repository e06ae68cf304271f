import SyncCore
import Testing

@testable import OrderStore

/// The queue of orders and refunds that are to be read in full.
@Suite struct DetailQueueTests {
    private let columns =
        "SELECT entity, entity_id, state, reason, priority, due_at, attempts, last_error "
        + "FROM detail_queue ORDER BY 1, 2"

    private func instant(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    @Test(
        arguments: [
            ("new and paid", .orders, .changed, .paid, 5, "new|1"),
            ("new and part shipped", .orders, .changed, .partShipped, 5, "new|1"),
            ("new and unpaid", .orders, .changed, .unpaid, 5, "new|3"),
            ("new and shipped", .orders, .changed, .shipped, 5, "new|3"),
            ("new and completed", .orders, .changed, .completed, 5, "new|5"),
            ("new and closed", .orders, .changed, .closed, 5, "new|5"),
            ("found by a sweep", .sweepThird, .changed, .paid, 5, "new|1"),
            ("found by an audit", .audit, .changed, .paid, 5, "new|1"),
            ("hollow and paid", .orders, .changed, .paid, nil, "hollow|0"),
            ("hollow and closed", .orders, .changed, .closed, nil, "hollow|4"),
            ("hollow, details not wanted", .orders, .never, .unpaid, nil, "hollow|2"),
            ("whole, details not wanted", .orders, .never, .paid, 5, nil),
            ("history", .backfill, .changed, .paid, 5, "history|9"),
            ("old history", .backfill, .changed, .completed, 5, "history|11"),
            ("history that was asked for", .requested, .changed, .shipped, 5, "history|10"),
            ("hollow history", .backfill, .never, .completed, nil, "hollow|8"),
            ("history, details not wanted", .backfill, .never, .paid, 5, nil),
        ] as [(String, StreamKind, DetailPolicy, OrderStatus, Int64?, String?)])
    func theQueueTakesInADemand(
        why: String, kind: StreamKind, policy: DetailPolicy, status: OrderStatus, payment: Int64?,
        expected: String?
    ) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder("1", at: 10, status, payment: payment)
        let outcome = try await shop.list([order], kind, details: policy)
        let rows = try database.rows("SELECT reason, priority FROM detail_queue")
        #expect(rows == (expected.map { [$0] } ?? []), "\(why)")
        let isReported = outcome.events.contains(.queued(shop.stream(.details)))
        #expect(isReported == (expected != nil), "\(why)")
    }

    @Test func aChangeComesBackAndTheMoreUrgentPriorityStays() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10, .paid, payment: 5)])
        #expect(try database.rows(columns) == ["order|1|queued|new|1|10|0|"])
        try await shop.finish(.order("1"), .again(at: instant(900), error: "boom"))
        #expect(try database.rows(columns) == ["order|1|queued|new|1|900|1|boom"])
        try await shop.list([TestOrder("1", at: 20, .completed, payment: 5)])
        #expect(try database.rows(columns) == ["order|1|queued|changed|1|20|0|"])
        // Older, and the same once more: no news.
        try await shop.list([TestOrder("1", at: 15, payment: 5)])
        let outcome = try await shop.list([TestOrder("1", at: 20, .completed, payment: 5)])
        #expect(outcome.events.isEmpty)
        #expect(try database.rows(columns) == ["order|1|queued|changed|1|20|0|"])
    }

    @Test func aStoredDetailLeavesTheQueue() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10), TestOrder("2", at: 10)])
        let outcome = try await shop.detail(TestOrder("1", at: 10, payment: 7))
        #expect(outcome.counts.updated == 1)
        #expect(outcome.events == [.worked(shop.stream(.details), .order("1"), due: nil)])
        #expect(try database.rows(columns) == ["order|2|queued|hollow|0|10|0|"])
        #expect(
            try database.rows("SELECT order_id, payment_fen, has_details FROM orders ORDER BY 1")
                == ["1|7|1", "2|-|0"])
        #expect(
            try database.value("SELECT group_concat(source) FROM order_raw") == "detail,list")
        // Newer than any list: it stays out when the list comes.
        try await shop.detail(TestOrder("2", at: 30, payment: 8))
        try await shop.list([TestOrder("2", at: 20, payment: 6)])
        #expect(try database.rows(columns) == [])
    }

    /// The list has shown a newer version while the detail was on its way.
    @Test func anOverhauledDetailStaysAndComesAgain() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10, payment: 5)])
        try await shop.list([TestOrder("1", at: 20, payment: 6)])
        let outcome = try await shop.detail(TestOrder("1", at: 10, payment: 7), again: 5_000)
        #expect(outcome.counts.unchanged == 1)
        #expect(
            outcome.events == [
                .worked(shop.stream(.details), .order("1"), due: instant(5_010))
            ])
        let error = "the detail is older than the list"
        #expect(try database.rows(columns) == ["order|1|queued|changed|1|5010|1|\(error)"])
        #expect(try database.value("SELECT payment_fen, has_details FROM orders") == "6|0")
        try await shop.detail(TestOrder("1", at: 20, payment: 8))
        #expect(try database.rows(columns) == [])
        #expect(try database.value("SELECT payment_fen, has_details FROM orders") == "8|1")
    }

    /// A list that shows what no detail ever confirms does not hold the queue up for ever.
    @Test func anEverOlderDetailIsGivenUp() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 20, payment: 6)])
        var rests: [Int64] = []
        for attempt in 0...12 {
            let outcome = try await shop.detail(TestOrder("1", at: 10, payment: 7), again: 0)
            guard case .worked(_, _, let due)? = outcome.events.last else { continue }
            if let due { rests.append(due.seconds) } else { #expect(attempt == 12) }
        }
        #expect(rests == [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 2_560, 2_560, 2_560])
        #expect(try database.value("SELECT state, attempts FROM detail_queue") == "refused|13")
        #expect(try await shop.load(.details).items.isEmpty)
    }

    @Test(arguments: ["not_found", "refused"])
    func whatIsGivenUpStaysUntilItChanges(state: String) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10, payment: 5)])
        try await shop.finish(.order("1"), .again(at: instant(12), error: "isv.x"))
        let end: WorkChange.Outcome =
            state == "refused" ? .refused(error: "isv.x") : .notFound(error: "isv.x")
        let outcome = try await shop.finish(.order("1"), end)
        #expect(outcome.events == [.worked(shop.stream(.details), .order("1"), due: nil)])
        #expect(try database.rows(columns) == ["order|1|\(state)|new|1|12|2|isv.x"])
        #expect(try await shop.load(.details) == WorkLoad())
        try await shop.list([TestOrder("1", at: 10, payment: 5)])
        #expect(try database.value("SELECT state FROM detail_queue") == state)
        try await shop.list([TestOrder("1", at: 20, .completed, payment: 5)])
        // Urgency is the new version's: the old entry was at rest.
        #expect(try database.rows(columns) == ["order|1|queued|changed|5|20|0|"])
    }

    /// The platform's last word on an old version says nothing of one that was queued meanwhile.
    @Test(arguments: [WorkChange.Outcome.refused(error: "x"), .notFound(error: "x")])
    func aNewerVersionIsNotGivenUp(end: WorkChange.Outcome) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10, payment: 5)])
        try await shop.finish(.order("1"), .again(at: instant(12), error: "x"))
        try await shop.list([TestOrder("1", at: 20, .paid, payment: 5)])
        let outcome = try await shop.finish(.order("1"), end)
        #expect(outcome.events == [.worked(shop.stream(.details), .order("1"), due: instant(20))])
        #expect(try database.value("SELECT state, attempts FROM detail_queue") == "queued|0")
        #expect(try await shop.load(.details).items == [WorkItem(.order("1"))])
    }

    @Test func onlyFailuresCountAsAttempts() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10)])
        for (at, error) in [(100, ""), (200, "a"), (300, ""), (400, "b")] {
            let outcome = try await shop.finish(
                .order("1"), .again(at: instant(Int64(at)), error: error))
            #expect(
                outcome.events == [
                    .worked(shop.stream(.details), .order("1"), due: instant(Int64(at)))
                ])
        }
        #expect(
            try database.value("SELECT due_at, attempts, last_error FROM detail_queue")
                == "400|2|b")
        #expect(try await shop.load(.details).items == [WorkItem(.order("1"), attempt: 2)])
    }

    /// A list row of a detail's very second with another status: read again, then all is well.
    @Test func aContradictedDetailIsReadAgain() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10, .paid, payment: 5)], details: .never)
        try await shop.detail(TestOrder("1", at: 10, .paid, payment: 5))
        try await shop.list([TestOrder("1", at: 10, .paid, payment: 5)])
        #expect(try database.rows(columns) == [])
        let outcome = try await shop.list([TestOrder("1", at: 10, .shipped, payment: 5)])
        #expect(outcome.events == [.queued(shop.stream(.details))])
        #expect(try database.rows(columns) == ["order|1|queued|contradicted|0|10|0|"])
        // The same detail once more confirms itself.
        try await shop.detail(TestOrder("1", at: 10, .paid, payment: 5), asked: 2_000)
        #expect(try database.rows(columns) == [])
        #expect(try database.value("SELECT status, has_details FROM orders") == "paid|1")
    }

    /// In promotion hours lists come without content. A detail of the change's own second may lack
    /// what else happened in it: the sweep has it read once more, with spare calls.
    @Test func aSweepDoubtsWhatWasReadTooSoon() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let hollow = TestOrder("1", at: 1_000)
        try await shop.list([hollow], asked: 1_002)
        try await shop.detail(TestOrder("1", at: 1_000, payment: 5), asked: 1_003)
        #expect(try database.rows(columns) == [])
        try await shop.list([hollow], asked: 1_050)
        #expect(try database.rows(columns) == [], "a live read doubts nothing")
        let outcome = try await shop.list([hollow], .sweep, asked: 1_700)
        #expect(outcome.events == [.queued(shop.stream(.details))])
        #expect(try database.rows(columns) == ["order|1|queued|hollow|9|1000|0|"])
        #expect(try await shop.load(.details).items.map(\.isHistory) == [true])
        // Unchanged: nothing of it is written, and the next sweep believes it.
        let changes = try database.value("SELECT count(*) FROM changes")
        try await shop.detail(TestOrder("1", at: 1_000, payment: 5), asked: 1_800)
        try await shop.list([hollow], .sweepSecond, asked: 4_600)
        #expect(try database.rows(columns) == [])
        #expect(try database.value("SELECT count(*) FROM changes") == changes)
    }

    /// Two changes in a second: the list shows the second, the detail, of an older copy, the first.
    /// Status and money are the same.
    @Test func aSweepFindsADetailOfAnOlderCopy() async throws {
        func order(_ refund: String) -> TestOrder {
            var item = TestItem("a")
            item.texts = [(\.refundStatus, refund)]
            let items = [item]
            return TestOrder("1", at: 1_000, payment: 5).with {
                ($0.items, $0.raw) = (items, Array("{\"\(refund)\":1}".utf8))
            }
        }
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([order("WAIT")], asked: 1_002)
        try await shop.detail(order("NONE"), asked: 1_003)
        let stored = "SELECT refund_status FROM order_items"
        #expect(try database.value(stored) == "NONE")
        let outcome = try await shop.list([order("WAIT")], .sweep, asked: 1_700)
        #expect(outcome.events == [.queued(shop.stream(.details))])
        #expect(try database.rows(columns) == ["order|1|queued|contradicted|9|1000|0|"])
        try await shop.detail(order("WAIT"), asked: 1_800)
        #expect(try database.value(stored) == "WAIT")
        try await shop.list([order("WAIT")], .sweepSecond, asked: 4_600)
        #expect(try database.rows(columns) == [])
    }

    @Test func refundsHaveTheirQueue() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let hollow = RefundRow("1", at: 10, fen: nil)
        let outcome = try await shop.refunds([hollow, RefundRow("2", at: 11)])
        #expect(outcome.events == [.queued(shop.stream(.refunds))])
        #expect(try database.rows(columns) == ["refund|1|queued|hollow|0|10|0|"])
        #expect(try await shop.load(.details).items.isEmpty)
        var entry = WorkItem(.refund("1"))
        entry.order = "o1"
        #expect(try await shop.load(.refunds).items == [entry])
        let page = RefundPage(refunds: [RefundRow("1", at: 10, fen: 300)], source: .detail)
        let done = try await shop.finish(
            .refund("1"), .read(elseAgainAt: instant(9)), .refunds(page))
        #expect(done.refunds.updated == 1)
        #expect(done.events == [.worked(shop.stream(.refunds), .refund("1"), due: nil)])
        #expect(try database.rows(columns) == [])
        #expect(try database.rows("SELECT refund_fen FROM refunds ORDER BY 1") == ["100", "300"])
    }

    // MARK: Loading

    @Test func theMostUrgentComeFirstAndOfThoseTheOldest() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let other = try await TestShop(database, "other")
        try await shop.list([TestOrder("h", at: 1, .paid, payment: 1)], .backfill)
        try await shop.list([
            TestOrder("c", at: 30, .paid, payment: 1), TestOrder("a", at: 20, .paid, payment: 1),
            TestOrder("z", at: 5, .closed, payment: 1), TestOrder("e", at: 90),
            TestOrder("b", at: 25, .unpaid, payment: 1),
        ])
        try await other.list([TestOrder("x", at: 1)])
        let all = try await shop.load(.details)
        #expect(all.items.map(\.name) == ["e", "a", "c", "b", "z", "h"])
        #expect(all.items.map(\.isHistory) == [false, false, false, false, false, true])
        #expect(all.isAll)
        #expect(all.nextDue == nil)
        let two = try await shop.load(.details, limit: 2)
        #expect(two.items.map(\.name) == ["e", "a"])
        #expect(!two.isAll)
        #expect(two.nextDue == nil)
        let due = try await shop.load(.details, by: 25)
        #expect(due.items.map(\.name) == ["a", "b", "z", "h"])
        #expect(due.isAll)
        #expect(due.nextDue == instant(30))
    }

    @Test func anEmptyQueueIsAll() async throws {
        let shop = try await TestShop(try TestDatabase())
        for kind in [StreamKind.details, .refunds, .shipments] {
            #expect(try await shop.load(kind) == WorkLoad())
        }
    }
}
