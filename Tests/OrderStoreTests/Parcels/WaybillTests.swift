import SyncCore
import Testing

@testable import OrderStore

/// Waybill numbers that sellers correct, and lines in several parcels.
@Suite struct WaybillTests {
    private let query =
        "SELECT tracking_no, status, next_poll_at IS NOT NULL FROM shipments ORDER BY 1"
    private let feed = """
        SELECT entity_id, old_status, new_status FROM changes WHERE entity = 'shipment'
        ORDER BY seq
        """

    private func order(
        at modified: Int64, _ items: [TestItem], further: [String]? = nil,
        _ status: OrderStatus = .shipped
    ) -> TestOrder {
        TestOrder("1", at: modified, status, payment: 5).with {
            $0.items = items
            $0.parcels = further ?? []
            let states = further != nil
            $0.edit = { $0.statesParcels = states }
        }
    }

    private func key(_ number: String) -> WorkItem.Subject {
        .parcel(ParcelKey(order: "1", trackingNumber: number))
    }

    @discardableResult
    private func poll(
        _ shop: TestShop, _ asked: String, answer: String?, _ status: ParcelStatus = .inTransit,
        texts: [String], at: Int64 = 2_000, error: String = ""
    ) async throws -> StoreOutcome {
        let trace = ParcelTrace(
            trackingNumber: answer, company: nil, status: status, platformStatus: "P",
            events: texts.enumerated().map {
                ParcelEvent(
                    at: UTCInstant(seconds: 600 + Int64($0.offset)), text: $0.element, action: "")
            })
        let next = status.isFinal && error.isEmpty ? nil : UTCInstant(seconds: 9_000)
        return try await shop.finish(
            key(asked), .polled(nextAt: next, error: error), .trace(trace), asked: at)
    }

    @Test func aCorrectedNumberReplacesItsParcel() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([order(at: 10, [TestItem("a").sent("SF1")])], details: .never)
        try await poll(shop, "SF1", answer: "SF1", texts: ["x"])
        let outcome = try await shop.list(
            [order(at: 20, [TestItem("a").sent("SF2")])], details: .never, asked: 3_000)
        #expect(outcome.events == [.queued(shop.stream(.shipments))])
        #expect(try database.rows(query) == ["SF1|replaced|0", "SF2|pending|1"])
        #expect(try database.value("SELECT tracking_no FROM order_items") == "SF2")
        #expect(
            try database.rows(feed) == [
                "1/SF1|-|pending", "1/SF1|pending|in_transit", "1/SF2|-|pending",
                "1/SF1|in_transit|replaced",
            ])
        // Its trace stays, and the order is not split because of it.
        #expect(
            try database.rows("SELECT tracking_no, description FROM shipment_events") == ["SF1|x"])
        #expect(try await shop.load(.shipments).items.map(\.parcel?.isSplit) == [false])
        // Stated again, nothing changes any more; nor does the order's end ask for it.
        try await shop.list(
            [order(at: 30, [TestItem("a").sent("SF2")], .completed)], details: .never, asked: 4_000)
        try await shop.list(
            [order(at: 40, [TestItem("a").sent("SF2")])], details: .never, asked: 5_000)
        #expect(try database.rows(query) == ["SF1|replaced|0", "SF2|pending|1"])
        #expect(try database.rows(feed).count == 4)
    }

    /// Answers that were on their way, or that the platform has not updated.
    @Test(arguments: ["SF1", "sf1", nil])
    func theOldParcelsTraceStaysWithIt(answer: String?) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([order(at: 10, [TestItem("a").sent("SF1")])], details: .never)
        try await shop.list([order(at: 20, [TestItem("a").sent("SF2")])], details: .never)
        try await poll(shop, "SF1", answer: answer, .delivered, texts: ["old"])
        #expect(try database.rows(query) == ["SF1|replaced|0", "SF2|pending|1"])
        if let answer {
            try await poll(shop, "SF2", answer: answer, texts: ["old"], error: "another")
        }
        #expect(try database.rows(query) == ["SF1|replaced|0", "SF2|pending|1"])
        #expect(try database.rows("SELECT * FROM shipment_events") == [])
    }

    @Test func aNumberIsCorrectedBack() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        for (number, time) in [("SF1", Int64(10)), ("SF2", 20)] {
            try await shop.list([order(at: time, [TestItem("a").sent(number)])], details: .never)
            try await poll(shop, number, answer: number, texts: ["x"])
        }
        let outcome = try await shop.list(
            [order(at: 30, [TestItem("a").sent("SF1")])], details: .never, asked: 3_000)
        #expect(outcome.events == [.queued(shop.stream(.shipments))])
        #expect(try database.rows(query) == ["SF1|in_transit|1", "SF2|replaced|0"])
        #expect(try await shop.load(.shipments, by: 3_000).items.map(\.name) == ["1/SF1"])
        #expect(
            try database.rows(feed).suffix(2)
                == ["1/SF1|replaced|in_transit", "1/SF2|in_transit|replaced"])
        // One that had arrived is not asked about again.
        try await poll(shop, "SF1", answer: "SF1", .delivered, texts: ["x", "y"], at: 4_000)
        try await shop.list([order(at: 40, [TestItem("a").sent("SF3")])], details: .never)
        try await shop.list([order(at: 50, [TestItem("a").sent("SF1")])], details: .never)
        #expect(
            try database.rows(query) == ["SF1|delivered|0", "SF2|replaced|0", "SF3|replaced|0"])
    }

    /// A row without the number, or without lines, corrects nothing.
    @Test func silenceReplacesNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let both = [TestItem("a").sent("SF1"), TestItem("b").sent("YT2")]
        try await shop.list([order(at: 10, both, further: ["X3"])], details: .never)
        try await shop.list([order(at: 20, [TestItem("a"), TestItem("b")])], details: .never)
        try await shop.list([order(at: 30, [])], details: .never)
        let all = ["SF1|pending|1", "X3|pending|1", "YT2|pending|1"]
        #expect(try database.rows(query) == all)
        // Lines change places between known parcels: both are still there.
        let crossed = [TestItem("a").sent("YT2"), TestItem("b").sent("SF1")]
        try await shop.list([order(at: 40, crossed)], details: .never)
        #expect(try database.rows(query) == all)
    }

    // MARK: Several parcels

    @Test func aLineMayBeInSeveralParcels() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let line = [TestItem("a").sent("SF1")]
        let first = order(at: 10, line, further: ["SF1", "SF2", "SF2"])
        try await shop.list([first], details: .never)
        #expect(try database.rows(query) == ["SF1|pending|1", "SF2|pending|1"])
        #expect(
            try database.rows("SELECT tracking_no, named_by FROM shipments ORDER BY 1")
                == ["SF1|3", "SF2|2"])
        // A line alone in its order is asked about as a whole.
        #expect(try await shop.load(.shipments).items.map(\.parcel?.isSplit) == [false, false])
        // The platform answers about the order: the trace goes to the parcel that it names.
        try await poll(shop, "SF2", answer: "SF1", .delivered, texts: ["x"], error: "another")
        #expect(try database.rows(query) == ["SF1|delivered|0", "SF2|pending|1"])
        #expect(try database.rows("SELECT tracking_no FROM shipment_events") == ["SF1"])
        // A further parcel is corrected, and one goes.
        try await shop.list([order(at: 20, line, further: ["SF1", "SF3"])], details: .never)
        #expect(
            try database.rows(query) == ["SF1|delivered|0", "SF2|replaced|0", "SF3|pending|1"])
        // Of a list that is left out nothing is known.
        try await shop.list([order(at: 30, line)], details: .never)
        #expect(
            try database.value("SELECT status FROM shipments WHERE tracking_no = 'SF3'")
                == "pending")
        try await shop.list([order(at: 40, line, further: [])], details: .never)
        #expect(
            try database.rows(query) == ["SF1|delivered|0", "SF2|replaced|0", "SF3|replaced|0"])
    }

    /// The seller corrects the number of a line that the list named as well.
    @Test func aCorrectionIsStrongerThanAnOldList() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list(
            [order(at: 10, [TestItem("a").sent("SF1")], further: ["SF1", "SF2"])], details: .never)
        try await shop.list([order(at: 20, [TestItem("a").sent("SF9")])], details: .never)
        #expect(
            try database.rows(query) == ["SF1|replaced|0", "SF2|pending|1", "SF9|pending|1"])
    }

    @Test func linesOfParcelsAreKept() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        var listed = page([
            order(
                at: 10, [TestItem("a").sent("SF1"), TestItem("b")], further: ["SF2", "SF2", "SF3"])
        ])
        // Parcels name their lines: SF2 holds both, SF3 the second one.
        for (parcel, item) in [(0, 0), (1, 1), (2, 1)] {
            listed.parcels[parcel].item = listed.items[item].id
        }
        let change = LedgerChange(stream: shop.stream(.orders))
        _ = try await shop.store.apply(
            [.page(PageCommit(content: .orders(listed), change: change, details: .never))],
            now: UTCInstant(seconds: 1_000))
        #expect(
            try database.rows("SELECT tracking_no, item_id FROM shipment_items ORDER BY 1, 2")
                == ["SF1|a", "SF2|a", "SF2|b", "SF3|b"])
    }

    // MARK: The platform's list of parcels

    private func listed(_ shop: TestShop, _ numbers: [String], at: Int64) async throws {
        let rows = numbers.map { ParcelRow(trackingNumber: $0, company: nil, items: ["a"]) }
        try await shop.finish(
            key("B"), .parcelsListed(nextAt: UTCInstant(seconds: at)),
            .parcels(ParcelListing(rows: rows)),
            asked: at)
    }

    /// A line names a parcel that the list has named: its old one is still in the list.
    @Test func theListKeepsAParcelThatLinesLeave() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let lines = [TestItem("a").sent("A"), TestItem("b").sent("B")]
        try await shop.list([order(at: 10, lines)], details: .never)
        try await listed(shop, ["A", "B", "C"], at: 2_000)
        #expect(
            try database.rows("SELECT tracking_no, named_by FROM shipments ORDER BY 1")
                == ["A|5", "B|5", "C|4"])
        let moved = [TestItem("a").sent("C"), TestItem("b").sent("B")]
        try await shop.list([order(at: 20, moved)], details: .never, asked: 3_000)
        #expect(try database.rows(query) == ["A|pending|1", "B|pending|1", "C|pending|1"])
        // The list leaves it out, and names it again.
        try await listed(shop, ["B", "C"], at: 4_000)
        #expect(try database.rows(query) == ["A|replaced|0", "B|pending|1", "C|pending|1"])
        try await listed(shop, ["A", "B", "C"], at: 5_000)
        #expect(try database.rows(query) == ["A|pending|1", "B|pending|1", "C|pending|1"])
    }
}
