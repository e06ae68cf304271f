import SyncCore
import Testing

@testable import OrderStore

/// Parcels as the orders' own items name them, and when they are asked about.
@Suite struct ShipmentTests {
    private func order(
        _ status: OrderStatus, at modified: Int64 = 10, _ items: [TestItem]
    ) -> TestOrder {
        TestOrder("1", at: modified, status, payment: 5).with { $0.items = items }
    }

    private func order(at modified: Int64 = 10, _ items: [TestItem]) -> TestOrder {
        order(.shipped, at: modified, items)
    }

    private let feed =
        "SELECT entity_id, kind, old_status, new_status FROM changes WHERE entity = 'shipment'"

    @Test func parcelsComeFromItems() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let items = [
            TestItem("a").sent("SF1", "顺丰", at: 500), TestItem("b").sent("SF1", "顺丰", at: 500),
            TestItem("c").sent("YT2", at: 600), TestItem("d"), TestItem("e").sent(""),
        ]
        let outcome = try await shop.list([order(.partShipped, items)], details: .never)
        #expect(outcome.events == [.queued(shop.stream(.shipments))])
        #expect(
            try database.rows(
                "SELECT order_id, tracking_no, company, status, platform_status, shipped_at, "
                    + "poll_count, first_seen_at FROM shipments ORDER BY 2") == [
                    "1|SF1|顺丰|pending|-|500|0|1000", "1|YT2|-|pending|-|600|0|1000",
                ])
        #expect(
            try database.rows(feed) == ["1/SF1|created|-|pending", "1/YT2|created|-|pending"])
        // Known at 1,000: within two units from then, spread by the number.
        let polls = try database.rows("SELECT next_poll_at FROM shipments").compactMap { Int($0) }
        #expect(polls.count == 2)
        #expect(polls.allSatisfy { (1_000..<1_200).contains($0) })
        let load = try await shop.load(.shipments)
        let states = Dictionary(uniqueKeysWithValues: load.items.map { ($0.name, $0.parcel) })
        #expect(
            states["1/SF1"]
                == ParcelState(
                    status: .pending, shippedAt: UTCInstant(seconds: 500), items: ["a", "b"],
                    isSplit: true))
        #expect(states["1/YT2"]??.items == ["c"])
    }

    @Test func aFreshParcelIsPolledSoonAfterItWasSent() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([
            order([TestItem("a").sent("SF1", at: 990)]),
            TestOrder("2", at: 10, .shipped, payment: 1).with {
                $0.items = [TestItem("a").sent("SF1")]
                $0.edit = { $0.shippedAt = UTCInstant(seconds: 995) }
            },
        ])
        let polls = try database.rows("SELECT next_poll_at FROM shipments ORDER BY order_id")
            .compactMap { Int($0) }
        #expect((1_090..<1_290).contains(polls[0]))
        // The order's own time where the item has none; equal numbers are spread alike.
        #expect(polls[1] == polls[0] + 5)
        #expect(try database.value("SELECT count(*) FROM shipments WHERE shipped_at = 995") == "1")
        let load = try await shop.load(.shipments)
        #expect(load.items.map(\.parcel?.isSplit) == [false, false])
        #expect(
            try await shop.load(.shipments, by: Int64(polls[0])).nextDue?.seconds
                == Int64(polls[1]))
        let one = try await shop.load(.shipments, limit: 1)
        #expect(one.items.map(\.name) == ["1/SF1"])
        #expect(!one.isAll)
    }

    @Test func whatAnOrderStatesLaterIsFilledIn() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let query = "SELECT company, shipped_at, updated_at FROM shipments"
        try await shop.list([order([TestItem("a").sent("SF1")])])
        #expect(try database.value(query) == "-|-|1000")
        try await shop.list([order(at: 20, [TestItem("a").sent("SF1", "顺丰", at: 7)])], asked: 2_000)
        #expect(try database.value(query) == "顺丰|7|2000")
        // Said again, or left out: nothing to write, nothing blanked.
        try await shop.list([order(at: 30, [TestItem("a").sent("SF1", "顺丰", at: 7)])], asked: 3_000)
        try await shop.list([order(at: 40, [TestItem("a").sent("SF1")])], asked: 4_000)
        #expect(try database.value(query) == "顺丰|7|2000")
        #expect(try database.rows(feed).count == 1)
        #expect(try database.value("SELECT count(*) FROM shipments") == "1")
    }

    /// Buyers confirm what they have just received: what is polled still is looked at again.
    @Test(arguments: [OrderStatus.completed, .closed])
    func anOrdersEndAsksForItsParcels(end: OrderStatus) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let sent = [TestItem("a").sent("SF1", at: 1_500), TestItem("b").sent("YT2", at: 1_500)]
        try await shop.list([order(sent)], asked: 2_000)
        try database.execute("UPDATE shipments SET next_poll_at = 9000")
        let delivered = ParcelKey(order: "1", trackingNumber: "YT2")
        try await shop.finish(.parcel(delivered), .polled(nextAt: nil, error: ""))
        // A row without its items ends it as well.
        let outcome = try await shop.list([order(end, at: 20, [])], details: .never, asked: 3_000)
        #expect(outcome.events == [.queued(shop.stream(.shipments))])
        #expect(try await shop.load(.shipments, by: 3_000).items.map(\.name) == ["1/SF1"])
        #expect(
            try database.rows("SELECT DISTINCT status FROM shipments WHERE order_id = '1'")
                == ["pending"])
        // Stated again, it stays with that one.
        try await shop.finish(
            .parcel(ParcelKey(order: "1", trackingNumber: "SF1")),
            .polled(nextAt: UTCInstant(seconds: 190_000), error: ""), asked: 100_000)
        try await shop.list([order(end, at: 30, sent)], details: .never, asked: 110_000)
        #expect(try await shop.load(.shipments) == WorkLoad())
    }

    /// Money back for one case closes an order, and the next case opens it again.
    @Test func anOrderThatContinuesIsPolledAgain() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let sent = [TestItem("a").sent("SF1"), TestItem("b").sent("YT2")]
        try await shop.list([order(sent)], details: .never)
        try await shop.list([order(.closed, at: 20, sent)], details: .never)
        try database.execute("UPDATE shipments SET next_poll_at = NULL")
        try database.execute("UPDATE shipments SET status = 'delivered' WHERE tracking_no = 'YT2'")
        let outcome = try await shop.list([order(at: 30, sent)], details: .never, asked: 5_000)
        #expect(outcome.events == [.queued(shop.stream(.shipments))])
        #expect(
            try database.rows("SELECT tracking_no, next_poll_at FROM shipments ORDER BY 1")
                == ["SF1|5000", "YT2|-"])
        // A version that leaves the status out neither ends nor resumes anything.
        let silent = order(.unknown, at: 40, sent).with {
            $0.edit = { $0.platformStatus = .absent }
        }
        #expect(try await shop.list([silent], details: .never, asked: 6_000).events.isEmpty)
        #expect(try database.value("SELECT min(next_poll_at) FROM shipments") == "5000")
    }

    /// History: whose end is known needs no poll, and is no news.
    @Test func parcelsOfEndedOrdersAreNeverPolled() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let outcome = try await shop.list(
            [order(.completed, [TestItem("a").sent("SF1", "顺丰", at: 9)])], .backfill,
            details: .never)
        #expect(outcome.events.isEmpty)
        #expect(
            try database.rows("SELECT tracking_no, company, status, next_poll_at FROM shipments")
                == ["SF1|顺丰|unknown|-"])
        #expect(try database.rows(feed).isEmpty)
    }

    /// Those of history that were no news are announced before anything happens to them.
    @Test func anOrderOfHistoryThatContinuesIsPolled() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let sent = [TestItem("a").sent("SF1")]
        try await shop.list([order(.closed, sent)], .backfill, details: .never, asked: 100_000)
        #expect(try database.rows(feed).isEmpty)
        try await shop.list([order(at: 30, sent)], details: .never, asked: 100_100)
        #expect(try database.rows(feed) == ["1/SF1|created|-|unknown"])
        #expect(try await shop.load(.shipments).items.map(\.name) == ["1/SF1"])
        // Back and forth, that is reported once.
        let key = ParcelKey(order: "1", trackingNumber: "SF1")
        try await shop.finish(.parcel(key), .polled(nextAt: nil, error: ""))
        try await shop.list([order(.closed, at: 40, sent)], details: .never, asked: 100_200)
        try await shop.list([order(at: 50, sent)], details: .never, asked: 100_300)
        #expect(try database.rows(feed).count == 1)
    }

    /// An order states one time for all of its parcels: one that it names weeks later is not as
    /// old.
    @Test func aLaterParcelIsNotAsOldAsTheFirst() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let first = TestItem("a").sent("SF1", at: 500)
        try await shop.list([order([first])], details: .never, asked: 900_000)
        let second = TestItem("b").sent("YT2", at: 500)
        try await shop.list(
            [order(at: 20, [first, second])], details: .never, asked: 2_000_000)
        let load = try await shop.load(.shipments, by: 3_000_000)
        let sent = Dictionary(
            uniqueKeysWithValues: load.items.map { ($0.name, $0.parcel?.shippedAt?.seconds) })
        #expect(sent == ["1/SF1": 500, "1/YT2": 2_000_000])
        #expect(try database.rows("SELECT DISTINCT shipped_at FROM shipments") == ["500"])
    }

    /// What is sent after a refund, and what was sent and received between two polls, is news.
    @Test func aNewParcelOfAnOrderThatHasEndedIsPolled() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let one = TestItem("a").sent("SF1", at: 500)
        let paid = order(.paid, [TestItem("a")])
        try await shop.list([paid], details: .never)
        try await shop.list([order(.closed, at: 900, [one])], details: .never)
        #expect(try await shop.load(.shipments, by: 9_000).items.map(\.name) == ["1/SF1"])
        #expect(try database.rows(feed) == ["1/SF1|created|-|pending"])
        // So is what was refunded a moment ago, before the order was known.
        let other = TestOrder("2", at: 900, .closed, payment: 5).with { $0.items = [one] }
        try await shop.list([other], .backfill, details: .never)
        #expect(
            try await shop.load(.shipments, by: 9_000).items.map(\.name).sorted()
                == ["1/SF1", "2/SF1"])
        try database.execute("DELETE FROM shipments WHERE order_id = '2'")
        // After days without the daemon it is none.
        let late = order(.closed, at: 1_000, [one, TestItem("b").sent("YT2", at: 600)])
        try await shop.list([late], details: .never, asked: 90_000)
        #expect(
            try database.rows(
                "SELECT status, next_poll_at IS NULL FROM shipments ORDER BY tracking_no")
                == ["pending|0", "unknown|1"])
    }

    @Test func identicalRowsWriteNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let orders = [order([TestItem("a").sent("SF1", "顺丰"), TestItem("b").sent("YT2")])]
        try await shop.list(orders)
        let before = try database.content()
        let outcome = try await shop.list(orders, asked: 2_000)
        #expect(outcome.events.isEmpty)
        #expect(outcome.counts.unchanged == 1)
        let after = try database.content().filter { !$0.hasPrefix("checkpoints") }
        #expect(after == before.filter { !$0.hasPrefix("checkpoints") })
    }

    @Test func aNewParcelOfAKnownOrderIsNews() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([order([TestItem("a").sent("SF1"), TestItem("b")])])
        #expect(try await shop.load(.shipments).items.map(\.parcel?.isSplit) == [false])
        let outcome = try await shop.list(
            [order(at: 20, [TestItem("a").sent("SF1"), TestItem("b").sent("YT2")])],
            details: .never)
        #expect(outcome.events == [.queued(shop.stream(.shipments))])
        #expect(try await shop.load(.shipments).items.map(\.parcel?.isSplit) == [true, true])
    }

    @Test func detailsBringParcelsToo() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 10, .shipped)])
        let outcome = try await shop.detail(order([TestItem("a").sent("SF1")]))
        #expect(outcome.events.contains(.queued(shop.stream(.shipments))))
        #expect(try database.value("SELECT tracking_no FROM shipments") == "SF1")
    }
}
