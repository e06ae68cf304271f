import Foundation
import SyncCore
import Testing

@testable import SandboxGateway

@Suite struct PDDPromotionTests {
    private let pid = "10000001_100000001"

    private func members(_ text: String, _ node: String, _ list: String) throws -> [[String: Any]] {
        let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let inner = try #require(root?[node] as? [String: Any], "\(text)")
        return try #require(inner[list] as? [[String: Any]], "\(text)")
    }

    /// The price rule of the platform's "price after coupon", written once more.
    private func finalPrice(_ row: [String: Any], at now: Int64) -> Int64? {
        guard let price = row["min_group_price"] as? Int64 else { return nil }
        guard row["has_coupon"] as? Bool == true, let discount = row["coupon_discount"] as? Int64,
            let least = row["coupon_min_order_amount"] as? Int64, price >= least,
            let left = row["coupon_remain_quantity"] as? Int64, left > 0,
            let start = row["coupon_start_time"] as? Int64, start <= now,
            let end = row["coupon_end_time"] as? Int64, now <= end
        else { return price }
        return price - discount
    }

    @Test func pricesAndCouponsChange() throws {
        var caller = PDDCaller()
        var histories: [String: Set<Int64>] = [:]
        var kinds: Set<String> = []
        for _ in 0..<40 {
            let rows = try members(
                caller.text("pdd.ddk.goods.search", ["pid": pid]), "goods_search_response",
                "goods_list")
            for line in caller.truth("goods").split(separator: "\n") {
                let truth = try JSONSerialization.jsonObject(with: Data(line.utf8))
                let goods = try #require(truth as? [String: Any])
                let sign = try #require(goods["goods_sign"] as? String)
                let row = rows.first { $0["goods_sign"] as? String == sign }
                #expect((row == nil) == (goods["group_price"] is NSNull))
                guard let row else {
                    kinds.insert("gone")
                    continue
                }
                let price = try #require(finalPrice(row, at: caller.seconds))
                #expect(price == goods["final_price"] as? Int64)
                #expect(price >= 0)
                histories[sign, default: []].insert(price)
                if row["has_coupon"] as? Bool == false { kinds.insert("none") }
                if row["coupon_remain_quantity"] as? Int64 == 0 { kinds.insert("used up") }
                if row["coupon_start_time"] as? Int64 ?? 0 > caller.seconds { kinds.insert("soon") }
            }
            caller.now += 600_000
        }
        #expect(histories.count == PromotedGoods.count)
        #expect(histories.values.allSatisfy { $0.count > 5 })
        #expect(kinds == ["gone", "none", "used up", "soon"])
    }

    @Test func goodsAreFoundBySign() throws {
        var caller = PDDCaller()
        let signs = caller.gateway.promotion.goods.prefix(3).map(\.sign)
        #expect(Set(signs).count == 3)
        let list = "[\"\(signs[0])\",\"\(signs[2])\"]"
        let found = try members(
            caller.text("pdd.ddk.goods.search", ["pid": pid, "goods_sign_list": list]),
            "goods_search_response", "goods_list")
        let one = try members(
            caller.text("pdd.ddk.goods.detail", ["goods_sign": signs[2]]),
            "goods_detail_response", "goods_details")
        #expect(Set(found.compactMap { $0["goods_sign"] as? String }).isSubset(of: signs))
        #expect(found.count == 2)
        #expect(one.count == 1)
        #expect(one[0]["min_group_price"] as? Int == found[1]["min_group_price"] as? Int)
        let none = try members(
            caller.text("pdd.ddk.goods.detail", ["goods_sign": "E9unknown"]),
            "goods_detail_response", "goods_details")
        #expect(none.isEmpty)
    }

    /// A PID is made, bound on the page that the platform names, and may search then.
    @Test func positionsAreMadeAndBound() throws {
        var caller = PDDCaller()
        let made = try members(
            caller.text(
                "pdd.ddk.goods.pid.generate",
                [
                    "number": "2", "p_id_name_list": "[\"a\",\"b\"]",
                ]), "p_id_generate_response", "p_id_list")
        #expect(made.map { $0["pid_name"] as? String } == ["a", "b"])
        let pid = try #require(made[1]["p_id"] as? String)
        let custom = "{\"uid\":\"u-9\"}"
        let mine = ["pid": pid, "custom_parameters": custom]
        #expect(values(of: "sub_code", in: caller.text("pdd.ddk.goods.search", mine)) == ["60001"])
        #expect(
            values(of: "bind", in: caller.text("pdd.ddk.member.authority.query", mine)) == ["0"])
        let page = try members(
            caller.text(
                "pdd.ddk.rp.prom.url.generate",
                [
                    "p_id_list": "[\"\(pid)\"]", "channel_type": "10", "custom_parameters": custom,
                ]), "rp_promotion_url_generate_response", "url_list")
        let url = try #require((page[0]["url"] as? String).flatMap { URL(string: $0) })
        #expect(url.host() == "127.0.0.1")
        #expect(url.port == 8_199)
        #expect(url.path() == "/bind")
        let answer = caller.gateway.handle(
            GatewayRequest(
                verb: "GET", path: "/bind",
                query: Array((url.query(percentEncoded: true) ?? "").utf8)),
            machineMilliseconds: caller.now)
        #expect(answer.status == 200)
        #expect(
            values(of: "bind", in: caller.text("pdd.ddk.member.authority.query", mine)) == ["1"])
        #expect(!caller.text("pdd.ddk.goods.search", mine).contains("error"))
        let wrong = caller.text(
            "pdd.ddk.goods.pid.generate",
            [
                "number": "2", "p_id_name_list": "[\"a\"]",
            ])
        #expect(values(of: "error_msg", in: wrong) == ["参数错误:p_id_name_list"])
        let listed = caller.text("pdd.ddk.goods.pid.query", ["pid_list": "[\"\(pid)\"]"])
        #expect(values(of: "p_id", in: listed) == [pid])
        #expect(listed.contains("\"total_count\":1"))
    }

    /// All orders are found by their changes, day by day, and move through their states.
    @Test func ordersAreListedAndMove() throws {
        var caller = PDDCaller {
            $0.isStatic = false
            $0.ordersPerShop = 1_200
            $0.eventsPerSecond = 10
        }
        caller.now += 600_000
        var seen: [String: String] = [:]
        var pages = 0
        for day in 0..<40 {
            let end = caller.seconds - Int64(day) * 86_400
            for page in 1...30 {
                let text = caller.text(
                    "pdd.ddk.order.list.increment.get",
                    [
                        "start_update_time": "\(end - 86_399)", "end_update_time": "\(end)",
                        "page": "\(page)", "page_size": "40", "return_count": "\(page == 1)",
                    ])
                #expect(text.contains("\"total_count\"") == (page == 1))
                let rows = try members(text, "order_list_get_response", "order_list")
                pages += 1
                for row in rows {
                    let number = try #require(row["order_sn"] as? String)
                    seen[number] = "\(row["order_status"] ?? "") \(row["order_modify_at"] ?? "")"
                    let amount = try #require(row["order_amount"] as? Int)
                    let rate = try #require(row["promotion_rate"] as? Int)
                    #expect(row["promotion_amount"] as? Int == amount * rate / 1_000)
                }
                if rows.count < 40 { break }
            }
        }
        let orders = caller.gateway.promotion.orders
        #expect(orders.count > 300)
        #expect(pages > 40)
        #expect(
            seen
                == Dictionary(
                    uniqueKeysWithValues: orders.map {
                        ($0.number, "\($0.status.rawValue) \($0.modified.seconds)")
                    }))
        #expect(Set(orders.map(\.status)) == Set(PromotedOrder.Status.allCases))
        #expect(orders.contains { $0.modified.seconds > Caller.start / 1_000 })
    }
}
