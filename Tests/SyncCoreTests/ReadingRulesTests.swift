import Testing

@testable import SyncCore

/// What a platform states of its lists is what is asked for.
@Suite struct ReadingRulesTests {
    private static let all: Set<StreamKind> = [
        .orders, .backfill, .refunds, .refundHistory, .shipments, .audit, .sweep, .details,
    ]

    private static func shop(settle: Int64 = 2) -> MachineConfiguration.Shop {
        var shop = MachineConfiguration.Shop(
            id: ShopID(1), app: AppID(0), settle: settle, overlap: 60,
            pollIntervalMilliseconds: 10_000,
            backfillDays: 5)
        shop.streams = all
        shop.sweepDelays = [600]
        return shop
    }

    private static func page(of bench: MachineHarness, _ kind: StreamKind) -> [PageRequest] {
        bench.calls.compactMap { entry in
            guard entry.call.stream?.kind == kind, case .list(let page) = entry.call.kind else {
                return nil
            }
            return page
        }
    }

    private static func bench(
        _ shop: MachineConfiguration.Shop, _ rules: ReadingRules
    ) -> MachineHarness {
        MachineHarness(shops: [shop], rules: rules) { call, _ in
            call.kind == .carriers ? .carriers : MachineHarness.emptyPage
        }
    }

    /// Three minutes behind at least, whatever the shop's own setting is; more if that says more.
    @Test(arguments: [(2, 180), (180, 180), (300, 300)])
    func liveReadsStayAsFarBehindAsThePlatformWants(settle: Int64, behind: Int64) throws {
        var bench = Self.bench(Self.shop(settle: settle), .counting)
        bench.run(seconds: 3_000)
        for kind in [StreamKind.orders, .refunds] {
            let calls = bench.calls.filter { $0.call.stream?.kind == kind }
            #expect(calls.count > 2)
            for (_, call) in calls {
                guard case .list(let page) = call.kind else { continue }
                #expect(call.platformTime.seconds(since: page.through) >= behind, "\(kind)")
            }
        }
    }

    /// Days of refunds are waiting, and calls enough to ask for all of them at once.
    @Test func refundsRestBetweenCallsWhereTheyAreCountedByShop() {
        var rules = ReadingRules.counting
        rules.refundsGap = 3_000
        var bench = Self.bench(Self.shop(), rules)
        bench.run(seconds: 300)
        let times = bench.calls(of: .refundsChanged)
        #expect(times.count > 50)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 3 })
    }

    /// A day to catch up with takes several requests for each task: that is no sign of a busy shop,
    /// whose polls would leave the overlap out for a while.
    @Test func pollsRepeatTheOverlapAfterABacklog() {
        for minutes in [Int64(25), 45, 1_440] {
            var shop = Self.shop()
            shop.streams = [.orders, .refunds]
            shop.refundIntervalMilliseconds = 2_000
            shop.restored.cursors = [
                .refunds: UTCInstant(seconds: MachineHarness.start - minutes * 60)
            ]
            var bench = Self.bench(shop, .counting)
            bench.run(seconds: 60)
            let pages = Self.page(of: bench, .refunds).suffix(10)
            #expect(pages.allSatisfy { $0.through.seconds(since: $0.from) >= 600 }, "\(minutes)")
        }
    }

    @Test func requestsKeepToTheListsSpansAndModes() throws {
        for rules in [ReadingRules.seeking, .counting] {
            var shop = Self.shop()
            // A day of backlog: what is due could be asked for at once.
            let start = UTCInstant(seconds: MachineHarness.start - 86_400)
            shop.restored.cursors = [.orders: start, .sweep: start, .refunds: start]
            var bench = Self.bench(shop, rules)
            bench.run(seconds: 9_000)
            for kind in [StreamKind.orders, .sweep, .refunds, .refundHistory, .backfill] {
                let list = rules.list(of: kind)
                let pages = Self.page(of: bench, kind)
                #expect(!pages.isEmpty, "\(kind)")
                let longest = pages.map { $0.through.seconds(since: $0.from) }.max() ?? 0
                #expect(longest <= list.spanMax, "\(kind)")
                // Spans are used to the full, but for those that grow as a backlog is read.
                if rules == .counting { #expect(longest == list.spanMax, "\(kind)") }
                #expect(pages.allSatisfy { $0.wantsTotal == (list.mode == .counted) }, "\(kind)")
            }
        }
    }

    /// What is to be a proof is counted, though the list could be read in another way.
    @Test func aProofIsAlwaysCounted() {
        #expect(ReadingRules.seeking.list(of: .verify).mode == .counted)
        #expect(ReadingRules.seeking.list(of: .backfill).mode == .seek)
    }

    // MARK: Carriers

    @Test func carriersAreAskedForOncePerDay() {
        var bench = Self.bench(Self.shop(), .counting)
        bench.run(seconds: 2 * 86_400 + 600)
        #expect(bench.calls(of: .carriers).map { $0 / 86_400 } == [0, 1, 2])
    }

    @Test func carriersThatAreNotNeededAreNotAskedFor() {
        var withoutParcels = Self.shop()
        withoutParcels.streams.remove(.shipments)
        for (shop, rules) in [(Self.shop(), ReadingRules.seeking), (withoutParcels, .counting)] {
            var bench = Self.bench(shop, rules)
            bench.run(seconds: 600)
            #expect(bench.calls(of: .carriers).isEmpty)
        }
    }

    /// Parcels that waited for the carriers come up when these are stored, and are asked about
    /// with the code that the database found.
    @Test func parcelsWaitForTheirCarriers() {
        var isDown = true
        var parcel = MachineHarness.parcel(1)
        parcel.parcel?.carrier = "SF"
        let stream = StreamID(shop: ShopID(1), kind: .shipments)
        let entry = MachineHarness.Entry(item: parcel, due: MachineHarness.start)
        var bench = MachineHarness(shops: [Self.shop()], rules: .counting) { call, _ in
            switch call.kind {
            case .carriers:
                return isDown ? MachineHarness.failure(.retry(afterSeconds: nil)) : .carriers
            case .trace:
                return .trace(
                    ParcelTrace(
                        trackingNumber: nil, company: nil, status: .delivered, platformStatus: "",
                        events: []))
            default: return MachineHarness.emptyPage
            }
        }
        bench.run(seconds: 60)
        #expect((3...8).contains(bench.calls(of: .carriers).count))
        #expect(bench.calls(of: .parcelTrace).isEmpty)
        isDown = false
        bench.queues[stream] = [entry]  // The database shows it once carriers are stored.
        bench.run(seconds: 300)
        #expect(
            bench.calls.contains {
                $0.call.kind
                    == .trace(
                        ParcelKey(order: "1", trackingNumber: "SF1"), items: [], carrier: "SF")
            })
    }

    /// After a restart the age of what is stored counts; a wall clock that is off does no harm.
    @Test(arguments: [(0, 86_400), (86_000, 400), (90_000, 0), (-500_000, 86_400)])
    func aRestartAsksForCarriersWhenTheyAreOld(age: Int64, due: Int64) {
        let now = MachineHarness.now(0)
        let storedAt = now.wall.advanced(bySeconds: -age)
        let carriers = CarrierSchedule(isNeeded: true, storedAt: storedAt, now: now)
        #expect(carriers.due?.milliseconds(since: now.ticks) == due * 1_000)
    }
}
