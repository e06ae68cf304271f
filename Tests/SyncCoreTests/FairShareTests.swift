import Testing

@testable import SyncCore

@Suite struct FairShareTests {
    /// Calls of each class among `count`, while all of `ready` have work.
    private func calls(_ ready: [CallClass], _ count: Int) -> [CallClass: Int] {
        var fair = FairShare()
        var calls: [CallClass: Int] = [:]
        for _ in 0..<count {
            guard let chosen = fair.choose(ready) else { break }
            fair.book(chosen, ready: ready)
            calls[chosen, default: 0] += 1
        }
        return calls
    }

    @Test func sharesAddUp() {
        #expect(CallClass.allCases.map(\.share).reduce(0, +) == 100)
    }

    /// Every set of classes with work: each gets its share.
    @Test func everyClassGetsItsShare() {
        for set in 1..<(1 << CallClass.allCases.count) {
            let ready = CallClass.allCases.filter { set & (1 << $0.rawValue) != 0 }
            let calls = calls(ready, 1_000)
            for callClass in ready {
                let least = callClass.share * 10 - 10
                #expect(calls[callClass, default: 0] >= least, "\(callClass) among \(ready)")
            }
        }
    }

    @Test func theRestGoesByImportance() {
        let calls = calls([.live, .backfill], 1_000)
        #expect(calls[.live, default: 0] >= 890)
        #expect(FairShare().choose([.backfill, .details, .live]) == .live)
        #expect(FairShare().choose([]) == nil)
    }

    /// All classes at work without end: shares to the call, and no long wait for any.
    @Test func allClassesTogether() {
        var fair = FairShare()
        var latest: [CallClass: Int] = [:]
        var calls: [CallClass: Int] = [:]
        for turn in 1...2_000 {
            guard let chosen = fair.choose(CallClass.allCases) else { break }
            fair.book(chosen, ready: CallClass.allCases)
            calls[chosen, default: 0] += 1
            let waited = turn - (latest.updateValue(turn, forKey: chosen) ?? 0)
            #expect(waited <= 100 / chosen.share * 3 + 2, "\(chosen) at \(turn)")
        }
        for callClass in CallClass.allCases {
            let wanted = callClass.share * 20
            #expect(abs(calls[callClass, default: 0] - wanted) <= 20, "\(callClass)")
        }
    }

    // Streams of a shop, and the classes that are kept a share of a day's calls for.
    @Test(
        arguments: [
            ([.orders], [.live]), ([.orders, .backfill], [.live, .backfill]),
            (
                [.orders, .details, .refunds, .shipments, .sweep, .backfill],
                [.live, .details, .refunds, .shipments, .sweep, .backfill]
            ),
            ([.requested, .verify], []), ([.audit], [.sweep]),
        ] as [(Set<StreamKind>, [CallClass])])
    func classesInUse(streams: Set<StreamKind>, expected: [CallClass]) {
        #expect(CallClass.inUse(by: streams) == expected)
    }

    /// A class that had no work for long gets no long run of calls.
    @Test func creditIsBounded() {
        var fair = FairShare()
        for _ in 0..<1_000 { fair.book(.live, ready: [.live, .backfill]) }
        var run = 0
        while fair.choose([.live, .backfill]) == .backfill {
            fair.book(.backfill, ready: [.live, .backfill])
            run += 1
        }
        #expect(run <= 3)
    }
}
