import Testing

@testable import SyncCore

/// Many shops share the calls of one app.
@Suite struct FairnessTests {
    /// A call a second for twenty shops: each poll waits, and reads up to the second of its call.
    @Test func aPollReadsUpToItsCall() {
        let shops = (1...20).map { MachineHarness.shop($0, [.orders]) }
        var bench = MachineHarness(shops: shops, callsPerSecond: 1) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 120)
        let polls = bench.calls.filter { $0.call.stream?.kind == .orders }
        #expect(polls.count > 100)
        for (at, call) in polls {
            guard case .list(let request) = call.kind else { continue }
            // Two seconds behind; a bound is inclusive.
            #expect(request.through.seconds - MachineHarness.start == at - 3)
        }
    }

    /// Nothing keeps the first poll of a new shop waiting but the seconds that it stays behind.
    @Test func theFirstPollComesAtOnce() throws {
        var bench = MachineHarness(shops: [MachineHarness.shop(1, [.orders])]) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 20)
        let first = try #require(bench.calls(of: .ordersChanged).first)
        #expect(first <= 2)
    }

    /// Two hundred shops at 20 calls a second, as many as their polls alone want; a few shops have
    /// most of the changes. No shop waits longer than three times the median.
    @Test(arguments: [false, true])
    func noShopWaitsThreeTimesTheMedian(hasOtherWork: Bool) throws {
        var shops: [MachineConfiguration.Shop] = []
        for id in 1...Int64(200) {
            var shop = MachineHarness.shop(id, hasOtherWork ? [.orders, .sweep] : [.orders])
            if hasOtherWork {
                shop.streams.formUnion([.sweepSecond, .sweepThird, .refunds, .backfill])
                shop.sweepDelays = [600, 3_600, 86_400]
                shop.backfillDays = 30
            }
            shops.append(shop)
        }
        var bench = MachineHarness(shops: shops, callsPerSecond: 20) { call, _ in
            guard case .list(let request) = call.kind, call.stream?.kind == .orders else {
                return MachineHarness.emptyPage
            }
            // Zipf: the shop of rank n has one nth of the first one's 40 changes a second.
            let shop = Double(call.shop?.rawValue ?? 1)
            let seconds = request.through.seconds(since: request.from)
            let count = Int(40 / shop * Double(seconds))
            let rows = (0..<min(100, count)).map { row in
                RowKey(
                    idHash: UInt64(row),
                    at: request.through.advanced(
                        bySeconds: -Int64(Double(row) * Double(seconds) / Double(max(1, count)))))
            }
            return .page(PageSummary(rows: rows, hasNext: count > 100, total: count))
        }
        bench.run(seconds: 900)
        var polls: [Int64: [Int64]] = [:]
        for (at, call) in bench.calls where call.stream?.kind == .orders && at >= 200 {
            polls[call.shop?.rawValue ?? 0, default: []].append(at)
        }
        #expect(polls.count == 200)
        var waits: [Int64] = []
        for times in polls.values {
            waits += zip(times, times.dropFirst()).map { $1 - $0 }
            waits.append(900 - (times.last ?? 0))
        }
        // Pages of one poll follow each other: what counts is how long nothing was asked.
        let sorted = waits.filter { $0 > 1 }.sorted()
        let median = sorted[sorted.count / 2]
        let longest = try #require(sorted.last)
        #expect(longest <= 3 * median, "median \(median) s, longest \(longest) s")
    }
}
