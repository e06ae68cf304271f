import Testing

@testable import SyncCore

/// Bans that another process has met are obeyed as the machine's own are, and told once.
@Suite struct FoundBanTests {
    private let start: Int64 = 1_762_000_000

    private func now(_ seconds: Int64, wallAhead: Int64 = 0) -> Now {
        Now(
            ticks: Ticks(milliseconds: seconds * 1_000),
            wall: UTCInstant(seconds: start + seconds + wallAhead))
    }

    private func machine() -> SyncMachine {
        let app = MachineConfiguration.App(
            id: AppID(0),
            limit: RateLimiter.Policy(callsPerSecond: 100, burst: 100, callsPerDay: 10_000),
            rules: .seeking, startsFresh: true)
        let shop = MachineConfiguration.Shop(
            id: ShopID(1), app: AppID(0), settle: 2, overlap: 60, pollMilliseconds: 1_000,
            backfillDays: 0)
        return SyncMachine(MachineConfiguration(apps: [app], shops: [shop]), now: now(0))
    }

    /// Handles an event, and the reservation that it asks for.
    private func handle(
        _ machine: inout SyncMachine, _ event: SyncEvent, _ now: Now
    ) -> [SyncAction] {
        var actions = machine.handle(event, now: now)
        for case .reserve(let app, let wanted) in actions {
            let total = wanted.granted(found: wanted.known).total
            actions += machine.handle(
                .reserved(app, total: total, others: 0, day: wanted.day), now: now)
        }
        return actions
    }

    private func calls(_ actions: [SyncAction]) -> Int {
        actions.count { if case .call = $0 { true } else { false } }
    }

    private func found(_ scope: RateLimiter.BanScope, until second: Int64) -> SyncEvent {
        .banFound(AppID(0), scope, until: UTCInstant(seconds: start + second), code: "7")
    }

    @Test func nothingIsCalledUntilItsEnd() {
        var machine = machine()
        let actions = handle(&machine, found(.app, until: 30), now(0))
        #expect(calls(actions) == 0)
        #expect(
            actions.contains(.note(.throttled(AppID(0), .app, nil, seconds: 30, code: "7"))))
        // Whatever else is written, and though the clock is set back: it was found already.
        let again = handle(&machine, found(.app, until: 30), now(5, wallAhead: -3_600))
        #expect(again.isEmpty)
        #expect(calls(handle(&machine, .tick, now(29))) == 0)
        #expect(calls(handle(&machine, .tick, now(30))) == 1)
    }

    @Test func whatIsOverOrAnothersIsNothing() {
        var machine = machine()
        #expect(calls(handle(&machine, found(.app, until: 0), now(1))) == 1)
        var other = self.machine()
        let actions = handle(&other, found(.method(.goodsSearch), until: 30), now(0))
        #expect(calls(actions) == 1, "another method's ban stops nothing else")
    }

    /// The machine's own bans come back from the database: they are neither news nor longer.
    @Test func itsOwnAreNoNews() throws {
        var machine = machine()
        let actions = handle(&machine, .tick, now(0))
        let call = try #require(
            actions.compactMap { if case .call(let call) = $0 { call } else { nil } }.first)
        let failure = CallFailure(.throttled(.app, seconds: 10), code: "7", line: "")
        let told = handle(
            &machine, .answered(call.id, CallResult(.failure(failure))), now(0))
        let until = try #require(
            told.compactMap { if case .banned(_, _, let until, _) = $0 { until } else { nil } }
                .first)
        let again = handle(
            &machine, .banFound(AppID(0), .app, until: until, code: "7"), now(1))
        #expect(again.isEmpty)
        #expect(calls(handle(&machine, .tick, now(11))) == 1)
    }
}
