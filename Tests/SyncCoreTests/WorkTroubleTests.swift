import Testing

@testable import SyncCore

/// What becomes of details and parcels when the platform does not play along.
@Suite struct WorkTroubleTests {
    private func bench(
        shops: [MachineConfiguration.Shop] = [MachineHarness.shop(1)],
        _ answer: @escaping (Call) -> CallResult.Outcome?
    ) -> MachineHarness {
        var bench = MachineHarness(shops: shops) { call, _ in
            if let outcome = answer(call) { return outcome }
            switch call.kind {
            case .order, .refund: return .detail
            case .trace:
                return .trace(
                    ParcelTrace(
                        trackingNumber: nil, company: nil, status: .delivered, platformStatus: "",
                        events: []))
            case .parcels: return .parcels(count: 2)
            case .goods(let query): return .goods(count: query.goods.count)
            case .carriers: return .carriers
            case .seller: return .seller
            case .list, .serverTime: return MachineHarness.emptyPage
            }
        }
        bench.run(seconds: 5)
        return bench
    }

    private static let refusals: [Disposition] = [
        .notFound, .badRequest, .empty, .retry(afterSeconds: nil), .narrow(afterSeconds: nil),
        .clockSkew,
    ]

    /// However a parcel's poll fails, it comes again at its plan's pace, or some minutes after a
    /// passing fault; and in the end it is given up.
    @Test(arguments: refusals)
    func aParcelThatFailsIsPolledByItsPlan(disposition: Disposition) {
        var bench = bench {
            $0.method == .parcelTrace ? MachineHarness.failure(disposition) : nil
        }
        bench.put([MachineHarness.parcel(1)], .shipments)
        bench.run(seconds: 4 * 3_600)
        let isPassing = [Disposition.notFound, .badRequest, .empty].contains(disposition) == false
        let polls = bench.calls(of: .parcelTrace).count
        #expect(polls >= 1)
        #expect(polls <= (isPassing ? 4 * 120 : 2), "\(disposition): \(polls) polls in 4 hours")
        bench.second += 46 * 86_400
        for _ in 0..<(isPassing ? 12 : 1) {
            bench.run(seconds: 60)
            bench.second += 6 * 3_600
        }
        #expect(bench.queues[StreamID(shop: ShopID(1), kind: .shipments)]?.isEmpty == true)
    }

    /// A parcel so old that its first answer will be its last: a fault is no answer.
    @Test func anOldParcelSurvivesAFault() {
        var faults = 2
        var bench = bench {
            guard $0.method == .parcelTrace, faults > 0 else { return nil }
            faults -= 1
            return MachineHarness.failure(.retry(afterSeconds: nil))
        }
        bench.second += 60 * 86_400
        bench.put([MachineHarness.parcel(1)], .shipments)
        bench.run(seconds: 600)
        #expect(faults == 0)
        #expect(bench.calls(of: .parcelTrace).count == 3)
        #expect(bench.queues[StreamID(shop: ShopID(1), kind: .shipments)]?.isEmpty == true)
    }

    /// An answer about another parcel of the order is not the end of this one.
    @Test(arguments: [("SF1", true), ("sf1", true), ("SF2", false), (nil, true)])
    func anotherParcelsTraceEndsNothing(number: String?, isOwn: Bool) {
        var bench = bench {
            guard $0.method == .parcelTrace else { return nil }
            return .trace(
                ParcelTrace(
                    trackingNumber: number, company: nil, status: .delivered, platformStatus: "",
                    events: []))
        }
        bench.put([MachineHarness.parcel(1)], .shipments)
        bench.run(seconds: 60)
        guard case .polled(let next, let error) = bench.outcomes.last?.outcome else {
            Issue.record("not polled: \(bench.outcomes)")
            return
        }
        #expect((next == nil) == isOwn)
        #expect(error.isEmpty == isOwn)
    }

    /// An outage says nothing about an order: its detail is read when the platform answers again,
    /// however long that takes, and until then it is asked for ever more rarely.
    @Test(
        arguments: [Disposition.retry(afterSeconds: nil), .narrow(afterSeconds: nil), .clockSkew],
        [StreamKind.details, .refunds])
    func anOutageGivesNoDetailUp(disposition: Disposition, kind: StreamKind) {
        let method: CallMethod = kind == .details ? .orderDetail : .refundDetail
        var isOut = true
        var bench = bench {
            isOut && $0.method == method ? MachineHarness.failure(disposition) : nil
        }
        bench.put([WorkItem(kind == .details ? .order("1") : .refund("1"))], kind)
        bench.run(seconds: 20 * 3_600)
        #expect(bench.outcomes.allSatisfy { if case .again = $0.outcome { true } else { false } })
        if disposition != .clockSkew { #expect(bench.calls(of: method).count <= 60) }
        isOut = false
        bench.run(seconds: 3_700)
        guard case .read = bench.outcomes.last?.outcome else {
            Issue.record("\(disposition): \(String(describing: bench.outcomes.last))")
            return
        }
    }

    /// While a method fails, its entries are not tried one after another.
    @Test func anOutageIsNotCalledAtTheFullRate() {
        var isOut = true
        var bench = bench {
            isOut && $0.method == .orderDetail
                ? MachineHarness.failure(.retry(afterSeconds: nil)) : nil
        }
        bench.put((0..<1_000).map { WorkItem(.order("\($0)")) }, .details)
        bench.run(seconds: 1_800)
        // Probes come every 15 to 30 seconds, after the first few.
        #expect(bench.calls(of: .orderDetail).count <= 140)
        isOut = false
        bench.run(seconds: 3 * 3_600)
        #expect(bench.queues[StreamID(shop: ShopID(1), kind: .details)]?.isEmpty == true)
    }

    /// An order that always fails is recorded as such after a bounded number of calls.
    @Test(
        arguments: [.notFound, .badRequest, .empty] as [Disposition],
        [StreamKind.details, .refunds])
    func aDetailThatFailsIsGivenUp(disposition: Disposition, kind: StreamKind) {
        let method: CallMethod = kind == .details ? .orderDetail : .refundDetail
        var bench = bench { $0.method == method ? MachineHarness.failure(disposition) : nil }
        bench.put([WorkItem(kind == .details ? .order("1") : .refund("1"))], kind)
        bench.run(seconds: 3 * 3_600)
        #expect(bench.calls(of: method).count <= FailurePolicy.absentAttemptMax + 1)
        switch bench.outcomes.last?.outcome {
        case .notFound, .refused: break
        default: Issue.record("\(disposition): \(String(describing: bench.outcomes.last))")
        }
        let isReported = bench.notes.contains {
            if case .detailGivenUp = $0 { true } else { false }
        }
        #expect(isReported)
    }

    /// The list of an order's parcels is always refused: the parcels of other orders are read.
    @Test(arguments: [.misconfigured, .unauthorised] as [Disposition])
    func aRefusedListOfParcelsStopsNoOthers(disposition: Disposition) {
        var bench = bench { call in
            switch call.kind {
            case .trace(let key, _, _) where key.order.hasSuffix("0"):
                MachineHarness.failure(.badRequest, isSplitOrder: true)
            case .parcels: MachineHarness.failure(disposition)
            case .trace, .order, .refund, .goods, .list, .serverTime, .carriers, .seller: nil
            }
        }
        bench.put((0..<500).map { MachineHarness.parcel($0) }, .shipments)
        bench.run(seconds: 1_800)
        let left = bench.queues[StreamID(shop: ShopID(1), kind: .shipments)] ?? []
        #expect(left.count == 50)  // The split ones wait for their next turn.
        #expect(bench.calls(of: .orderParcels).count < 30)
        #expect(bench.states == [.active])
    }

    @Test func aThrottledListOfParcelsStopsNoOthers() {
        var bench = bench { call in
            switch call.kind {
            case .trace(_, let items, _) where items.isEmpty:
                MachineHarness.failure(.badRequest, isSplitOrder: true)
            case .parcels: MachineHarness.failure(.throttled(.method, seconds: 600))
            case .trace, .order, .refund, .goods, .list, .serverTime, .carriers, .seller: nil
            }
        }
        bench.put([MachineHarness.parcel(1)], .shipments)
        var split = MachineHarness.parcel(2)
        split.parcel?.isSplit = true
        split.parcel?.items = ["1"]
        bench.put([split], .shipments)
        bench.run(seconds: 60)
        #expect(bench.queues[StreamID(shop: ShopID(1), kind: .shipments)]?.count == 1)
        // While the ban lasts there is nothing to wake up for but the polls of the list.
        var wakeups = 0
        for _ in 0..<60 {
            bench.second += 1
            bench.handle(.tick)
            let wakeup = bench.machine.nextWakeup()?.milliseconds ?? 0
            if wakeup <= (bench.second + 1) * 1_000 { wakeups += 1 }
        }
        #expect(wakeups < 20)
    }

    /// A split order is listed, then asked for by items; when that is refused too, it waits.
    @Test func aSplitOrderIsListedOncePerTurn() {
        var bench = bench { call in
            if case .trace(_, let items, _) = call.kind, items.isEmpty {
                return MachineHarness.failure(.badRequest, isSplitOrder: true)
            }
            return nil
        }
        bench.put([MachineHarness.parcel(1)], .shipments)
        bench.run(seconds: 60)
        #expect(bench.calls(of: .orderParcels).count == 1)
        #expect(bench.calls(of: .parcelTrace).count == 2)
        #expect(bench.queues[StreamID(shop: ShopID(1), kind: .shipments)]?.isEmpty == true)
        let failed = bench.notes.contains { if case .callFailed = $0 { true } else { false } }
        #expect(!failed)

        bench = self.bench { call in
            call.method == .parcelTrace
                ? MachineHarness.failure(.badRequest, isSplitOrder: true) : nil
        }
        bench.put([MachineHarness.parcel(1)], .shipments)
        bench.run(seconds: 2 * 3_600)
        #expect(bench.calls(of: .orderParcels).count <= 3)
    }

    /// One shop may not read details: the others of the app may, and its orders are still read.
    @Test(arguments: [CallMethod.orderDetail, .refundsChanged])
    func aShopThatIsRefusedAMethodIsAlone(method: CallMethod) {
        var bench = bench(shops: [MachineHarness.shop(1), MachineHarness.shop(2)]) { call in
            call.method == method && call.shop == ShopID(1)
                ? MachineHarness.failure(.unauthorised) : nil
        }
        for shop in [1, 2] as [Int64] {
            bench.put((1...200).map { WorkItem(.order("\($0)")) }, .details, shop: shop)
        }
        bench.run(seconds: 600)
        let second = StreamID(shop: ShopID(2), kind: .details)
        #expect(bench.queues[second]?.isEmpty == true)
        #expect(bench.calls(of: .refundsChanged, shop: 2).count >= 9)
        #expect(bench.calls(of: .ordersChanged, shop: 1).count >= 55)
        #expect(bench.calls(of: method, shop: 1).count < 20)
        #expect(bench.states == [.active, .active])
    }

    /// The app lacks a permission: few calls are made, orders are still read, and it recovers.
    @Test(arguments: [CallMethod.orderDetail, .refundsChanged, .refundDetail, .parcelTrace])
    func aMethodThatIsRefusedIsTriedAgain(method: CallMethod) {
        let isFixed = Flag()
        var bench = bench { call in
            call.method == method && !isFixed.isSet ? MachineHarness.failure(.misconfigured) : nil
        }
        bench.put([WorkItem(.order("1"))], .details)
        bench.put([WorkItem(.refund("1"))], .refunds)
        bench.put([MachineHarness.parcel(1)], .shipments)
        bench.run(seconds: 3_600)
        let refused = bench.calls(of: method).count
        #expect((4...20).contains(refused))
        #expect(bench.calls(of: .ordersChanged).count >= 355)
        isFixed.isSet = true
        bench.run(seconds: 3_600)
        #expect(bench.calls(of: method).count > refused)
        #expect(bench.queues.values.allSatisfy { $0.isEmpty })
        // The next refusal starts with a short rest again.
        #expect(bench.machine.apps[0].refusals.isEmpty)
        #expect(bench.states == [.active])
    }

    private final class Flag {
        var isSet = false
    }
}
