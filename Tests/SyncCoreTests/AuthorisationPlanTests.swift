import SyncCore
import Testing

@Suite struct AuthorisationPlanTests {
    private static let day: Int64 = 86_400

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func plan(life: Int64?, isRefreshable: Bool = true) -> AuthorisationPlan {
        AuthorisationPlan(
            issuedAt: at(0), expiresAt: life.map { at($0) }, isRefreshable: isRefreshable)
    }

    /// Seconds after the issue, and what to do then.
    @Test(
        arguments: [
            ("a year, young", 365 * day, 0, .rest),
            ("a year, before its last day", 365 * day, 364 * day - 1, .rest),
            ("a year, its last day", 365 * day, 364 * day, .refresh),
            ("a day, before its last fifth", day, day * 4 / 5 - 1, .rest),
            ("a day, its last fifth", day, day * 4 / 5, .refresh),
            ("ended", day, day + 1, .refresh),
            ("a minute", 60, 47, .rest),
            ("a minute, its last fifth", 60, 48, .refresh),
            ("no life at all", 0, 0, .refresh),
            ("the clock stepped back", day, -5 * day, .rest),
        ] as [(String, Int64, Int64, AuthorisationPlan.Step)])
    func aSessionIsRefreshedAhead(
        why: String, life: Int64, now: Int64, step: AuthorisationPlan.Step
    ) {
        #expect(plan(life: life).step(now: at(now)) == step, "\(why)")
    }

    @Test func jitterComesEarlierAndNeverLater() throws {
        let plan = plan(life: 365 * Self.day)
        let latest = try #require(plan.refreshAt())
        let earliest = try #require(plan.refreshAt(jitter: 0.999_9))
        #expect(latest.seconds - earliest.seconds > Self.day / 11)
        #expect(latest.seconds - earliest.seconds <= Self.day / 10)
    }

    @Test func refreshTokenThatEndsFirstDecides() {
        var plan = plan(life: 365 * Self.day)
        plan.refreshUntil = at(10 * Self.day)
        #expect(plan.step(now: at(9 * Self.day - 1)) == .rest)
        #expect(plan.step(now: at(9 * Self.day)) == .refresh)
        // Missed: from now on it is a session like any other.
        #expect(plan.step(now: at(10 * Self.day)) == .rest)
        #expect(plan.step(now: at(352 * Self.day)) == .endsSoon(days: 14))
    }

    @Test(
        arguments: [
            (14 * day + 1, .rest), (14 * day, .endsSoon(days: 14)),
            (3 * day + 1, .endsSoon(days: 14)),
            (3 * day, .endsSoon(days: 3)), (1, .endsSoon(days: 3)), (0, .authoriseAgain(.ended)),
            (-1, .authoriseAgain(.ended)),
        ] as [(Int64, AuthorisationPlan.Step)])
    func thePlanSaysAheadWhatCannotBeRefreshed(left: Int64, step: AuthorisationPlan.Step) {
        let life = 365 * Self.day
        #expect(plan(life: life, isRefreshable: false).step(now: at(life - left)) == step)
    }

    /// Sessions of 20 hours that a refresh token of 30 days renews, seen not to move its end.
    @Test(
        arguments: [
            (15 * day, .rest), (14 * day, .endsSoon(days: 14)), (3 * day, .endsSoon(days: 3)),
            (20 * 3_600, .endsSoon(days: 3)),
        ] as [(Int64, AuthorisationPlan.Step)])
    func thePlanSaysAheadThatRefreshingEnds(left: Int64, step: AuthorisationPlan.Step) {
        var plan = plan(life: 20 * 3_600)
        plan.refreshUntil = at(left)
        #expect(plan.step(now: at(0)) == .rest)
        plan.isRefreshUntilFixed = true
        #expect(plan.step(now: at(0)) == step)
        #expect(plan.step(now: at(18 * 3_600)) == .refresh)
    }

    /// Seconds between the sessions, and by how many the end of refreshing moved.
    @Test(
        arguments: [
            (57_600, 57_600, false), (57_600, 57_590, false), (57_600, 0, true),
            (57_600, -57_600, true), (57_600, 3, true), (1, 1, false), (1, 0, false), (0, 0, false),
        ] as [(Int64, Int64, Bool)])
    func thePlanSeesWhetherRefreshingEnds(passed: Int64, moved: Int64, isFixed: Bool) {
        let old = at(30 * Self.day)
        #expect(
            AuthorisationPlan.isFixed(
                old.advanced(bySeconds: moved), after: old, secondsPassed: passed) == isFixed)
        #expect(!AuthorisationPlan.isFixed(nil, after: old, secondsPassed: passed))
        #expect(!AuthorisationPlan.isFixed(old, after: nil, secondsPassed: passed))
    }

    @Test func theEndMayBeUnknown() {
        #expect(plan(life: nil).step(now: at(1_000 * Self.day)) == .rest)
        var plan = plan(life: nil, isRefreshable: false)
        #expect(plan.step(now: at(1_000 * Self.day)) == .rest)
        plan.isRefused = true
        #expect(plan.step(now: at(1)) == .authoriseAgain(.refused))
    }

    /// Refused by the platform, it is refreshed, but not if it was refreshed just now.
    @Test func refusedSessionsAreRefreshedOnce() {
        var plan = plan(life: 365 * Self.day)
        plan.isRefused = true
        // What a person gave may end at once, when a security level of it does.
        #expect(plan.step(now: at(1)) == .refresh)
        plan.isRenewed = true
        #expect(plan.step(now: at(599)) == .authoriseAgain(.refused))
        #expect(plan.step(now: at(600)) == .refresh)
        plan.expiresAt = at(20)
        #expect(plan.step(now: at(9)) == .authoriseAgain(.refused))
        #expect(plan.step(now: at(10)) == .refresh)
    }

    @Test func refusedRefreshNeedsAPerson() {
        var plan = plan(life: 365 * Self.day)
        plan.isRefreshRefused = true
        #expect(plan.step(now: at(1)) == .authoriseAgain(.refreshRefused))
        #expect(plan.step(now: at(400 * Self.day)) == .authoriseAgain(.refreshRefused))
    }

    /// Once lost, it is sent again only when there is nothing left to lose; then never more.
    @Test func lostAnswersAreNotForgotten() {
        var plan = plan(life: Self.day)
        plan.refreshSentAt = at(70_000)
        #expect(plan.step(now: at(70_000)) == .wait)
        #expect(plan.step(now: at(70_089)) == .wait)
        #expect(plan.step(now: at(70_090)) == .authoriseAgain(.answerLost))
        plan.refreshSentAt = nil
        plan.refreshesLost = 1
        #expect(plan.step(now: at(70_090)) == .authoriseAgain(.answerLost))
        plan.isRefused = true
        #expect(plan.step(now: at(70_090)) == .refresh)
        plan.isRefused = false
        #expect(plan.step(now: at(Self.day)) == .refresh)
        plan.refreshesLost = 2
        #expect(plan.step(now: at(Self.day)) == .authoriseAgain(.answerLost))
    }

    @Test func retriesAreBounded() {
        let pauses = (-1...70).map { AuthorisationPlan.retrySeconds(attempt: $0) }
        #expect(pauses.first == 2)
        #expect(pauses.last == 600)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    }
}
