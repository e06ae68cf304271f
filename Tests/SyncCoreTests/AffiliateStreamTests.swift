import Testing

@testable import SyncCore

/// The stream of a promoter's orders: counted, a day at once, 90 days back.
@Suite struct AffiliateStreamTests {
    private static let day: Int64 = 86_400
    private static let stream = StreamID(shop: ShopID(1), kind: .affiliate)

    /// A promoter's list: orders by their second of change, in no promised order.
    private struct List {
        var changedAt: [UInt64: Int64] = [:]

        func page(_ request: PageRequest) -> CallResult.Outcome {
            let rows = changedAt.filter { _, at in
                (request.from.seconds...request.through.seconds).contains(at)
            }.sorted { ($0.key &* 0x9E37_79B9) < ($1.key &* 0x9E37_79B9) }
            let page = rows.dropFirst((request.pageNumber - 1) * request.pageSize)
                .prefix(request.pageSize)
            return .page(
                PageSummary(
                    rows: page.map { RowKey(idHash: $0.key, at: UTCInstant(seconds: $0.value)) },
                    hasNext: nil, total: request.wantsTotal ? rows.count : nil))
        }
    }

    private func promoter(days: Int64 = 90) -> MachineConfiguration.Shop {
        var shop = MachineHarness.shop(1, [.affiliate])
        shop.backfillDays = days
        return shop
    }

    private func requests(_ bench: MachineHarness) -> [PageRequest] {
        bench.calls.compactMap { call in
            if case .list(let request) = call.call.kind { request } else { nil }
        }
    }

    @Test func theStreamReadsNinetyDaysAndContinues() {
        let now = MachineHarness.start
        var list = List()
        for number in 0..<3_000 {
            list.changedAt[UInt64(number + 1)] = now - Int64(number) * 2_500 - 60
        }
        // A burst in one second: settled by the hundred.
        for number in 0..<250 { list.changedAt[UInt64(90_000 + number)] = now - 9 * Self.day }
        var seen: Set<UInt64> = []
        var bench = MachineHarness(shops: [promoter()], rules: .counting) { call, _ in
            guard case .list(let request) = call.kind else { return .serverTime(call.platformTime) }
            return list.page(request)
        }
        bench.run(seconds: 120)
        for request in requests(bench) {
            #expect(request.through.seconds - request.from.seconds <= Self.day)
            #expect(request.from.seconds >= now - 90 * Self.day)
            #expect((10...100).contains(request.pageSize))
            guard case .page(let page) = list.page(request) else { continue }
            seen.formUnion(page.rows.map(\.idHash))
        }
        #expect(bench.calls(of: .affiliateChanged).count == requests(bench).count)
        #expect(bench.calls.allSatisfy { $0.call.stream == nil || $0.call.callClass == .live })
        #expect(seen.count == 3_250)
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
        let cursor = bench.machine.shops[0].feeds[0].cursor
        #expect(cursor.seconds >= now + 100)
    }

    /// What is older than the retention is left behind and logged; otherwise it would be asked for,
    /// and refused, for ever.
    @Test func theStreamContinuesAfterALongRest() {
        var shop = promoter()
        let old = MachineHarness.start - 200 * Self.day
        shop.restored.cursors[.affiliate] = UTCInstant(seconds: old)
        shop.restored.windows[.affiliate] = [
            WindowRecord(
                window: TimeWindow(
                    start: UTCInstant(seconds: old), end: UTCInstant(seconds: old + 600)),
                openEnd: UTCInstant(seconds: old + 600), state: .open, calls: 1, rows: 0)
        ]
        var bench = MachineHarness(shops: [shop], rules: .counting) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 120)
        let oldest = requests(bench).map(\.from.seconds).min() ?? 0
        #expect(oldest >= MachineHarness.start - 90 * Self.day)
        #expect(oldest <= MachineHarness.start - 89 * Self.day)
        let left = bench.notes.compactMap { note -> TimeWindow? in
            if case .outOfReach(Self.stream, let window) = note { window } else { nil }
        }
        #expect(left.map(\.start.seconds) == [old])
        #expect(left.allSatisfy { $0.end.seconds <= oldest + 3_600 })
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
    }

    /// The list is what a promoter's account stands and falls with.
    @Test func aRefusedListSuspendsTheApp() {
        var isRefused = true
        var bench = MachineHarness(shops: [promoter(days: 1)], rules: .counting) { _, _ in
            isRefused ? MachineHarness.failure(.misconfigured) : MachineHarness.emptyPage
        }
        bench.run(seconds: 30)
        #expect(bench.states == [.paused])
        isRefused = false
        bench.run(seconds: 120)
        #expect(bench.states == [.paused, .active])
    }

    /// Time that was read is read again, by count as well.
    @Test func sweepsReadTheSameList() {
        var shop = promoter(days: 1)
        shop.streams = [.affiliate, .sweep]
        shop.sweepDelays = [600]
        let late = MachineHarness.start + 100
        var list = List()
        var stored: Set<UInt64> = []
        var bench = MachineHarness(shops: [shop], rules: .counting) { call, now in
            guard case .list(let request) = call.kind else { return .serverTime(now) }
            // Seen by the list nine minutes late: no live read comes by that often.
            if now.seconds >= late + 1_500 { list.changedAt[7] = late }
            let page = list.page(request)
            if case .page(let page) = page { stored.formUnion(page.rows.map(\.idHash)) }
            return page
        }
        bench.run(seconds: 1_400)
        #expect(stored.isEmpty)
        bench.run(seconds: 3_000)
        let methods = Set(bench.calls.filter { $0.call.callClass == .sweep }.map(\.call.method))
        #expect(methods == [.affiliateChanged])
    }
}
