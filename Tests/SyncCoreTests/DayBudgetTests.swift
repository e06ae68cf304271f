import Testing

@testable import SyncCore

@Suite struct DayBudgetTests {
    /// A seller's classes; promoters have others.
    private static let all = CallClass.allCases.filter { $0 != .prices }

    private static func budget(
        _ left: Int, _ seconds: Int64 = 86_400, _ inUse: [CallClass] = all
    ) -> DayBudget {
        DayBudget(callsPerDay: 1_000, callsLeft: left, secondsLeft: seconds, inUse: inUse)
    }

    // Of 1000 calls a day: the class, calls left, seconds left, whether it may call.
    @Test(
        arguments: [
            ("live may use the last call", .live, 1, 1, true),
            ("control too", .control, 1, 86_400, true),
            ("no call is left", .live, 0, 86_400, false),
            ("nor for the others", .backfill, 0, 0, false),
            ("its own share at once", .backfill, 901, 86_400, true),
            ("and no more", .backfill, 900, 86_400, false),
            ("the larger share", .details, 851, 86_400, true),
            ("what is kept shrinks with the day", .backfill, 451, 43_200, true),
            ("to half at noon", .backfill, 450, 43_200, false),
            ("all of it in the end", .sweep, 1, 0, true),
        ] as [(String, CallClass, Int, Int64, Bool)])
    func theBudgetAllowsWhatIsLeft(
        why: String, callClass: CallClass, left: Int, seconds: Int64, expected: Bool
    ) {
        #expect(Self.budget(left, seconds).allows(callClass) == expected, "\(why)")
    }

    /// Live calls may spend more than their share. That is not kept for them a second time: the
    /// others continue, and do not have to wait for the evening.
    @Test func whatAClassHasHadIsNotKeptForItAgain() {
        var budget = Self.budget(400, 64_800)
        #expect(!budget.allows(.details))
        budget.used = [.live: 550, .control: 50]
        // For the four others 300 of a day, so 225 of three quarters of it.
        #expect(budget.allows(.details))
        budget.callsLeft = 226
        #expect(budget.allows(.details))
        budget.callsLeft = 225
        #expect(!budget.allows(.details))
        // Of what live calls have not had yet, the rest is kept.
        budget.callsLeft = 325
        budget.used[.live] = 400
        #expect(!budget.allows(.details))
        budget.callsLeft = 326
        #expect(budget.allows(.details))
    }

    /// Beyond the pace of its share a class gets only what live polls will not use.
    @Test func beyondItsPaceAClassLeavesLivePollsWhatTheyNeed() {
        var budget = Self.budget(950, 86_400)
        budget.liveNeed = 700
        // An hour ahead: 150 a day are 6.25 an hour.
        budget.used = [.details: 6]
        #expect(budget.allows(.details))
        budget.used = [.details: 7]
        // 35 parts in a hundred are kept for the others.
        #expect(!budget.allows(.details))
        budget.liveNeed = 599
        #expect(budget.allows(.details))
        // At noon it is on its pace again.
        budget = Self.budget(700, 43_200)
        budget.liveNeed = 700
        budget.used = [.details: 81]
        #expect(budget.allows(.details))
        budget.used = [.details: 82]
        #expect(!budget.allows(.details))
    }

    /// Within two seconds of midnight the platform may count a call for either day: none is made.
    @Test(
        arguments: [
            (Int64(-3), nil), (-2, 4), (-1, 3), (0, 2), (1, 1), (2, nil),
        ] as [(Int64, Int64?)])
    func noCallIsMadeAtMidnight(second: Int64, wait: Int64?) {
        let policy = RateLimiter.Policy(callsPerSecond: 5, burst: 5, callsPerDay: 1_000)
        var app = MachineConfiguration.App(id: AppID(0), limit: policy, rules: .seeking)
        app.startsFresh = true
        let midnight: Int64 = 1_763_308_800
        let platform = UTCInstant(seconds: midnight + second)
        let ticks = MonotonicInstant(milliseconds: 0)
        var quota = AppQuota(
            app, classesInUse: [], now: Now(ticks: ticks, wall: platform))
        quota.reserved(10, others: 0, day: beijingDay(platform))
        let moment = Moment(ticks: ticks, wall: platform, platform: platform)
        let (grant, _) = quota.take(.ordersChanged, at: moment)
        let until = wait.map { MonotonicInstant(milliseconds: $0 * 1_000) }
        #expect(grant == until.map { .wait(until: $0) } ?? .granted)
    }

    /// What a class has had before a restart is not kept for it again either.
    @Test func callsOfEarlierRunsCount() {
        let policy = RateLimiter.Policy(callsPerSecond: 5, burst: 5, callsPerDay: 1_000)
        var app = MachineConfiguration.App(id: AppID(0), limit: policy, rules: .seeking)
        app.callsByClass = [7: [.live: 40, .details: 3], 6: [.live: 900]]
        let now = Now(ticks: MonotonicInstant(milliseconds: 0), wall: UTCInstant(seconds: 0))
        var quota = AppQuota(app, classesInUse: [], now: now)
        quota.count(.live, day: 7)
        #expect(quota.callsByClass(on: 7) == [.live: 41, .details: 3])
        quota.count(.sweep, day: 8)
        #expect(quota.callsByClass(on: 8) == [.sweep: 1])
        #expect(quota.callsByClass(on: 7) == [.live: 41, .details: 3])
        quota.count(.sweep, day: 9)
        #expect(quota.callsByClass(on: 7) == [:])
    }

    /// What no class in use needs is free for those that are.
    @Test func sharesOfUnusedClassesAreFree() {
        let inUse: [CallClass] = [.control, .live, .backfill]
        #expect(Self.budget(551, 86_400, inUse).allows(.backfill))
        #expect(!Self.budget(550, 86_400, inUse).allows(.backfill))
    }

    /// A class with work without end, and the others with none: it gets what it may, and at no
    /// moment less is left than the others' shares of the rest of the day.
    @Test(arguments: [.details, .refunds, .shipments, .sweep, .backfill] as [CallClass])
    func noClassStarvesTheOthers(greedy: CallClass) {
        var left = 1_000
        let others = 100 - greedy.share
        for second in Int64(0)..<86_400 {
            let rest = 86_400 - second
            while Self.budget(left, rest).allows(greedy) { left -= 1 }
            #expect(Int64(left) == 1_000 * Int64(others) * rest / 8_640_000)
        }
    }
}
