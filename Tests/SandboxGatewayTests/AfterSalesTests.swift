import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

@Suite struct AfterSalesTests {
    @Test func refundsAgreeWithTheirOrders() throws {
        var caller = Caller { $0.ordersPerShop = 2_000 }
        let orders = caller.gateway.world.shops[0].orders
        let expected = Set(
            orders.flatMap { $0.items.compactMap { $0.refund.map { "\($0.id)" } } })
        #expect(expected.count > 20)
        var found: Set<String> = []
        for page in 1...20 {
            let text = caller.text(
                "taobao.refunds.receive.get",
                [
                    "fields": "refund_id,modified,status", "type": Caller.allTypes,
                    "page_no": "\(page)", "page_size": "50",
                ])
            found.formUnion(values(of: "refund_id", in: text))
        }
        #expect(found == expected)

        let id = try #require(expected.first)
        let single = caller.text(
            "taobao.refund.get", ["fields": "refund_id,tid,oid,refund_fee", "refund_id": id])
        let tid = try #require(values(of: "tid", in: single).first)
        let order = try #require(orders.first { "\($0.tid)" == tid })
        let item = try #require(
            order.items.first { "\($0.oid)" == values(of: "oid", in: single)[0] })
        #expect(
            values(of: "refund_fee", in: single)
                == [Fen.yuanText(try #require(item.refund).feeFen)])
    }

    @Test func tracesGrowUntilTheParcelIsSigned() throws {
        var caller = Caller()
        let shop = caller.gateway.world.shops[0]
        let order = try #require(
            shop.orders.last { $0.parcels.count == 1 && $0.status == .waitBuyerConfirm })
        var stepCount = 0
        for _ in 0..<100 {
            let text = caller.text("taobao.logistics.trace.search", ["tid": "\(order.tid)"])
            let actions = values(of: "action", in: text)
            #expect(actions.count >= stepCount)
            stepCount = actions.count
            if stepCount > 0 {
                #expect(values(of: "out_sid", in: text) == [order.parcels[0].waybill])
            }
            caller.now += 3_600_000
        }
        let text = caller.text("taobao.logistics.trace.search", ["tid": "\(order.tid)"])
        #expect(
            values(of: "action", in: text) == [
                "GOT", "DEPARTURE", "ARRIVAL", "DEPARTURE", "ARRIVAL", "SENT_SCAN", "SIGNED",
            ])
        #expect(values(of: "status", in: text) == ["对方已签收"])
    }

    @Test func aSplitTradeMustBeAskedForByParcel() throws {
        var caller = Caller { $0.ordersPerShop = 1_000 }
        let orders = caller.gateway.world.shops[0].orders
        let order = try #require(
            orders.first { $0.parcels.count > 1 && $0.status == .finished })
        let tid = "\(order.tid)"
        let refused = caller.text("taobao.logistics.trace.search", ["tid": tid])
        #expect(values(of: "sub_code", in: refused) == ["isv.split-data-error:CD24"])
        for (place, parcel) in order.parcels.enumerated() {
            let item = try #require(order.items.first { $0.parcel == place })
            let text = caller.text(
                "taobao.logistics.trace.search",
                ["tid": tid, "is_split": "1", "sub_tid": "\(item.oid)"])
            #expect(values(of: "out_sid", in: text) == [parcel.waybill])
        }
        let rows = caller.text(
            "taobao.logistics.orders.get", ["tid": tid, "fields": "tid,out_sid,sub_tids"])
        #expect(values(of: "out_sid", in: rows) == order.parcels.map(\.waybill))
    }

    @Test func anUnsentOrderHasNoTrace() throws {
        var caller = Caller()
        let orders = caller.gateway.world.shops[0].orders
        let order = try #require(orders.last { $0.parcels.isEmpty })
        let text = caller.text("taobao.logistics.trace.search", ["tid": "\(order.tid)"])
        #expect(values(of: "sub_code", in: text) == ["isv.order-no-trace"])
    }
}
