import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

@Suite struct LifeTests {
    private static let start = UTCInstant(seconds: Caller.start / 1_000)

    private func world(seed: UInt64 = 7, lag: Int64 = 0) -> SandboxWorld {
        var configuration = SandboxConfiguration()
        configuration.seed = seed
        configuration.shopCount = 2
        configuration.ordersPerShop = 200
        configuration.eventsPerSecond = 7
        configuration.burst = SandboxConfiguration.Burst(orders: 40, everySeconds: 61)
        var world = SandboxWorld(configuration: configuration, start: LifeTests.start)
        world.setIndexLag(secondsMax: lag)
        return world
    }

    private func summary(_ world: SandboxWorld) -> [String] {
        world.shops.flatMap { shop in
            shop.orders.map {
                "\($0.tid) \($0.status) \($0.modified) \($0.paymentFen) \($0.revision)"
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func lifeDependsOnTheSeedOnly(seed: UInt64) {
        var once = world(seed: seed)
        once.advance(to: LifeTests.start.advanced(bySeconds: 300))
        var often = world(seed: seed, lag: 9)
        for step in 1...(300 * 3) {
            often.advance(toMilliseconds: Caller.start + Int64(step) * 1_000 / 3)
        }
        #expect(summary(once) == summary(often))
        #expect(summary(once) != summary(world(seed: seed)), "something must have happened")
    }

    @Test func timesAreInOrderAndNeverInTheFuture() {
        var world = world()
        var modified: [Int64: UTCInstant] = [:]
        for second in 0...240 {
            let now = LifeTests.start.advanced(bySeconds: Int64(second))
            world.advance(to: now)
            for order in world.shops[0].orders {
                #expect(order.created <= order.modified)
                #expect(order.modified <= now)
                #expect(order.modified >= modified[order.tid] ?? order.created)
                modified[order.tid] = order.modified
            }
            let created = world.shops[0].orders.map(\.created)
            #expect(created == created.sorted())
            let listed = world.shops[0].index.entries
            #expect(listed == listed.sorted())
            #expect(listed.count == created.count)
        }
    }

    @Test func everyStatusAndSeveralChangesInASecondHappen() {
        var world = world()
        var statuses: Set<TradeStatus> = []
        var refunds: Set<TOPRefundStatus> = []
        var revisions: [Int: UInt32] = [:]
        var mostPerSecond: UInt32 = 0
        for second in 0...1_500 {
            let now = LifeTests.start.advanced(bySeconds: Int64(second))
            world.advance(to: now)
            let shop = world.shops[0]
            let changed = shop.index.firstPlace(notBefore: now.advanced(bySeconds: -1))
            for entry in shop.index.entries[changed...] {
                let order = shop.orders[entry.serial]
                statuses.insert(order.status)
                refunds.formUnion(order.items.compactMap(\.refund?.status))
                let before = revisions.updateValue(order.revision, forKey: entry.serial)
                mostPerSecond = max(mostPerSecond, order.revision - (before ?? order.revision))
            }
        }
        #expect(statuses == Set(TradeStatus.allCases))
        #expect(refunds == Set(TOPRefundStatus.allCases))
        #expect(mostPerSecond > 1)
    }

    @Test func moneyAddsUpAndIdsAreLarge() {
        var world = world()
        world.advance(to: LifeTests.start.advanced(bySeconds: 600))
        var ids: Set<Int64> = []
        for order in world.shops.flatMap(\.orders) {
            let items = order.items
            let discounts = items.reduce(0) { $0 + $1.discountFen }
            #expect(
                order.paymentFen == order.totalFen - discounts - order.sharedDiscountFen
                    + order.adjustFen + order.postFen)
            #expect(items.allSatisfy { $0.dividedFen > 0 })
            #expect((0...order.paymentFen).contains(order.receivedFen))
            #expect(order.tid > 1 << 53)
            #expect("\(order.tid)".count == 19)
            #expect(ids.insert(order.tid).inserted)
            if items.count > 1 {
                for item in items { #expect(ids.insert(item.oid).inserted) }
            } else {
                #expect(items[0].oid == order.tid)
            }
        }
    }

    /// What an engine has to cope with happens in every shop.
    @Test(arguments: [SandboxPlatform.taobao, .pinduoduo])
    func rareCasesHappen(platform: SandboxPlatform) {
        var configuration = SandboxConfiguration()
        configuration.platform = platform
        configuration.shopCount = 1
        configuration.ordersPerShop = 3_000
        let orders = SandboxWorld(configuration: configuration, start: LifeTests.start)
            .shops[0].orders
        #expect(orders.contains { $0.isWaybillCorrected })
        #expect(orders.contains { $0.depositPaid != nil && $0.paid == nil })
        #expect(orders.contains { $0.depositPaid != nil && $0.status == .closedUnpaid })
        let partly = orders.filter { order in
            order.items.contains { $0.refund?.isPartial == true && $0.refund?.status == .success }
        }
        // The refund is partial, and the order continued.
        #expect(!partly.isEmpty)
        for order in partly {
            let item = order.items.first { $0.refund?.isPartial == true }
            #expect(item?.refund.map { $0.feeFen < order.paymentFen } == true)
            #expect(item?.status != .closed)
        }
        let isPinduoduo = platform == .pinduoduo
        #expect(
            orders.contains { $0.items.count == 1 && $0.parcels.count == 2 } == isPinduoduo)
    }

    @Test func tradesAgreeWithTheirSubOrders() {
        var world = world()
        world.advance(to: LifeTests.start.advanced(bySeconds: 600))
        for order in world.shops.flatMap(\.orders) {
            let open = order.items.filter(\.isOpen)
            switch order.status {
            case .finished, .closed, .closedUnpaid: #expect(open.isEmpty)
            case .partConsigned:
                #expect(open.contains { $0.parcel != nil })
                #expect(open.contains { $0.parcel == nil })
            case .waitBuyerConfirm: #expect(open.allSatisfy { $0.parcel != nil })
            case .noCreatePay, .waitBuyerPay, .payPending:
                #expect(order.paid == nil)
                #expect(order.parcels.isEmpty)
            case .waitSellerSend, .paidForbidConsign: #expect(order.parcels.isEmpty)
            case .buyerSigned: #expect(order.type == .cod)
            }
        }
    }
}
