import SyncCore
import Testing
import WireFormat

@testable import Platforms

/// A member that is nested deeper than the reader goes costs its row and nothing else.
@Suite struct DeepRowTests {
    static let depths = [JSONReader.depthMax, 100, 1_001]

    private static func nested(_ depth: Int, _ open: String, _ close: String) -> String {
        String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }

    private static func taobao(_ member: String) -> [UInt8] {
        let good = #"{"tid":7,"modified":"2025-11-11 00:00:07","created":"2025-11-11 00:00:01"}"#
        let bad =
            #"{"seller_nick":"s",\#(member),"tid":9,"modified":"2025-11-11 00:00:08","#
            + #""created":"2025-11-11 00:00:01"}"#
        return Array(
            #"{"r_response":{"has_next":false,"trades":{"trade":[\#(good),\#(bad),\#(good)]}}}"#
                .utf8)
    }

    /// Unknown members, and members that contain lines or parcels in wrappers.
    @Test(arguments: ["xattr", "orders", "order", "combine_logistics_details", "tid", "title"])
    func aTaobaoTradeIsRejected(name: String) throws {
        for depth in Self.depths {
            for (open, close) in [(#"{"order":"#, "}"), ("[", "]"), (#"[{"a":"#, "}]")] {
                let member = #""\#(name)":\#(Self.nested(depth, open, close))"#
                let page = try TaobaoAdapter().page(Self.taobao(member))
                #expect(page.orders.count == 2, "\(name) \(open) × \(depth)")
                #expect(page.rejected.map(\.reason) == [.nestedTooDeep], "\(name) \(depth)")
                #expect(page.rejected.map(\.id) == ["9"], "\(name) \(open) × \(depth)")
                #expect(page.rejected.first?.at == UTCInstant(seconds: 1_762_790_408))
                #expect(page.items.isEmpty)
                #expect(page.parcels.isEmpty)
            }
        }
    }

    /// Neither the stack nor the time grows with more than the length.
    @Test(arguments: ["[", #"{"a":"#]) func manyLevelsCostOneRow(open: String) throws {
        let member = #""x":\#(Self.nested(200_000, open, open == "[" ? "]" : "}"))"#
        let page = try TaobaoAdapter().page(Self.taobao(member))
        #expect(page.orders.count == 2)
        #expect(page.rejected.map(\.id) == ["9"])
    }

    /// What was read of its lines is forgotten: they must not become those of another row.
    @Test func linesOfARejectedTradeAreForgotten() throws {
        let line = #"{"oid":1,"num":1}"#
        let deep = Self.nested(70, "[", "]")
        let row =
            #"{"tid":9,"orders":{"order":[\#(line),{"oid":2,"x":\#(deep)}]},"#
            + #""modified":"2025-11-11 00:00:08"}"#
        let next = #"{"tid":7,"orders":{"order":[\#(line)]},"modified":"2025-11-11 00:00:07"}"#
        let page = try TaobaoAdapter().page(
            #"{"has_next":false,"trades":{"trade":[\#(row),\#(next)]}}"#)
        #expect(page.orders.map { page.text($0.id) } == ["7"])
        #expect(page.orders.map(\.items) == [0..<1])
        #expect(page.items.count == 1)
    }

    /// JSON that SQLite's functions can read, and that contains the row.
    @Test func theRawRowCanBeReadBySQLite() throws {
        for (depth, isPlain) in [(900, true), (1_100, false)] {
            let member = #""x":\#(Self.nested(depth, "[", "]"))"#
            let page = try TaobaoAdapter().page(Self.taobao(member))
            let raw = try #require(page.rejected.first?.raw)
            #expect(raw.first == UInt8(ascii: isPlain ? "{" : "\""))
            let value = try raw.withUnsafeBytes { text in
                var reader = JSONReader(text)
                return try reader.skipDeepValue().depth
            }
            #expect(value == (isPlain ? depth + 1 : 0))
        }
    }

    @Test(arguments: ["x", "item_list", "gift_list", "step_order_info", "extra_delivery_list"])
    func aPinduoduoOrderIsRejected(name: String) throws {
        let good = #"{"order_sn":"7","updated_at":"2023-11-14 20:03:00"}"#
        for depth in Self.depths {
            for (open, close) in [(#"{"step_order_info":"#, "}"), ("[", "]")] {
                let member = #""\#(name)":\#(Self.nested(depth, open, close))"#
                let bad = #"{\#(member),"order_sn":"9","updated_at":"2023-11-14 20:03:01"}"#
                let json =
                    #"{"order_sn_increment_get_response":{"order_sn_list":[\#(good),\#(bad),"#
                    + #"\#(good)],"has_next":false}}"#
                let page = try PinduoduoAdapter().orders(Array(json.utf8)).page
                #expect(page.orders.count == 2, "\(name) \(open) × \(depth)")
                #expect(page.rejected.map(\.reason) == [.nestedTooDeep], "\(name) \(depth)")
                #expect(page.rejected.map(\.id) == ["9"])
                #expect(page.rejected.first?.at == beijing("2023-11-14 20:03:01"))
            }
        }
    }

    /// A member beside the rows that nothing is read of.
    @Test func anEnvelopeMayBeDeep() throws {
        let deep = Self.nested(100_000, #"{"a":"#, "}")
        let page = try TaobaoAdapter().page(
            #"{"x":\#(deep),"r_response":{"y":\#(deep),"has_next":false,"trades":{"z":\#(deep),"#
                + #""trade":[{"tid":7,"modified":"2025-11-11 00:00:07"}]}}}"#)
        #expect(page.orders.count == 1)
        #expect(page.rejected.isEmpty)
        let orders = try PinduoduoAdapter().orders(
            Array(
                (#"{"x":\#(deep),"order_sn_increment_get_response":{"y":\#(deep),"#
                    + #""order_sn_list":[{"order_sn":"7","updated_at":"2023-11-14 20:03:00"}],"#
                    + #""has_next":false}}"#).utf8))
        #expect(orders.page.orders.count == 1)
        #expect(orders.page.rejected.isEmpty)
    }

    @Test func theDetailOfADeepOrderIsItsRejection() throws {
        let deep = Self.nested(100, "[", "]")
        let body =
            #"{"r_response":{"trade":{"x":\#(deep),"tid":9,"modified":"2025-11-11 00:00:08"}}}"#
        guard case .order(let page) = try TaobaoAdapter().answer(Array(body.utf8), to: .order("9"))
        else { preconditionFailure("one order") }
        #expect(page.orders.isEmpty)
        #expect(page.rejected.map(\.id) == ["9"])
    }

    @Test func refundsAreRejectedAlone() throws {
        for depth in Self.depths {
            let deep = Self.nested(depth, "[", "]")
            let time = #""modified":"2025-11-11 00:00:07""#
            let taobao =
                #"{"r_response":{"total_results":2,"refunds":{"refund":[{"refund_id":1,\#(time)},"#
                + #"{"x":\#(deep),"refund_id":2,\#(time)}]}}}"#
            guard
                case .refunds(let page, let summary) = try TaobaoAdapter().answer(
                    Array(taobao.utf8), to: .list(.refundsChanged))
            else { preconditionFailure("refunds") }
            #expect(page.refunds.map(\.id) == ["1"])
            #expect(summary.rejectedCount == 1)
            #expect(page.rejected.map(\.id) == ["2"])
            #expect(page.rejected.map(\.reason) == [.nestedTooDeep])
            let other =
                #"{"refund_increment_get_response":{"total_count":2,"refund_list":[{"id":1,"#
                + #""updated_time":"2023-11-14 20:03:00"},{"x":\#(deep),"id":2,"#
                + #""updated_time":"2023-11-14 20:03:00"}]}}"#
            guard
                case .refunds(let page, _) = try PinduoduoAdapter().answer(
                    Array(other.utf8), to: .list(.refundsChanged))
            else { preconditionFailure("after-sales") }
            #expect(page.refunds.map(\.id) == ["1"])
            #expect(page.rejected.map(\.id) == ["2"])
            #expect(page.rejected.map(\.reason) == [.nestedTooDeep])
        }
    }

    @Test func promotersOrdersAndProductsAreRejectedAlone() throws {
        let deep = Self.nested(400, #"{"a":"#, "}")
        let orders =
            #"{"order_list_get_response":{"total_count":2,"order_list":["#
            + #"{"order_sn":"1","order_modify_at":1700000000},"#
            + #"{"order_sn":"2","order_modify_at":1700000000,"x":\#(deep)}]}}"#
        guard
            case .affiliate(let page, _) = try PinduoduoAdapter().answer(
                Array(orders.utf8), to: .list(.affiliateChanged))
        else { preconditionFailure("promoter's orders") }
        #expect(page.orders.map(\.id) == ["1"])
        #expect(page.rejected.map(\.id) == ["2"])
        #expect(page.rejected.map(\.reason) == [.nestedTooDeep])
        let products =
            #"{"goods_search_response":{"goods_list":[{"goods_sign":"E9aX","min_group_price":1},"#
            + #"{"goods_sign":"E9bX","min_group_price":1,"x":\#(deep)}]}}"#
        let query = GoodsQuery(goods: ["E9aX", "E9bX"], pid: "", isDetail: false)
        guard
            case .goods(let page) = try PinduoduoAdapter().answer(
                Array(products.utf8), to: .single(.goodsSearch, .goods(query)))
        else { preconditionFailure("products") }
        #expect(page.offers.map(\.goods) == ["E9aX"])
        #expect(page.rejected.map(\.id) == ["E9bX"])
        #expect(page.rejected.map(\.reason) == [.nestedTooDeep])
    }
}
