import Testing

@testable import SyncCore

/// Bans that another process has met are obeyed as the machine's own are, and stated once.
@Suite struct FoundBanTests {
    private let start: Int64 = 1_762_000_000

    private func now(_ seconds: Int64, wallAhead: Int64 = 0) -> Now {
        Now(
            ticks: MonotonicInstant(milliseconds: seconds * 1_000),
            wall: UTCInstant(seconds: start + seconds + wallAhead))
    }

    /// Centuries become a day, and then one call tries before all others.
    @Test(arguments: [true, false])
    func aBanOfCenturiesIsTriedAfterADay(isFound: Bool) throws {
        var machine = machine(bans: isFound ? [] : [(.app, UTCInstant(seconds: 11_000_000_000))])
        if isFound { _ = handle(&machine, found(.app, until: 9_999_999_999), now(0)) }
        #expect(calls(handle(&machine, .tick, now(86_399))) == 0)
        let resume = try #require(machine.ordersResume(now: now(0)))
        #expect(resume == now(86_400).ticks)
        var latest = try expectOneCall(handle(&machine, .tick, now(86_400)), &machine, now(86_400))
        #expect(machine.ordersResume(now: now(86_400)) == nil)
        // Banned again, it waits a day again; once a call works, all may be made.
        let failure = CallFailure(.throttled(.app, seconds: 9_999_999_999), code: "7", line: "")
        let reported = handle(
            &machine, .answered(latest.id, CallResult(.failure(failure))), now(86_400))
        #expect(
            reported.contains(
                .note(.throttled(AppID(0), .app, .serverTime, seconds: 86_400, code: "7")))
        )
        #expect(calls(handle(&machine, .tick, now(172_800))) == 0)
        latest = try expectOneCall(handle(&machine, .tick, now(172_801)), &machine, now(172_801))
        let time = UTCInstant(seconds: start + 172_801)
        var more = handle(
            &machine, .answered(latest.id, CallResult(.serverTime(time))), now(172_801))
        more += handle(&machine, .tick, now(172_811))
        #expect(calls(more) >= 1)
        #expect(machine.apps[0].quota.probedBans.isEmpty)
    }

    private func expectOneCall(
        _ actions: [SyncAction], _ machine: inout SyncMachine, _ now: Now
    ) throws -> Call {
        let made = actions.compactMap { if case .call(let call) = $0 { call } else { nil } }
        #expect(made.count == 1)
        #expect(calls(handle(&machine, .tick, now)) == 0, "it waits for the answer")
        return try #require(made.first)
    }

    @Test func aSpentDayPausesUntilMidnight() {
        var machine = machine(callsPerDay: 0)
        _ = handle(&machine, .tick, now(0))
        // 1,762,000,000 is 20:26:40 in Beijing.
        #expect(machine.ordersResume(now: now(0)) == now(12_800).ticks)
    }

    private func machine(
        callsPerDay: Int = 10_000, bans: [(scope: RateLimiter.BanScope, until: UTCInstant)] = []
    ) -> SyncMachine {
        let app = MachineConfiguration.App(
            id: AppID(0),
            limit: RateLimiter.Policy(callsPerSecond: 100, burst: 100, callsPerDay: callsPerDay),
            rules: .seeking, startsFresh: true, bans: bans)
        let shop = MachineConfiguration.Shop(
            id: ShopID(1), app: AppID(0), settle: 2, overlap: 60, pollIntervalMilliseconds: 1_000,
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
    @Test func theMachinesOwnBansAreNoNews() throws {
        var machine = machine()
        let actions = handle(&machine, .tick, now(0))
        let call = try #require(
            actions.compactMap { if case .call(let call) = $0 { call } else { nil } }.first)
        let failure = CallFailure(.throttled(.app, seconds: 10), code: "7", line: "")
        let reported = handle(
            &machine, .answered(call.id, CallResult(.failure(failure))), now(0))
        let until = try #require(
            reported.compactMap { if case .banned(_, _, let until, _) = $0 { until } else { nil } }
                .first)
        let again = handle(
            &machine, .banFound(AppID(0), .app, until: until, code: "7"), now(1))
        #expect(again.isEmpty)
        #expect(calls(handle(&machine, .tick, now(11))) == 1)
    }
}
