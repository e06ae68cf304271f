import Testing

@testable import SyncCore

/// Which answers set the platform's clock.
@Suite struct PlatformClockTests {
    private let wall = UTCInstant(seconds: 1_762_000_000)

    private func now(_ second: Int64) -> Now {
        Now(
            ticks: MonotonicInstant(milliseconds: second * 1_000),
            wall: wall.advanced(bySeconds: second))
    }

    private func checked() -> PlatformClock {
        var clock = PlatformClock(now: now(0).ticks)
        let change = clock.answered(wall, date: nil, sent: now(0).ticks, now: now(0))
        #expect(change == .known(aheadSeconds: 0))
        return clock
    }

    /// One wrong answer would have years read again, or all orders marked.
    @Test(arguments: [-20 * 365 * 86_400, -3 * 86_400, 3 * 86_400, 400 * 86_400] as [Int64])
    func aStepOfDaysNeedsTwoAnswers(step: Int64) {
        var clock = checked()
        let wrong = now(60).wall.advanced(bySeconds: step)
        let first = clock.answered(wrong, date: nil, sent: now(60).ticks, now: now(60))
        #expect(first == .nothing)
        #expect(abs(clock.now(now(60)).seconds(since: now(60).wall)) <= 1)
        #expect(clock.wantsCall(now(71)))
        #expect(clock.nextCall <= now(71).ticks)
        // It was a slip: the right time is taken again.
        let right = clock.answered(now(71).wall, date: nil, sent: now(71).ticks, now: now(71))
        #expect(right == .nothing)
        // It is so: two answers agree.
        for second: Int64 in [80, 91] {
            let time = now(second).wall.advanced(bySeconds: step)
            let change = clock.answered(
                time, date: nil, sent: now(second).ticks, now: now(second))
            #expect((change == .nothing) == (second == 80))
        }
        #expect(abs(clock.now(now(91)).seconds(since: now(91).wall) - step) <= 1)
    }

    /// A machine that starts with a wrong wall clock learns the platform's time from two answers.
    @Test func aWrongWallClockDelaysTheStartOnly() {
        var clock = PlatformClock(now: now(0).ticks)
        let time = wall.advanced(bySeconds: 1_000_000)
        let first = clock.answered(time, date: nil, sent: now(0).ticks, now: now(0))
        #expect(first == .nothing)
        #expect(!clock.isReady)
        let second = clock.answered(
            time.advanced(bySeconds: 10), date: nil, sent: now(10).ticks, now: now(10))
        #expect(second == .known(aheadSeconds: -1_000_000))
        #expect(clock.isReady)
    }

    /// Before the clock is checked, a date may be a proxy's: nothing follows from it.
    @Test func aDateAloneIsNoNews() {
        var clock = PlatformClock(now: now(0).ticks)
        let date = wall.advanced(bySeconds: -365 * 86_400)
        let dated = clock.observe(date: date, isAnswered: true, sent: now(0).ticks, now: now(0))
        #expect(dated == .nothing)
        #expect(!clock.isReady)
        let answered = clock.answered(wall, date: date, sent: now(0).ticks, now: now(0))
        #expect(answered == .known(aheadSeconds: 0))
        #expect(clock.now(now(0)) == wall)
    }
}
