import Testing

@testable import Engine

/// The watchdog reports when work is pending and nothing moves, and never while there is a reason.
@Suite struct ProgressWatchTests {
    typealias Vitals = ProgressWatch.Vitals

    /// The stalls that a run of beats led to, in order, each reported once.
    private func stalls(_ beats: Int, _ vitals: (Int) -> Vitals) -> [ProgressWatch.Stall?] {
        var watch = ProgressWatch()
        return (0..<beats).map { watch.beat(vitals($0)) }
    }

    @Test(
        arguments: [
            ("a transaction that never comes back", Vitals(isStoring: true), .store),
            ("calls that neither answer nor time out", Vitals(callsInFlight: 3), .calls),
            ("a timer that is not heard", Vitals(isDue: true), .timers),
            (
                "a stuck store explains the rest",
                Vitals(isStoring: true, callsInFlight: 1, isDue: true), .store
            ),
        ] as [(String, Vitals, ProgressWatch.Stall)])
    func everyStallIsReported(why: String, vitals: Vitals, expected: ProgressWatch.Stall) {
        let found = stalls(ProgressWatch.beatsMax + 5) { _ in vitals }
        let first = found.firstIndex { $0 != nil }
        #expect(first == ProgressWatch.beatsMax - 1, "\(why)")
        #expect(found.last == .some(expected), "\(why)")
    }

    private static let quiet: [(why: String, beats: Int, vitals: @Sendable (Int) -> Vitals)] = [
        ("idle", 5_000, { _ in Vitals(storeReplies: 7, answers: 9, steps: 20) }),
        (
            "a full disk: each write comes back with its error, ten seconds apart", 5_000,
            { Vitals(isStoring: $0 % 10 != 0, storeReplies: $0 / 10) }
        ),
        (
            "every call times out after half a minute", 5_000,
            { Vitals(callsInFlight: 4, answers: $0 / 30, steps: $0 / 30) }
        ),
        (
            "banned or unauthorised: a timer, and it is not due", 5_000,
            { _ in Vitals(answers: 3, steps: 4) }
        ),
        (
            "busy: always something pending, always something done", 5_000,
            {
                Vitals(
                    isStoring: true, storeReplies: $0, callsInFlight: 9, answers: $0, isDue: true,
                    steps: $0)
            }
        ),
        (
            "one slow transaction of four minutes after another", 5_000,
            { Vitals(isStoring: true, storeReplies: $0 / 240) }
        ),
        (
            "a new engine counts from zero", ProgressWatch.beatsMax + 100,
            { Vitals(callsInFlight: 1, answers: $0 < 200 ? 12 : 0) }
        ),
    ]

    @Test(arguments: quiet.indices)
    func theWatchIsQuietWhileWorkMoves(index: Int) {
        let one = Self.quiet[index]
        #expect(stalls(one.beats, one.vitals).allSatisfy { $0 == nil }, "\(one.why)")
    }

    @Test func theWatchIsFineAgainWhenItMoves() {
        let late = ProgressWatch.beatsMax + 10
        let found = stalls(late + 2) { Vitals(callsInFlight: 1, answers: $0 < late ? 5 : 6) }
        #expect(found[late - 1] == .calls)
        #expect(found[late] == nil)
        #expect(found[late + 1] == nil)
    }
}
