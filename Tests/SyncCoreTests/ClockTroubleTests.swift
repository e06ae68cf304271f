import Testing

@testable import SyncCore

/// What a machine does when the platform's clock is hard to come by, or is set.
@Suite struct ClockTroubleTests {
    private let start: Int64 = 1_762_000_000

    private func now(_ seconds: Int64) -> Now {
        Now(
            ticks: MonotonicInstant(milliseconds: seconds * 1_000),
            wall: UTCInstant(seconds: start + seconds))
    }

    private func machine() -> SyncMachine {
        let app = MachineConfiguration.App(
            id: AppID(0),
            limit: RateLimiter.Policy(callsPerSecond: 100, burst: 100, callsPerDay: 10_000),
            rules: .seeking,
            startsFresh: true)
        let shop = MachineConfiguration.Shop(
            id: ShopID(1), app: AppID(0), settle: 2, overlap: 60, pollIntervalMilliseconds: 1_000,
            backfillDays: 0)
        return SyncMachine(MachineConfiguration(apps: [app], shops: [shop]), now: now(0))
    }

    private func calls(_ actions: [SyncAction]) -> [Call] {
        actions.compactMap { if case .call(let call) = $0 { call } else { nil } }
    }

    /// Answers every reservation and commit at once.
    private func settle(
        _ machine: inout SyncMachine, _ actions: [SyncAction], _ now: Now
    ) -> [SyncAction] {
        var all = actions
        for action in actions {
            switch action {
            case .reserve(let app, let wanted):
                let total = wanted.granted(found: wanted.known).total
                all += machine.handle(
                    .reserved(app, total: total, others: 0, day: wanted.day), now: now)
            case .commit:
                all += machine.handle(.committed(changes: 1), now: now)
            default:
                break
            }
        }
        return all
    }

    /// A proxy dates its answers an hour late, and the first answer fails: the time call must not
    /// be signed with that hour for ever.
    @Test func aWrongDateDoesNotLockOut() throws {
        var machine = machine()
        let wrong = UTCInstant(seconds: start - 3_600)
        var answered = 0
        var second: Int64 = 0
        var states: [ShopState] = []
        while second < 600 {
            second += 1
            let actions = settle(&machine, machine.handle(.tick, now: now(second)), now(second))
            for call in calls(actions) {
                guard case .serverTime = call.kind else {
                    #expect(states.contains(.paused))  // The fault was stated meanwhile.
                    return
                }
                answered += 1
                let isRight = abs(call.platformTime.seconds(since: now(second).wall)) < 600
                let failure = CallFailure(
                    answered == 1 ? .retry(afterSeconds: nil) : .clockSkew, code: "31", line: "")
                let outcome: CallResult.Outcome =
                    answered > 4 && isRight ? .serverTime(now(second).wall) : .failure(failure)
                let result = CallResult(outcome, date: wrong)
                let more = machine.handle(.answered(call.id, result), now: now(second))
                for case .shopState(_, let state, _) in settle(&machine, more, now(second)) {
                    states.append(state)
                }
            }
        }
        Issue.record("locked out after \(answered) time calls")
    }

    /// The clock was ahead for a while, and windows of the future were read empty.
    @Test func aClockSetBackReadsAgain() {
        var feed = Feed(
            id: StreamID(shop: ShopID(1), kind: .orders), direction: .forward,
            policy: Feed.Policy(
                settle: 2, overlap: 60, pollIntervalMilliseconds: 1_000, spanMax: 1_800,
                spanFirst: 1_800, pageSize: 100),
            cursor: UTCInstant(seconds: 10_150), now: MonotonicInstant(milliseconds: 0))
        let change = feed.rewind(
            to: UTCInstant(seconds: 10_000), now: MonotonicInstant(milliseconds: 1_000))
        #expect(change?.cursor == UTCInstant(seconds: 10_000))
        #expect(change?.cursorBefore == UTCInstant(seconds: 10_150))
        _ = feed.plan(
            now: MonotonicInstant(milliseconds: 2_000), platformNow: UTCInstant(seconds: 10_012),
            interval: 1_000)
        #expect(feed.tasks.first?.reader.window == window(10_000, 10_010))
        #expect(feed.tasks.first?.reader.readStart ?? .init(seconds: .max) <= .init(seconds: 9_940))
    }

    @Test(arguments: [.max, .min, -1] as [Int64])
    func absurdBansDoNotTrap(seconds: Int64) {
        var machine = machine()
        let first = settle(&machine, machine.handle(.tick, now: now(1)), now(1))
        #expect(!calls(first).isEmpty)
        for call in calls(first) {
            let failure = CallFailure(.throttled(.app, seconds: seconds), code: "7", line: "")
            let result = CallResult(.failure(failure))
            let actions = machine.handle(.answered(call.id, result), now: now(1))
            for case .banned(_, _, let until, _) in actions {
                #expect(until.seconds <= start + 32 * 86_400)
            }
        }
    }

    /// It counts as the highest that is possible, and the pass ends after few calls.
    @Test func anAbsurdCountDoesNotTrap() {
        var sweep = CrowdedSecondReader(window: window(0, 2), pageSize: 100, endIsExclusive: false)
        let page = PageSummary(rows: [], hasNext: nil, total: .max)
        #expect(sweep.accept(page) == .more)
        var calls = 1
        while sweep.accept(page) == .more, calls < 100 { calls += 1 }
        #expect(calls < 40)
    }
}
