import SyncCore
import Testing

@testable import OrderStore

/// What couriers say of a parcel.
@Suite struct ParcelPollTests {
    private let key = ParcelKey(order: "1", trackingNumber: "SF1")

    /// A shop with one order in one parcel.
    private func site(_ items: [TestItem]? = nil) async throws -> (TestDatabase, TestShop) {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder("1", at: 10, .shipped, payment: 5).with {
            $0.items = items ?? [TestItem("a").sent("SF1", "顺丰", at: 500)]
        }
        try await shop.list([order], details: .never)
        return (database, shop)
    }

    private func steps(_ texts: [(Int64, String)]) -> [ParcelEvent] {
        texts.map { ParcelEvent(at: UTCInstant(seconds: $0.0), text: $0.1, action: "A\($0.1)") }
    }

    @discardableResult
    private func poll(
        _ shop: TestShop, _ status: ParcelStatus, _ texts: [(Int64, String)],
        next: Int64? = 9_000, asked: Int64 = 2_000, company: String? = nil
    ) async throws -> StoreOutcome {
        let trace = ParcelTrace(
            trackingNumber: "SF1", company: company, status: status,
            platformStatus: "P_\(status.rawValue)", events: steps(texts))
        let outcome = WorkChange.Outcome.polled(
            nextAt: next.map { UTCInstant(seconds: $0) }, error: "")
        return try await shop.finish(.parcel(key), outcome, .trace(trace), asked: asked)
    }

    private func events(_ database: TestDatabase) throws -> [String] {
        try database.rows(
            "SELECT seq, event_at, description, action FROM shipment_events ORDER BY seq")
    }

    private let feed =
        "SELECT kind, old_status, new_status FROM changes WHERE entity = 'shipment' ORDER BY seq"

    @Test func aWayGrows() async throws {
        let (database, shop) = try await site()
        let outcome = try await poll(shop, .collected, [(600, "a")], company: "顺丰速运")
        #expect(
            outcome.events == [
                .worked(shop.stream(.shipments), .parcel(key), due: UTCInstant(seconds: 9_000))
            ])
        #expect(
            try database.value(
                "SELECT status, platform_status, company, last_event, last_event_at, "
                    + "delivered_at, next_poll_at, poll_count, polled_at, updated_at "
                    + "FROM shipments")
                == "collected|P_collected|顺丰速运|a|600|-|9000|1|2000|2000")
        try await poll(shop, .inTransit, [(600, "a"), (700, "b"), (700, "c")], asked: 3_000)
        #expect(try events(database) == ["1|600|a|Aa", "2|700|b|Ab", "3|700|c|Ac"])
        #expect(
            try database.value("SELECT status, last_event, poll_count, polled_at FROM shipments")
                == "in_transit|c|2|3000")
        #expect(
            try database.rows(feed) == [
                "created|-|pending", "updated|pending|collected", "updated|collected|in_transit",
            ])
        let item = try #require(try await shop.load(.shipments).items.first)
        #expect(item.parcel?.status == .inTransit)
        #expect(item.parcel?.lastEventAt == UTCInstant(seconds: 700))
    }

    @Test func anIdenticalPollIsNoChange() async throws {
        let (database, shop) = try await site()
        try await poll(shop, .inTransit, [(600, "a"), (700, "b")])
        let before = try database.content().filter {
            !$0.hasPrefix("shipments") && !$0.hasPrefix("checkpoints")
        }
        try await poll(shop, .inTransit, [(600, "a"), (700, "b")], asked: 3_000)
        let after = try database.content().filter {
            !$0.hasPrefix("shipments") && !$0.hasPrefix("checkpoints")
        }
        #expect(after == before)
        #expect(try database.value("SELECT poll_count FROM shipments") == "2")
    }

    /// Steps that come late, or in another wording, leave exactly what the courier says now.
    @Test(
        arguments: [
            ("before the last", [(600, "a"), (800, "c")], [(600, "a"), (700, "b"), (800, "c")]),
            ("before all", [(600, "a")], [(500, "z"), (600, "a")]),
            (
                "in the last step's second", [(600, "a"), (700, "c")],
                [(600, "a"), (700, "b"), (700, "c")]
            ),
            ("in the only step's second", [(600, "a")], [(600, "z"), (600, "a")]),
            ("reworded", [(600, "a"), (700, "b")], [(600, "A"), (700, "b")]),
            (
                "reworded and longer", [(600, "a"), (700, "b")],
                [(600, "a"), (700, "B"), (800, "c")]
            ),
        ] as [(String, [(Int64, String)], [(Int64, String)])])
    func aWayThatChangesIsStoredAnew(
        why: String, first: [(Int64, String)], second: [(Int64, String)]
    ) async throws {
        let (database, shop) = try await site()
        try await poll(shop, .inTransit, first)
        try await poll(shop, .inTransit, second, asked: 3_000)
        let expected = second.enumerated().map { index, step in
            "\(index + 1)|\(step.0)|\(step.1)|A\(step.1)"
        }
        #expect(try events(database) == expected, "\(why)")
    }

    /// Fewer steps are an older answer: what has happened has happened.
    @Test func aWayDoesNotShrink() async throws {
        let (database, shop) = try await site()
        try await poll(shop, .outForDelivery, [(600, "a"), (700, "b")])
        let query = "SELECT status, platform_status, last_event, last_event_at FROM shipments"
        let before = try database.value(query)
        let changes = try database.rows(feed)
        try await poll(shop, .collected, [(600, "a")], next: 9_500, asked: 3_000)
        #expect(try events(database).count == 2)
        #expect(try database.value(query) == before)
        #expect(try database.rows(feed) == changes)
        // No trace at all any more: the same.
        try await poll(shop, .unknown, [], asked: 4_000)
        #expect(try events(database).count == 2)
        #expect(try database.value(query).hasPrefix("out_for_delivery|"))
        #expect(try database.rows(feed) == changes)
        #expect(try database.value("SELECT poll_count, next_poll_at FROM shipments") == "3|9000")
    }

    @Test func deliveryEndsThePolls() async throws {
        let (database, shop) = try await site()
        try await poll(shop, .delivered, [(600, "a"), (900, "signed")], next: nil)
        #expect(
            try database.value("SELECT status, delivered_at, next_poll_at FROM shipments")
                == "delivered|900|-")
        #expect(try await shop.load(.shipments) == WorkLoad())
    }

    @Test func failuresAreNotedAndAnswersClearThem() async throws {
        let (database, shop) = try await site()
        let query = "SELECT status, next_poll_at, poll_count, failures, last_error FROM shipments"
        let next = UTCInstant(seconds: 7_000)
        let outcome = try await shop.finish(.parcel(key), .polled(nextAt: next, error: "isp.x"))
        #expect(outcome.events == [.worked(shop.stream(.shipments), .parcel(key), due: next)])
        #expect(try database.value(query) == "pending|7000|1|1|isp.x")
        try await shop.finish(.parcel(key), .again(at: UTCInstant(seconds: 8_000), error: "b"))
        #expect(try database.value(query) == "pending|8000|2|2|b")
        // The pause before the next try grows with them.
        let load = try await shop.load(.shipments, by: 8_000)
        #expect(load.items.map(\.attempt) == [2])
        try await poll(shop, .collected, [(600, "a")])
        #expect(try database.value(query) == "collected|9000|3|0|")
        try await shop.finish(.parcel(key), .polled(nextAt: nil, error: ""))
        #expect(try database.value(query) == "collected|-|4|0|")
    }

    /// They ended while the question was on its way.
    @Test func endedPollsStayEnded() async throws {
        let (database, shop) = try await site()
        try await shop.list([TestOrder("1", at: 20, .completed, payment: 5)], details: .never)
        try database.execute("UPDATE shipments SET next_poll_at = NULL")
        let outcome = try await poll(shop, .delivered, [(900, "signed")], next: 9_000)
        #expect(
            outcome.events == [.worked(shop.stream(.shipments), .parcel(key), due: nil)])
        #expect(try database.value("SELECT status, next_poll_at FROM shipments") == "delivered|-")
        let next = UTCInstant(seconds: 9_000)
        for end in [
            WorkChange.Outcome.polled(nextAt: next, error: ""), .again(at: next, error: "x"),
        ] {
            try await shop.finish(.parcel(key), end)
            #expect(try database.value("SELECT next_poll_at FROM shipments") == "-")
        }
    }

    /// A day after its order's end any answer ends the polls, and of passing faults not too many.
    @Test func theLastLookIsTheLast() async throws {
        let (next, late) = (UTCInstant(seconds: 190_000), Int64(100_000))
        let (database, shop) = try await site()
        try await shop.list([TestOrder("1", at: 20, .completed, payment: 5)], details: .never)
        let query = "SELECT status, next_poll_at FROM shipments"
        let failed = WorkChange.Outcome.polled(nextAt: next, error: "52001")
        for _ in 1..<5 {
            try await shop.finish(.parcel(key), failed, asked: late)
            #expect(try database.value(query) == "pending|190000")
        }
        let given = try await shop.finish(.parcel(key), failed, asked: late)
        #expect(given.events == [.worked(shop.stream(.shipments), .parcel(key), due: nil)])
        #expect(try database.value(query) == "pending|-")
        for steps in [[(Int64(900), "a")], []] {
            let (database, shop) = try await site()
            try await shop.list([TestOrder("1", at: 20, .closed, payment: 5)], details: .never)
            let status = steps.isEmpty ? ParcelStatus.unknown : .outForDelivery
            // The trace follows the end: it is polled for another day by the plan.
            try await poll(shop, status, steps, next: 95_000, asked: 86_420)
            #expect(try database.value("SELECT next_poll_at FROM shipments") == "95000")
            try await shop.finish(
                .parcel(key), .polled(nextAt: UTCInstant(seconds: 95_001), error: ""),
                asked: 86_420)
            #expect(try database.value("SELECT next_poll_at FROM shipments") == "95001")
            try await poll(shop, status, steps, next: 190_000, asked: 86_421)
            #expect(try database.value("SELECT next_poll_at FROM shipments") == "-")
        }
    }

    @Test func aParcelThatIsGoneIsLeftAlone() async throws {
        let (database, shop) = try await site()
        try database.execute("DELETE FROM shipments")
        let outcome = try await poll(shop, .collected, [(600, "a")])
        #expect(outcome.events == [.worked(shop.stream(.shipments), .parcel(key), due: nil)])
        #expect(try events(database).isEmpty)
    }

    // MARK: Split orders

    private func listed(
        _ shop: TestShop, _ rows: [ParcelRow], rejected: [RejectedRow] = []
    ) async throws -> StoreOutcome {
        try await shop.finish(
            .parcel(key), .parcelsListed(nextAt: UTCInstant(seconds: 2_001)),
            .parcels(ParcelListing(rows: rows, rejected: rejected)),
            asked: 2_000)
    }

    @Test func aSplitOrdersParcelsAreListed() async throws {
        let (database, shop) = try await site([
            TestItem("a").sent("SF1"), TestItem("b").sent("SF1"),
        ])
        let rows = [
            ParcelRow(trackingNumber: "SF1", company: "顺丰", items: ["a"]),
            ParcelRow(trackingNumber: "YT2", company: "圆通", items: ["b"]),
        ]
        let outcome = try await listed(shop, rows)
        #expect(outcome.events.contains(.queued(shop.stream(.shipments))))
        #expect(
            try database.rows("SELECT tracking_no, item_ids, status FROM shipments ORDER BY 1")
                == ["SF1|a|pending", "YT2|b|pending"])
        #expect(
            try database.rows("SELECT entity_id FROM changes WHERE entity = 'shipment'")
                == ["1/SF1", "1/YT2"])
        #expect(
            try database.value("SELECT next_poll_at FROM shipments WHERE tracking_no = 'SF1'")
                == "2001")
        let load = try await shop.load(.shipments)
        #expect(load.items.map(\.name) == ["1/SF1", "1/YT2"])
        #expect(load.items.map(\.parcel?.items) == [["a"], ["b"]])
        #expect(load.items.allSatisfy { $0.parcel?.isSplit == true })
        // Listed again, with nothing new: no change.
        let changes = try database.value("SELECT count(*) FROM changes")
        _ = try await listed(shop, rows)
        #expect(try database.value("SELECT count(*) FROM changes") == changes)
    }

    /// Recorded until the list shows every parcel readably.
    @Test func aParcelThatCannotBeReadIsRecorded() async throws {
        let (database, shop) = try await site([
            TestItem("a").sent("SF1"), TestItem("b").sent("SF1"),
        ])
        let row = ParcelRow(trackingNumber: "SF1", company: nil, items: ["a"])
        let rejected = RejectedRow(
            entity: .parcel, reason: .unusableID, order: "1", raw: Array("{}".utf8), contentHash: 7)
        let query = "SELECT entity, order_id, reason, stream FROM rejected_rows"
        let outcome = try await listed(shop, [row], rejected: [rejected])
        #expect(outcome.rejections.map(\.row) == [rejected])
        #expect(try database.rows(query) == ["parcel|1|unusable_id|shipments"])
        #expect(try database.value("SELECT count(*) FROM shipments") == "1")
        _ = try await listed(shop, [row])
        #expect(try database.rows(query) == [])
    }

    /// The parcels of an order that has ended are looked at once, as the one was that stood for
    /// them all.
    @Test func parcelsListedAfterTheEndAreLookedAtOnce() async throws {
        let (database, shop) = try await site()
        try await shop.list([TestOrder("1", at: 20, .completed, payment: 5)], details: .never)
        let rows = [
            ParcelRow(trackingNumber: "SF1", company: nil, items: ["a"]),
            ParcelRow(trackingNumber: "YT2", company: nil, items: ["b"]),
        ]
        _ = try await listed(shop, rows)
        #expect(try await shop.load(.shipments).items.map(\.name) == ["1/SF1", "1/YT2"])
        for row in rows {
            let key = ParcelKey(order: "1", trackingNumber: row.trackingNumber)
            let next = UTCInstant(seconds: 190_000)
            try await shop.finish(.parcel(key), .polled(nextAt: next, error: ""), asked: 100_000)
        }
        #expect(try await shop.load(.shipments) == WorkLoad())
        // They are not polled any more: neither is what is listed then.
        _ = try await listed(
            shop, rows + [ParcelRow(trackingNumber: "ZT3", company: nil, items: ["c"])])
        #expect(try await shop.load(.shipments) == WorkLoad())
        #expect(try database.value("SELECT count(*) FROM shipments") == "3")
    }
}
