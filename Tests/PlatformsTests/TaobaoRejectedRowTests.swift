import SyncCore
import Testing

@testable import Platforms

/// One bad row does not block the others.
@Suite struct TaobaoRejectedRowTests {
    private let adapter = TaobaoAdapter()
    private static let good =
        #"{"tid":7,"payment":"1.00","modified":"2025-11-11 00:00:07","#
        + #""created":"2025-11-11 00:00:01"}"#
    private static let time = #""modified":"2025-11-11 00:00:00","created":"2025-11-10 00:00:00""#

    private func page(
        _ row: String, _ method: CallMethod = .ordersChanged
    ) throws -> (OrderPage, PageSummary) {
        let body = #"{"has_next":false,"trades":{"trade":[\#(Self.good),\#(row),\#(Self.good)]}}"#
        let response = PlatformResponse(status: 200, body: Array(body.utf8))
        guard case .orders(let page, let summary) = try adapter.decode(response, to: .list(method))
        else { preconditionFailure("a list answers with orders") }
        return (page, summary)
    }

    @Test(
        arguments: [
            ("null", .notAnObject, nil), ("5", .notAnObject, nil), ("[1]", .notAnObject, nil),
            ("{}", .unusableID, nil), ("{T}", .unusableID, nil),
            (#"{"tid":"",T}"#, .unusableID, nil),
            (#"{"tid":{"x":1},T}"#, .unusableID, nil), (#"{"tid":true,T}"#, .unusableID, nil),
            (#"{"tid":1e400,T}"#, .unusableID, nil), (#"{"tid":3.1e18,T}"#, .unusableID, nil),
            (#"{"tid":-5,T}"#, .unusableID, nil), (#"{"tid":0,T}"#, .unusableID, nil),
            (#"{"tid":5,"tid_str":"6",T}"#, .contradictoryID, nil),
            (#"{"tid":9}"#, .unreadableTime, "9"),
            (#"{"tid":9,"created":"2025-11-11 00:00:00"}"#, .unreadableTime, "9"),
            (
                #"{"tid":9,"created":"2025-11-11 00:00:00","modified":"0000-00-00 00:00:00"}"#,
                .unreadableTime, "9"
            ),
            (#"{"tid":9,"modified":"yesterday"}"#, .unreadableTime, "9"),
            (#"{"tid":9,"modified":{"at":1}}"#, .unreadableTime, "9"),
            (#"{"tid":9,"payment":"much",T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"payment":"1,000.00",T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"payment":true,T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"payment":"0.005",T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"payment":"92233720368547758.08",T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"payment":"92233720368547758.07",T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"payment":"-1.10",T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"total_fee":["1.00"],T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"orders":5,T}"#, .malformedItems, "9"),
            (#"{"tid":9,"orders":{"order":"x"},T}"#, .malformedItems, "9"),
            (#"{"tid":9,"orders":{"order":[{"oid":1},"x"]},T}"#, .malformedItems, "9"),
            (#"{"tid":9,"orders":{"order":[{"oid":1},[]]},T}"#, .malformedItems, "9"),
            (#"{"tid":9,"orders":{"order":[{"oid":1,"num":"two"}]},T}"#, .malformedItems, "9"),
            (#"{"tid":9,"orders":{"order":[{"oid":1,"price":"?"}]},T}"#, .malformedMoney, "9"),
            (#"{"tid":9,"orders":{"order":[{"oid":1,"oid_str":"2"}]},T}"#, .contradictoryID, "9"),
            (#"{"tid":9,"status":{"x":1},T}"#, .malformedMember, "9"),
        ] as [(String, RejectedRow.Reason, String?)])
    func theDecoderStoresTheOthers(row: String, reason: RejectedRow.Reason, id: String?) throws {
        let row = row.replacing("T}", with: "\(Self.time)}")
        let (page, summary) = try page(row)
        #expect(page.orders.count == 2, "\(row)")
        #expect(summary.rows.count == 2, "\(row)")
        #expect(page.items.isEmpty, "\(row)")
        #expect(summary.rejectedCount == 1, "\(row)")
        #expect(page.rejected.count == 1, "\(row)")
        let rejected = try #require(page.rejected.first)
        #expect(rejected.entity == .order, "\(row)")
        #expect(rejected.reason == reason, "\(row)")
        #expect(rejected.id == id, "\(row)")
        #expect(String(decoding: rejected.raw, as: UTF8.self) == row)
    }

    /// Stored without it, and read in full.
    @Test(arguments: [
        #""pay_time":"soon""#, #""seller_flag":"red""#, #""end_time":5"#, #""consign_time":true"#,
        #""orders":{"order":[{"oid":1,"sku_id":8.0E11}]}"#,
        #""orders":{"order":[{"oid":3.1e18}]}"#, #""orders":{"order":[{"title":"x"}]}"#,
    ])
    func theDecoderLeavesOutWhatDecidesNothing(member: String) throws {
        let (page, _) = try page(#"{"tid":9,\#(Self.time),\#(member)}"#)
        #expect(page.orders.count == 3)
        #expect(page.rejected.isEmpty)
        #expect(page.orders.map(\.isPartial) == [false, true, false])
        #expect(page.orders[1].paidAt == nil)
        #expect(page.orders[1].sellerFlag == nil)
        let demand = detailDemand(
            for: page.orders[1], isNew: true, isHistory: false, policy: .never)
        #expect(demand?.reason == .hollow)
    }

    @Test(arguments: [
        #""pay_time":"""#, #""pay_time":null"#, #""pay_time":"0000-00-00 00:00:00""#,
        #""seller_flag":2.0"#, #""orders":null"#, #""orders":"""#, #""orders":{}"#,
        #""payment":"""#,
        #""title":{"a":1}"#, #""pay_time":{}"#, #""pay_time":" 2025-11-11 00:00:03 ""#,
    ])
    func anEmptyValueIsNoFault(member: String) throws {
        let (page, _) = try page(#"{"tid":9,\#(Self.time),\#(member)}"#)
        #expect(page.rejected.isEmpty)
        #expect(page.orders.allSatisfy { !$0.isPartial })
    }

    @Test func aRowWithoutTheTimeOfItsListIsRejected() throws {
        let row = #"{"tid":9,"payment":"1","modified":"2025-11-11 00:00:00"}"#
        let (page, summary) = try page(row, .ordersCreated)
        #expect(page.rejected.map(\.reason) == [.unreadableTime])
        #expect(summary.rejectedCount == 1)
        #expect(page.rejected[0].at == beijing("2025-11-11 00:00:00"))
    }

    @Test func theExactIDWins() throws {
        let exact = "3147029749005308888"
        for (tid, text) in [
            ("3147029749005308928", exact), ("3.147029749005309E18", exact), (exact, exact),
            (exact, "3.147029749005309E18"),
        ] {
            for members in [
                #""tid":\#(tid),"tid_str":"\#(text)""#,
                #""tid_str":"\#(text)","tid":\#(tid)"#,
            ] {
                let (page, _) = try page("{\(members),\(Self.time)}")
                #expect(page.orders.map { page.text($0.id) } == ["7", exact, "7"])
                #expect(page.orders[1].idHash != page.orders[0].idHash)
            }
        }
    }

    // MARK: Lines

    private func lines(_ lines: String) throws -> [String?] {
        let (page, _) = try page(#"{"tid":9,\#(Self.time),"orders":{"order":[\#(lines)]}}"#)
        #expect(page.rejected.isEmpty)
        return page.items[page.orders[1].items].map { page.text($0.id) }
    }

    @Test(
        arguments: [
            (#"{"oid":1,"title":"甲"},{"oid":1,"title":"乙"},{"title":"丙"}"#, ["1", "1#2", "#1"]),
            (#"{"oid":1},{"oid":1},{"oid":1}"#, ["1", "1#2", "1#3"]),
            (
                #"{"sku_id":"8","num":1},{"sku_id":"8","num":2},{"num_iid":6}"#,
                ["8#1", "8#2", "6#1"]
            ),
            (#"{"oid":3.1e18,"sku_id":"8"},{"oid":3.1e18,"sku_id":"9"}"#, ["8#1", "9#1"]),
            (
                #"{"oid":3147029749005308928,"oid_str":"3147029749005308888"},"#
                    + #"{"oid":3147029749005308928,"oid_str":"3147029749005308889"}"#,
                ["3147029749005308888", "3147029749005308889"]
            ),
        ] as [(String, [String?])])
    func everyLineIsKept(json: String, ids: [String?]) throws {
        #expect(try lines(json) == ids)
        #expect(try lines(json) == ids, "read again")
    }

    /// A line that cannot be read must not delete the one that is stored: such an answer does not
    /// state all lines, and the order is read in full.
    @Test(
        arguments: [
            (#"{"order":[{"oid":1},{"oid":2}]}"#, 2, true), (#"[{"oid":1}]"#, 1, true),
            (#"{"order":{"oid":1}}"#, 1, true), (#"{"order":[{"oid":1},null]}"#, 1, false),
            (#"{"order":[null,{"oid":1}]}"#, 1, false), (#"[{"oid":1},""]"#, 1, false),
            (#"{"order":[{"oid":1},{}]}"#, 1, false),
            (#"{"order":[{"oid":1},{"id":2,"goods":{"title":"x"}}]}"#, 1, false),
            (#"[{"order":[{"oid":1}]},{}]"#, 1, false),
        ] as [(String, Int, Bool)])
    func theDecoderSaysWhetherAllLinesAreStated(json: String, lines: Int, isAll: Bool) throws {
        let row = #"{"tid":9,\#(Self.time),"orders":\#(json)}"#
        let (page, _) = try page(row)
        #expect(page.orders.map(\.statesAllItems) == [true, isAll, true])
        #expect(page.orders.map(\.isPartial) == [false, !isAll, false])
        #expect(page.orders[1].items.count == lines)
        let detail = Array(#"{"trade":\#(row)}"#.utf8)
        guard case .order(let full) = try adapter.answer(detail, to: .order("9")) else {
            preconditionFailure("a detail answers with an order")
        }
        #expect(full.orders.map(\.statesAllItems) == [isAll])
    }

    // MARK: Details

    @Test func aMalformedDetailIsARejectedRow() throws {
        let body = #"{"trade":{"tid":1,"payment":"?",\#(Self.time)}}"#
        guard case .order(let page) = try adapter.answer(Array(body.utf8), to: .order("1")) else {
            Issue.record("no order")
            return
        }
        #expect(page.orders.isEmpty)
        #expect(page.rejected.map(\.id) == ["1"])
        #expect(page.source == .detail)
        #expect(page.rejected[0].reason == .malformedMoney)
        #expect(adapter.failure(body, to: .order("2"))?.code == "broken answer")
    }

    // MARK: Refunds

    @Test(
        arguments: [
            ("null", .notAnObject, nil, nil),
            (#"{"tid":1,"modified":"2025-11-11 00:00:00"}"#, .unusableID, nil, "1"),
            (#"{"refund_id":"","modified":"2025-11-11 00:00:00"}"#, .unusableID, nil, nil),
            (#"{"refund_id":1.5e17,"modified":"2025-11-11 00:00:00"}"#, .unusableID, nil, nil),
            (#"{"refund_id":1}"#, .unreadableTime, "1", nil),
            (#"{"refund_id":1,"created":"2025-11-11 00:00:00"}"#, .unreadableTime, "1", nil),
            (#"{"refund_id":1,"modified":"never"}"#, .unreadableTime, "1", nil),
            (
                #"{"refund_id":1,"tid":2,"refund_fee":"x","modified":"2025-11-11 00:00:00"}"#,
                .malformedMoney, "1", "2"
            ),
            (
                #"{"refund_id":1,"tid":2,"tid_str":"3","modified":"2025-11-11 00:00:00"}"#,
                .contradictoryID, "1", nil
            ),
        ] as [(String, RejectedRow.Reason, String?, String?)])
    func aMalformedRefundIsRejected(
        row: String, reason: RejectedRow.Reason, id: String?, order: String?
    ) throws {
        let good = #"{"refund_id":7,"modified":"2025-11-11 00:00:00"}"#
        let body = #"{"refunds":{"refund":[\#(good),\#(row)]},"total_results":2}"#
        let answer = try adapter.answer(Array(body.utf8), to: .list(.refundsChanged))
        guard case .refunds(let page, let summary) = answer else {
            Issue.record("no refunds")
            return
        }
        #expect(page.refunds.map(\.id) == ["7"])
        #expect(summary.rows.count == 1)
        #expect(summary.rejectedCount == 1)
        #expect(summary.total == 2)
        let rejected = try #require(page.rejected.first)
        #expect(rejected.entity == .refund)
        #expect(rejected.reason == reason)
        #expect(rejected.id == id)
        #expect(rejected.order == order)
    }

    @Test func aMalformedRefundIsARejectedRow() throws {
        let body =
            #"{"refund":{"refund_id":1,"tid":2,"refund_fee":"x","modified":"2025-11-11 00:00:00"}}"#
        guard case .refund(let page) = try adapter.answer(Array(body.utf8), to: .refund("1")) else {
            Issue.record("no refund")
            return
        }
        #expect(page.refunds.isEmpty)
        #expect(page.rejected.map(\.reason) == [.malformedMoney])
        #expect(adapter.failure(body, to: .refund("2"))?.code == "broken answer")
    }

    @Test func aScanWithoutTimeIsRejected() throws {
        let body =
            #"{"tid":"1","status":"x","trace_list":{"transit_step_info":[{"status_time":"?"},"#
            + #"{"status_time":"2025-11-11 08:00:00","status_desc":"a"}]}}"#
        guard case .trace(let trace) = try adapter.answer(Array(body.utf8), to: .trace("1")) else {
            Issue.record("no trace")
            return
        }
        #expect(trace.events.map(\.text) == ["a"])
        #expect(trace.rejected.map(\.reason) == [.unreadableTime])
        #expect(trace.rejected.map(\.order) == ["1"])
    }
}
