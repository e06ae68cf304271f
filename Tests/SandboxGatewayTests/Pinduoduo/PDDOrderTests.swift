import Foundation
import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

@Suite struct PDDOrderTests {
    private static let month: Int64 = 32 * 86_400

    private func rows(_ text: String, _ node: String, _ list: String) throws -> [[String: Any]] {
        let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let inner = try #require(root?[node] as? [String: Any], "\(text)")
        return try #require(inner[list] as? [[String: Any]], "\(text)")
    }

    /// The orders by deal, day by day; their order is no promise.
    private func dealt(_ caller: inout PDDCaller, _ type: String) throws -> [String: [String: Any]]
    {
        var found: [String: [String: Any]] = [:]
        var isSorted = true
        for day in 0..<32 {
            let end = caller.seconds - Int64(day) * 86_400
            for page in 1...10 {
                let text = caller.text(
                    type,
                    caller.window([
                        "start_updated_at": nil, "end_updated_at": nil, "is_lucky_flag": nil,
                        "start_confirm_at": "\(end - 86_399)", "end_confirm_at": "\(end)",
                        "page": "\(page)", "page_size": "4",
                    ]))
                let node =
                    type.contains("basic")
                    ? "order_basic_list_get_response" : "order_list_get_response"
                let page = try rows(text, node, "order_list")
                let times = page.compactMap { $0["confirm_time"] as? String }
                if times != times.sorted(), times != times.sorted(by: >) { isSorted = false }
                for row in page { found[try #require(row["order_sn"] as? String)] = row }
                if page.count < 4 { break }
            }
        }
        #expect(!isSorted)
        return found
    }

    @Test func allListsHoldTheTruth() throws {
        var caller = PDDCaller()
        let numbers = values(of: "tid", in: caller.truth())
        #expect(numbers.count > 250, "orders without a deal are not there")
        #expect(numbers.count < 300, "orders without a deal are not there")
        #expect(numbers.allSatisfy { $0.wholeMatch(of: /\d{6}-\d{15}/) != nil })
        let changed = caller.all(caller.seconds - Self.month)
        #expect(changed.count == numbers.count)
        #expect(Set(changed) == Set(numbers))
        let dealt = try dealt(&caller, "pdd.order.list.get")
        #expect(Set(dealt.keys) == Set(numbers))
        let brief = try self.dealt(&caller, "pdd.order.basic.list.get")
        #expect(Set(brief.keys) == Set(numbers))
        #expect(brief.values.allSatisfy { $0["receiver_name_mask"] == nil })
        #expect(brief.values.allSatisfy { $0["pay_amount"] is Double })
    }

    @Test func newestComesFirstAndCountsOrSaysWhetherMoreFollow() throws {
        var caller = PDDCaller {
            $0.burst = SandboxConfiguration.Burst(orders: 40, everySeconds: 0)
        }
        let counted = caller.text(PDDCaller.increment, caller.window(["page_size": "30"]))
        let times = values(of: "updated_at", in: counted)
        #expect(times == times.sorted(by: >))
        #expect(times.count == 30)
        let total = try #require(Int(values(of: "total_count", in: counted).first ?? ""))
        #expect(total > 30)
        #expect(values(of: "has_next", in: counted).isEmpty)
        let following = caller.text(
            PDDCaller.increment, caller.window(["page_size": "30", "use_has_next": "true"]))
        #expect(values(of: "has_next", in: following) == ["true"])
        #expect(values(of: "total_count", in: following).isEmpty)
    }

    @Test func filtersAreObeyed() throws {
        var caller = PDDCaller()
        let since = caller.seconds - Self.month
        var parts: [String] = []
        for status in ["1", "2", "3"] {
            let found = caller.all(since, ["order_status": status])
            #expect(!found.isEmpty)
            parts += found
        }
        #expect(parts.count == caller.all(since).count)
        let refunded = caller.all(since, ["refund_status": "4"])
        let expected = caller.gateway.world.shops[0].orders.filter {
            $0.items[0].refund?.status == .success
        }
        #expect(!expected.isEmpty)
        #expect(refunded.count == expected.count)
        #expect(caller.all(since, ["is_lucky_flag": "2"]).isEmpty)
        #expect(!caller.all(since, ["trade_type": "1"]).isEmpty)
    }

    @Test func moneyAddsUpAndPeopleAreHidden() throws {
        var caller = PDDCaller()
        var hasCipher = 0
        for line in caller.truth().split(separator: "\n") {
            let number = try #require(values(of: "tid", in: String(line)).first)
            let text = caller.text("pdd.order.information.get", ["order_sn": number])
            let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let node = root?["order_info_get_response"] as? [String: Any]
            let order = try #require(node?["order_info"] as? [String: Any])
            func fen(_ name: String) -> Int {
                Int(((order[name] as? Double ?? -1e9) * 100).rounded())
            }
            let item = try #require((order["item_list"] as? [[String: Any]])?.first)
            let price = Int(((item["goods_price"] as? Double ?? 0) * 100).rounded())
            let count = item["goods_count"] as? Int ?? 0
            #expect(fen("goods_amount") == price * count - fen("order_change_amount"))
            #expect(fen("discount_amount") == fen("platform_discount") + fen("seller_discount"))
            #expect(
                fen("pay_amount") == fen("goods_amount") - fen("discount_amount") + fen("postage"))
            let status = order["order_status"] as? Int
            let isReviewed = order["risk_control_status"] as? Int == 1
            let name = order["receiver_name"] as? String
            let isNamed = status == 1 && !isReviewed
            #expect((name?.isEmpty == false) == isNamed, "\(text)")
            #expect((order["receiver_name_mask"] as? String)?.isEmpty == false)
            if name?.isEmpty == false { hasCipher += 1 }
        }
        #expect(hasCipher > 0)
    }

    @Test func statusesOfStrangersAreZero() throws {
        var caller = PDDCaller { $0.shopCount = 2 }
        let mine = try #require(values(of: "tid", in: caller.truth()).first)
        let theirs = String(decoding: caller.gateway.truth(shop: "shop2") ?? [], as: UTF8.self)
        let other = try #require(values(of: "tid", in: theirs).first)
        let text = caller.text("pdd.order.status.get", ["order_sns": "\(mine),\(other)"])
        #expect(values(of: "orderSn", in: text) == [mine, other])
        let statuses = values(of: "order_status", in: text)
        #expect(statuses[0] != "0")
        #expect(statuses[1] == "0")
        let foreign = caller.text("pdd.order.information.get", ["order_sn": other])
        #expect(values(of: "error_code", in: foreign) == ["50001"])
    }

    @Test func changesReachTheListsLate() throws {
        var caller = PDDCaller {
            $0.isStatic = false
            $0.ordersPerShop = 50
            $0.eventsPerSecond = 5
            $0.behaviour.indexLagSecondsMax = 180
        }
        caller.now += 60_000
        let early = caller.all(Caller.start / 1_000)
        caller.control("quiet", "true")
        caller.now += 181_000
        let late = caller.all(Caller.start / 1_000)
        let truth = caller.gateway.world.shops[0].orders.filter {
            $0.modified.seconds >= Caller.start / 1_000 && $0.paid != nil
        }
        #expect(early.count < late.count)
        #expect(late.count == truth.count)
    }

    @Test func refundsComeInTheirUnits() throws {
        var caller = PDDCaller { $0.ordersPerShop = 600 }
        let orders = caller.gateway.world.shops[0].orders
        var listed = 0
        for order in orders {
            guard let refund = order.items[0].refund else { continue }
            let number = PDDOrder.number(order, shop: 0)
            let all = ["after_sales_status": "1", "after_sales_type": "1"]
            caller.now += 1_000
            let found = try rows(
                caller.text(
                    "pdd.refund.list.increment.get",
                    caller.window(all).merging([
                        "start_updated_at": "\(refund.modified.seconds)",
                        "end_updated_at": "\(refund.modified.seconds)",
                    ]) { $1 }), "refund_increment_get_response", "refund_list")
            let row = try #require(found.first { $0["order_sn"] as? String == number })
            #expect(row["id"] as? Int64 == refund.id)
            #expect(row["refund_amount"] as? String == Fen.yuanText(refund.feeFen))
            #expect(row["updated_time"] as? String == "\(refund.modified.seconds)")
            let detail = caller.text("pdd.refund.information.get", ["order_sn": number])
            #expect(detail.hasPrefix("{\"after_sales_reason\""), "there is no node")
            #expect(values(of: "refund_amount", in: detail) == ["\(refund.feeFen)"])
            let type = values(of: "after_sales_type", in: detail).compactMap { Int($0) }
            #expect(row["after_sales_type"] as? Int == type[0] + 1)
            listed += 1
        }
        #expect(listed > 10)
        let none = try #require(orders.first { $0.items[0].refund == nil && $0.paid != nil })
        let text = caller.text(
            "pdd.refund.information.get", ["order_sn": PDDOrder.number(none, shop: 0)])
        #expect(values(of: "error_msg", in: text) == ["售后单不存在"])
    }

    @Test func parcelsAreTracedByNumberAlone() throws {
        var caller = PDDCaller()
        let companies = caller.text("pdd.logistics.companies.get", ["access_token": nil])
        let codes = Dictionary(
            zip(
                values(of: "logistics_company", in: companies), values(of: "code", in: companies)),
            uniquingKeysWith: { $1 })
        var traced = 0
        for line in caller.truth("parcels").split(separator: "\n") {
            let parcel = String(line)
            let code = try #require(codes[values(of: "company_name", in: parcel)[0]])
            let text = caller.text(
                "pdd.logistics.ordertrace.get",
                [
                    "company_code": code, "mail_no": values(of: "out_sid", in: parcel)[0],
                    "access_token": nil,
                ])
            let steps = values(of: "status_time", in: text).count
            #expect("\(steps)" == values(of: "steps", in: parcel)[0])
            #expect(
                steps > 0
                    ? text.hasPrefix("{\"logistics_ordertrace_get_resposne\"")
                    : text.contains("ISV_TRACK_ERROR"))
            traced += steps > 0 ? 1 : 0
        }
        #expect(traced > 50)
    }

    @Test func tokensAreGrantedThroughTheGateway() throws {
        var caller = PDDCaller()
        let query = [
            (name: "response_type", value: "code"), (name: "redirect_uri", value: "urn:oob"),
            (name: "client_id", value: caller.gateway.configuration.appKey),
        ]
        let page = caller.gateway.handle(
            GatewayRequest(verb: "GET", path: "/authorize", query: FormEncoding.encode(query)),
            machineMilliseconds: caller.now)
        let code = String(decoding: page.body, as: UTF8.self).filter { $0 != "\n" }
        let granted = caller.text(
            "pdd.pop.auth.token.create", ["code": code, "access_token": nil])
        #expect(granted.hasPrefix("{\"pop_auth_token_create_response\""))
        let token = try #require(values(of: "access_token", in: granted).first)
        #expect(
            caller.text("pdd.mall.info.get", ["access_token": token]).contains("mall_id"))
        let again = caller.text("pdd.pop.auth.token.create", ["code": code])
        #expect(values(of: "error_msg", in: again) == ["参数错误:code"])
        let refresh = try #require(values(of: "refresh_token", in: granted).first)
        let renewed = caller.text("pdd.pop.auth.token.refresh", ["refresh_token": refresh])
        let successor = try #require(values(of: "access_token", in: renewed).first)
        #expect(renewed.hasPrefix("{\"pop_auth_token_refresh_response\""))
        #expect(successor != token)
        let old = caller.text("pdd.mall.info.get", ["access_token": token])
        #expect(values(of: "error_code", in: old) == ["20032"])
    }
}
