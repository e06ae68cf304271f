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

    /// A seller's app and a promoter's have no more to share out than all calls.
    @Test func sharesAddUp() {
        #expect(Self.sellers.map(\.share).reduce(0, +) == 100)
        #expect(Self.promoters.map(\.share).reduce(0, +) <= 100)
        #expect(Set(Self.sellers + Self.promoters) == Set(CallClass.allCases))
    }

    private static let sellers = CallClass.allCases.filter { $0 != .prices }
    private static let promoters: [CallClass] = [.control, .live, .sweep, .prices]

    /// Every set of classes with work: each gets its share.
    @Test func everyClassGetsItsShare() {
        for set in 1..<(1 << CallClass.allCases.count) {
            let ready = CallClass.allCases.filter { set & (1 << $0.rawValue) != 0 }
            guard Set(ready).isSubset(of: Self.sellers) || Set(ready).isSubset(of: Self.promoters)
            else { continue }
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
    @Test func everyBusyClassHasItsShareToTheCall() {
        var fair = FairShare()
        var latest: [CallClass: Int] = [:]
        var calls: [CallClass: Int] = [:]
        for turn in 1...2_000 {
            guard let chosen = fair.choose(Self.sellers) else { break }
            fair.book(chosen, ready: Self.sellers)
            calls[chosen, default: 0] += 1
            let waited = turn - (latest.updateValue(turn, forKey: chosen) ?? 0)
            #expect(waited <= 100 / chosen.share * 3 + 2, "\(chosen) at \(turn)")
        }
        for callClass in Self.sellers {
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
    func theStreamsDecideWhichClassesAreInUse(streams: Set<StreamKind>, expected: [CallClass]) {
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
