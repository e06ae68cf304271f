import SyncCore
import Testing

@testable import Platforms

/// Rules that hold for the decoders of both platforms.
@Suite struct DecodingRuleTests {
    private let taobao = TaobaoAdapter()
    private let pinduoduo = PinduoduoAdapter()
    private static let time = #""modified":"2025-11-11 00:00:00","created":"2025-11-10 00:00:00""#

    private func trades(_ members: String, beside: String = "") throws -> (OrderPage, PageSummary) {
        let body =
            #"{"x_response":{\#(beside)"has_next":false,"#
            + #""trades":{"trade":[{"tid":9,\#(Self.time),\#(members)}]}}}"#
        let answer = try taobao.answer(Array(body.utf8), to: .list())
        guard case .orders(let page, let summary) = answer else {
            preconditionFailure("a list answers with orders")
        }
        return (page, summary)
    }

    private func refunds(_ rows: String, _ members: String = "") throws -> (RefundPage, PageSummary)
    {
        let body = #"{"x_response":{"refunds":{"refund":[\#(rows)]}\#(members)}}"#
        let answer = try taobao.answer(Array(body.utf8), to: .list(.refundsChanged))
        guard case .refunds(let page, let summary) = answer else {
            preconditionFailure("a list answers with refunds")
        }
        return (page, summary)
    }

    // MARK: Whole orders

    /// A row without its lines or its payment is stored, but is no whole order.
    @Test(
        arguments: [
            (#""pay_amount":5,"item_list":[{"sku_id":1}]"#, false),
            (#""pay_amount":5"#, true), (#""pay_amount":5,"item_list":null"#, true),
            (#""pay_amount":5,"item_list":[]"#, true), (#""pay_amount":5,"item_list":"""#, true),
            (#""item_list":[{"sku_id":1}]"#, true),
            (#""pay_amount":null,"item_list":[{"sku_id":1}]"#, true),
        ] as [(String, Bool)])
    func aPinduoduoOrderHasLinesAndAPayment(members: String, isLacking: Bool) throws {
        let (page, row) = try pinduoduo.order(members)
        #expect(row.lacksEssentials == isLacking)
        #expect(page.source(of: row) == (isLacking ? .list : .detail))
        let demand = detailDemand(for: row, isNew: true, isHistory: false, policy: .never)
        #expect(demand?.reason == (isLacking ? .hollow : nil))
    }

    @Test(
        arguments: [
            (#""payment":"5.00","orders":{"order":[{"oid":1}]}"#, false),
            (#""payment":"5.00""#, true), (#""payment":"5.00","orders":{}"#, true),
            (#""orders":{"order":[{"oid":1}]}"#, true),
        ] as [(String, Bool)])
    func aTaobaoDetailHasLinesAndAPayment(members: String, isLacking: Bool) throws {
        let body = #"{"trade":{"tid":9,\#(Self.time),\#(members)}}"#
        guard case .order(let page) = try taobao.answer(Array(body.utf8), to: .order("9")) else {
            preconditionFailure("a detail answers with an order")
        }
        #expect(page.source(of: page.orders[0]) == (isLacking ? .list : .detail))
    }

    // MARK: Numbers

    /// One rule for every number: no matter where it is, blanks around it do not count.
    @Test(arguments: ["2", #"" 2""#, #""2 ""#, "2.0", #""2.0""#, #""\u00a02\t""#, #""　2""#])
    func blanksAroundNumbersDoNotCount(two: String) throws {
        let (page, _) = try trades(
            #""payment":\#(two),"seller_flag":\#(two),"#
                + #""orders":{"order":[{"oid":1,"num":\#(two),"price":\#(two)}]}"#)
        #expect(page.rejected.isEmpty)
        #expect(page.orders.map(\.isPartial) == [false])
        #expect(page.orders.map(\.paymentFen) == [200])
        #expect(page.orders[0].sellerFlag == 2)
        #expect(page.items.map(\.quantity) == [2])
        #expect(page.items.map(\.priceFen) == [200])
        let (own, row) = try pinduoduo.order(
            #""order_status":\#(two),"pay_amount":\#(two),"#
                + #""item_list":[{"sku_id":1,"goods_count":\#(two)}]"#)
        #expect(row.status == .shipped)
        #expect(row.paymentFen == 200)
        #expect(own.items.map(\.quantity) == [2])
        #expect(try refunds("", #","total_results":\#(two)"#).1.total == 2)
        let body = #"{"x_response":{"order_list":[],"total_count":\#(two)}}"#
        #expect(try pinduoduo.orders(Array(body.utf8)).summary.total == 2)
        guard
            case .affiliate(_, let summary) = try pinduoduo.answer(
                Array(body.utf8), to: .list(.affiliateChanged))
        else { preconditionFailure("a promoter's list") }
        #expect(summary.total == 2)
    }

    /// A text of blanks states nothing, as an empty one.
    @Test(arguments: [#""""#, #"" ""#, #""\t""#, #""\u3000""#, "null"])
    func blanksStateNothing(blank: String) throws {
        let (page, _) = try trades(
            #""payment":\#(blank),"seller_flag":\#(blank),"pay_time":\#(blank),"#
                + #""orders":{"order":[{"oid":1,"num":\#(blank)}]}"#)
        #expect(page.rejected.isEmpty)
        #expect(page.orders.map(\.isPartial) == [false])
        #expect(page.orders.map(\.paymentFen) == [nil])
        let (refunds, _) = try refunds(
            #"{"refund_id":1,"modified":"2025-11-11 00:00:00","refund_fee":\#(blank)}"#)
        #expect(refunds.rejected.isEmpty)
        #expect(refunds.refunds.map(\.refundFen) == [nil])
    }

    /// Sums of larger amounts overflow the database's integers.
    @Test(
        arguments: [
            ("100000000000.00", 10_000_000_000_000), ("100000000000.01", nil),
            ("92233720368547758.07", nil), ("-92233720368547758.07", nil), ("-0.01", nil),
            ("0.00", 0), ("1e11", 10_000_000_000_000), ("1e12", nil),
        ] as [(String, Int64?)])
    func amountsAreBounded(sent: String, fen: Int64?) throws {
        let reasons: [RejectedRow.Reason] = fen == nil ? [.malformedMoney] : []
        let (page, _) = try trades(#""payment":"\#(sent)""#)
        #expect(page.orders.map(\.paymentFen) == (fen.map { [$0] } ?? []))
        #expect(page.rejected.map(\.reason) == reasons)
        let (refunds, _) = try refunds(
            #"{"refund_id":1,"modified":"2025-11-11 00:00:00","refund_fee":"\#(sent)"}"#)
        #expect(refunds.refunds.map(\.refundFen) == (fen.map { [$0] } ?? []))
        #expect(refunds.rejected.map(\.reason) == reasons)
        if let fen {
            #expect(try pinduoduo.order(#""pay_amount":"\#(sent)""#).1.paymentFen == fen)
        } else {
            #expect(throws: CallFailure.self) {
                try pinduoduo.order(#""pay_amount":"\#(sent)""#)
            }
        }
    }

    /// Quantities and amounts in fen are summed as well.
    @Test func countsAreBounded() throws {
        let (page, _) = try trades(
            #""payment":"1","orders":{"order":[{"oid":1,"num":9223372036854775807}]}"#)
        #expect(page.rejected.map(\.reason) == [.malformedItems])
        let body =
            #"{"x_response":{"order_list":[{"order_sn":"1","order_modify_at":1700000000,"#
            + #""promotion_amount":9223372036854775807}]}}"#
        guard
            case .affiliate(let promoted, _) = try pinduoduo.answer(
                Array(body.utf8), to: .list(.affiliateChanged))
        else { preconditionFailure("a promoter's list") }
        #expect(promoted.rejected.map(\.reason) == [.malformedMoney])
    }

    // MARK: Booleans

    @Test(
        arguments: [
            ("true", true), ("1", true), (#""1""#, true), (#""true""#, true), (#"" True ""#, true),
            ("false", false), ("0", false), (#""0""#, false), (#""false""#, false), ("null", nil),
            ("2", nil), (#""yes""#, nil), ("{}", nil),
        ] as [(String, Bool?)])
    func booleansOfRowsAreRead(sent: String, flag: Bool?) throws {
        let (page, _) = try trades(
            #""payment":"1","orders":{"order":[{"oid":1,"is_free_gift":\#(sent)}]}"#)
        #expect(page.items.map(\.isGift) == [flag])
        let body =
            #"{"x_response":{"goods_list":[{"goods_sign":"a1","min_group_price":1,"has_coupon":"#
            + #"\#(sent),"sku_list":[{"is_onsale":\#(sent)}]}]}}"#
        let query = GoodsQuery(goods: ["a1"], pid: "", isDetail: false)
        guard
            case .goods(let goods) = try pinduoduo.answer(
                Array(body.utf8), to: .single(.goodsSearch, .goods(query)))
        else { preconditionFailure("products") }
        #expect(goods.offers.map(\.hasCoupon) == [flag ?? false])
        #expect(goods.offers[0].variants.map(\.isOnSale) == [flag ?? true])
    }

    /// A number is no statement that more follows: then the list is asked for by count.
    @Test(arguments: ["1", "0", #""1""#, #""0""#])
    func numbersAreNoHasNext(sent: String) throws {
        #expect(try refunds("", #","has_next":\#(sent)"#).1.hasNext == nil)
        let body = #"{"x_response":{"order_sn_list":[],"has_next":\#(sent)}}"#
        #expect(try pinduoduo.orders(Array(body.utf8)).summary.hasNext == nil)
    }

    // MARK: Envelopes

    /// Converted from XML, what is empty is an empty object. It costs no row.
    @Test(arguments: ["{}", "[]", "null", #""""#, "true"])
    func malformedMembersOfTheEnvelopeCostNoRow(value: String) throws {
        // An error is an object, even an empty one.
        let error = value == "{}" ? "null" : value
        let (page, summary) = try trades(
            #""payment":"1""#,
            beside: #""total_results":\#(value),"time":\#(value),"error_response":\#(error),"#)
        #expect(page.orders.count == 1)
        #expect(summary.total == nil)
        #expect(summary.hasNext == false)
        let outer =
            #"{"error_response":\#(error),"x_response":{"has_next":\#(value),"#
            + #""refunds":{"refund":[{"refund_id":1,"modified":"2025-11-11 00:00:00"}]}}}"#
        let answer = try taobao.answer(Array(outer.utf8), to: .list(.refundsChanged))
        guard case .refunds(let refunds, _) = answer else { preconditionFailure("refunds") }
        #expect(refunds.refunds.map(\.id) == ["1"])
        let own =
            #"{"error_response":\#(error),"x_response":{"total_count":\#(value),"#
            + #""refund_list":[{"id":1,"updated_time":1700000000}]}}"#
        let other = try pinduoduo.answer(Array(own.utf8), to: .list(.refundsChanged))
        guard case .refunds(let list, let counted) = other else { preconditionFailure("refunds") }
        #expect(list.refunds.map(\.id) == ["1"])
        #expect(counted.total == nil)
    }

    @Test(arguments: ["-1", "9223372036854775807", "1000000001", "1.5", "-9223372036854775808"])
    func impossibleTotalsStateNothing(total: String) throws {
        #expect(
            try trades(#""payment":"1""#, beside: #""total_results":\#(total),"#).1.total == nil)
        #expect(try refunds("", #","total_results":\#(total)"#).1.total == nil)
        let body = #"{"x_response":{"order_list":[],"total_count":\#(total)}}"#
        #expect(try pinduoduo.orders(Array(body.utf8)).summary.total == nil)
    }

    /// "Nothing there" about a parcel must not prove that a list has no rows.
    @Test func nothingThereIsNoAnswerOfAList() {
        let taobaoBody = #"{"error_response":{"code":15,"sub_code":"isv.order-no-trace"}}"#
        let ownBody = #"{"error_response":{"error_code":50001,"sub_code":"ISV_TRACK_ERROR"}}"#
        for call in [
            Call.list(), .list(.ordersCreated), .list(.refundsChanged), .order("1"), .refund("1"),
            .single(.seller, .seller), .list(.serverTime),
        ] {
            let failure = taobao.failure(taobaoBody, to: call)
            #expect(failure?.disposition == .retry(afterSeconds: nil), "\(call.method)")
            let own = pinduoduo.failure(ownBody, to: call)
            #expect(own?.disposition == .retry(afterSeconds: nil), "\(call.method)")
        }
        #expect(taobao.failure(taobaoBody, to: .trace("1"))?.disposition == .empty)
        #expect(taobao.failure(taobaoBody, to: .parcels("1"))?.disposition == .empty)
        #expect(pinduoduo.failure(ownBody, to: .trace("1"))?.disposition == .empty)
    }

    // MARK: Identifiers

    @Test(
        arguments: [
            ("3147029749005308888", true), (#""3147029749005308888""#, true),
            (#"" 3147029749005308888 ""#, true), ("3147029749005308900", true),
            ("3147029749005309000", true), ("3.147029749005309E18", true), ("{}", true),
            ("3147029749005308889", false), ("314702974900530888", false), ("1", false),
        ] as [(String, Bool)])
    func aTraceIsOfTheOrder(tid: String, isAccepted: Bool) throws {
        let body = Array(#"{"tid":\#(tid),"status":"对方已签收"}"#.utf8)
        let answer = try? taobao.answer(body, to: .trace("3147029749005308888"))
        #expect((answer != nil) == isAccepted)
    }

    /// What a refund refers to and cannot be read is left out, and the refund is read in full.
    @Test(
        arguments: [
            (#""oid":2231958349"#, false), (#""oid":3.1e18"#, true), (#""end_time":"soon""#, true),
            (#""created":"2025-13-01 00:00:00""#, true), (#""created":"""#, false),
            (#""end_time":"0000-00-00 00:00:00""#, false),
        ] as [(String, Bool)])
    func aRefundWithoutAMemberIsReadInFull(member: String, isPartial: Bool) throws {
        let (page, _) = try refunds(
            #"{"refund_id":1,"tid":2,"refund_fee":"1","status":"CLOSED","#
                + #""modified":"2025-11-11 00:00:00",\#(member)}"#)
        #expect(page.refunds.map(\.isPartial) == [isPartial])
        #expect(page.rejected.isEmpty)
    }

    /// Only the order that it belongs to must be right.
    @Test func aPinduoduoRefundWithoutAMemberIsReadInFull() throws {
        let body =
            #"{"x_response":{"refund_list":[{"id":1,"order_sn":1e400,"updated_time":1700000000},"#
            + #"{"id":2,"order_sn":"1","created_time":"soon","updated_time":1700000000},"#
            + #"{"id":3,"order_sn":"1","created_time":0,"updated_time":1700000000}]}}"#
        let answer = try pinduoduo.answer(Array(body.utf8), to: .list(.refundsChanged))
        guard case .refunds(let page, _) = answer else { preconditionFailure("refunds") }
        #expect(page.refunds.map(\.id) == ["2", "3"])
        #expect(page.refunds.map(\.isPartial) == [true, false])
        #expect(page.rejected.map(\.id) == ["1"])
        #expect(page.rejected.map(\.reason) == [.unusableID])
    }

    /// The id of a rejected product goes into the log: it is one, or nothing.
    @Test func theSignOfARejectedProductIsOne() throws {
        let long = String(repeating: "张三", count: 5_000)
        let body =
            #"{"x_response":{"goods_list":[{"goods_sign":"\#(long)"},{"goods_sign":"a\nb1"},"#
            + #"{"goods_sign":"E9v2-lx_1"},{"goods_sign":{}}]}}"#
        let query = GoodsQuery(goods: ["a1"], pid: "", isDetail: false)
        guard
            case .goods(let page) = try pinduoduo.answer(
                Array(body.utf8), to: .single(.goodsSearch, .goods(query)))
        else { preconditionFailure("products") }
        #expect(page.rejected.map(\.id) == [nil, nil, "E9v2-lx_1", nil])
    }

    // MARK: Times that lists select by

    /// Its latest step orders the versions of a promoter's row, and says nothing about the window.
    @Test func aPromotersRowWithoutItsTimeIsInNoWindow() throws {
        let body =
            #"{"x_response":{"total_count":2,"order_list":["#
            + #"{"order_sn":"1","order_pay_time":1600000000},"#
            + #"{"order_sn":"2","order_modify_at":1700000000}]}}"#
        let answer = try pinduoduo.answer(Array(body.utf8), to: .list(.affiliateChanged))
        guard case .affiliate(let page, let summary) = answer else {
            preconditionFailure("a promoter's list")
        }
        let times = [UTCInstant(seconds: 1_600_000_000), UTCInstant(seconds: 1_700_000_000)]
        #expect(page.orders.map(\.modifiedAt) == times)
        #expect(summary.rows.map(\.at) == [nil, times[1]])
        #expect(summary.rejectedCount == 0)
    }

    // MARK: Many lines

    private static func lines(_ count: Int, _ line: String) -> String {
        [String](repeating: line, count: count).joined(separator: ",")
    }

    /// As many lines as an order can have get ids of their own, each in one step.
    @Test func thousandsOfLinesAreNamed() throws {
        let count = RowTexts.linesMax
        let (page, _) = try trades(
            #""payment":"1","orders":{"order":[\#(Self.lines(count, #"{"sku_id":"8"}"#))]}"#)
        #expect(page.items.count == count)
        #expect(Set(page.items.map { page.text($0.id) }).count == count)
        #expect(page.items.last.flatMap { page.text($0.id) } == "8#\(count)")
        let (own, row) = try pinduoduo.order(
            #""pay_amount":1,"item_list":[\#(Self.lines(count, #"{"sku_id":8}"#))]"#)
        #expect(row.items.count == count)
        #expect(Set(own.items.map { own.text($0.id) }).count == count)
        #expect(own.items.last.flatMap { own.text($0.id) } == "8#\(count)")
    }

    @Test func moreLinesThanAnOrderHasRejectIt() throws {
        let count = RowTexts.linesMax + 1
        let (page, _) = try trades(
            #""payment":"1","orders":{"order":[\#(Self.lines(count, #"{"oid":1}"#))]}"#)
        #expect(page.rejected.map(\.reason) == [.malformedItems])
        #expect(page.items.isEmpty)
        let body =
            #"{"x_response":{"order_sn_list":[{"order_sn":"1","updated_at":1700000000,"#
            + #""item_list":[\#(Self.lines(count, #"{"sku_id":8}"#))]},"#
            + #"{"order_sn":"2","updated_at":1700000000}],"has_next":false}}"#
        let own = try pinduoduo.orders(Array(body.utf8)).page
        #expect(own.rejected.map(\.reason) == [.malformedItems])
        #expect(own.items.isEmpty)
        #expect(own.orders.map { own.text($0.id) } == ["2"])
    }

    /// Derived ids meet ids that look like them.
    @Test func derivedIDsAreTakenByNoOtherLine() throws {
        let (own, _) = try pinduoduo.order(
            #""pay_amount":1,"item_list":[{"sku_id":"1#2"},{"sku_id":1},{"sku_id":1},"#
                + #"{"sku_id":"1#3"},{"sku_id":"1#3"}]"#)
        let ids = own.items.compactMap { own.text($0.id) }
        #expect(ids.count == 5, "\(ids)")
        #expect(Set(ids).count == 5, "\(ids)")
    }
}
