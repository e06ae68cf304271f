@testable import SyncCore

extension SplitMix64 {
    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    mutating func pick(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &self)
    }
}

/// What a seed makes of a simulated world. Times are milliseconds of virtual time from 0.
struct WorldPlan {
    struct Interval {
        var start: Int64
        var end: Int64

        func contains(_ time: Int64) -> Bool { start <= time && time < end }
    }

    let seed: UInt64
    var appCount = 1
    var shopCount = 1
    var pageSize = 100
    var settle: Int64 = 2
    var overlap: Int64 = 60
    var pollIntervalMilliseconds: Int64 = 10_000
    var backfillDays: Int64 = 0
    var limit = RateLimiter.Policy(callsPerSecond: 5, burst: 10, callsPerDay: 1_000_000)
    var rules = ReadingRules.seeking

    /// Platform time at 0, in milliseconds since 1970.
    var platformStart: Int64 = 1_762_000_000_000
    /// When the platform's clock is set, and by how much it is wrong from then on.
    var platformSteps: [(at: Int64, offset: Int64)] = []
    /// The machine's wall clock less the platform's.
    var wallOffset: Int64 = 0
    var wallSteps: [(at: Int64, offset: Int64)] = []
    /// Drift of the process's ticks, in parts per million.
    var tickDrift: Int64 = 0
    var latencyMax: Int64 = 400
    var storeDelayMax: Int64 = 200

    var streams: Set<StreamKind> = [.orders, .backfill]
    var sweepDelays: [Int64] = []
    var overlapMax: Int64 = 0
    var settleMax: Int64 = 0
    var details = DetailPolicy.never
    var parcelIntervalSeconds: Int64 = 20

    /// Orders that are there before anything runs.
    var oldOrderCount = 0
    /// Mean milliseconds between two changes.
    var lifePause: Int64 = 20_000
    var lifeEnd: Int64 = 0
    /// Orders changed in one second, and when.
    var bursts: [(at: Int64, count: Int)] = []
    /// Seconds until a change shows in the lists.
    var indexLagMax: Int64 = 0
    /// Some changes take longer, up to so many seconds: sweeps have to find them.
    var lagTailRate = 0.0
    var lagTailMax: Int64 = 0
    /// Orders whose list rows have no content; and new ones that cannot be read in full for
    /// a while, or for ever.
    var hollowRate = 0.0
    var lateDetailRate = 0.0
    /// New orders that only the list by creation shows, in a past day.
    var unlistedRate = 0.0
    /// Changes that send the order; changes of refunds instead of orders.
    var parcelRate = 0.0
    var refundRate = 0.0
    /// Milliseconds for which rows of the same second keep their order in the lists.
    var tieEpoch = Int64.max
    var endIsExclusive = false
    var datesAnswers = true
    /// Seconds by which a proxy dates its answers wrongly.
    var dateOffset: Int64 = 0
    /// An empty list is an error that means "nothing there".
    var emptyIsError = false

    /// Faults of single calls stop then; the intervals below end before.
    var faultsEnd: Int64 = 0
    var faultRate = 0.0
    var unauthorised: [(shop: Int, when: Interval)] = []
    var misconfigured: [(app: Int, when: Interval)] = []
    /// While it lasts, longer spans than `heavySpan` seconds time out.
    var heavy = Interval(start: 0, end: 0)
    var heavySpan: Int64 = 60
    /// While it lasts, every page fails that one of some orders would be on.
    var poisoned = Interval(start: 0, end: 0)
    /// One order in so many is such a one.
    var poisonEvery: UInt64 = 40
    /// While it lasts, totals are wrong by so much; one more at random for 0.
    var wrongTotals = Interval(start: 0, end: 0)
    var totalOffset = 0
    /// While it lasts, `has_next` is always true.
    var stuckNext = Interval(start: 0, end: 0)
    /// One order in so many has rows that cannot be read; 0 for none.
    var malformedEvery: UInt64 = 0
    /// Rows are found by what the index knows, and shown as they are.
    var showsFreshRows = false
    var crashes: [(at: Int64, down: Int64)] = []
    /// Methods that an app lacks a permission for, or one shop of it.
    var refusedMethods: [(method: CallMethod, shop: Int?, when: Interval)] = []
    /// Windows that commands ask for.
    var requests: [(at: Int64, shop: Int, kind: StreamKind)] = []

    /// Where the platform's clock stood at a time: the number of steps that it had made.
    func clockPeriod(at time: Int64) -> Int {
        platformSteps.filter { $0.at <= time }.count
    }

    /// The platform's clock was set forward while a change was invisible, and the process ended
    /// before it had looked for such changes once more: the next one cannot know of the jump.
    func isHiddenByJump(_ order: ModelOrder) -> Bool {
        var before: Int64 = 0
        for step in platformSteps {
            defer { before = step.offset }
            guard step.offset > before, order.changedAt < step.at, step.at < order.visibleAt else {
                continue
            }
            let isLate = order.lag > 60_000
            let sweepDelay = isLate ? sweepDelays.max() ?? 0 : 0
            let pause = max(overlap, overlapMax, FeedPolicies.refundOverlapMin, sweepDelay)
            let end = step.at + (pause + 120) * 1_000
            if crashes.contains(where: { $0.at < end && step.at - 60_000 < $0.at + $0.down }) {
                return true
            }
        }
        return false
    }

    /// The platform's clock was set back while no process ran, and meanwhile the machine's wall
    /// clock, which shows how long that was, was set back as well.
    func isHiddenByWall(_ order: ModelOrder) -> Bool {
        crashes.contains { crash in
            let down = crash.at..<crash.at + crash.down
            let before = wallSteps.last { $0.at <= crash.at }?.offset ?? wallOffset
            return down.contains(order.changedAt)
                && wallSteps.contains { down.contains($0.at) && $0.offset < before }
                && platformSteps.contains { down.contains($0.at) && $0.at < order.changedAt }
        }
    }

    /// Answers without dates reveal that the clock was set back up to ten minutes late: until then
    /// live reads are in a time that is still to come, and a sweep may be first.
    func isBehindALateStep(_ order: ModelOrder) -> Bool {
        var before: Int64 = 0
        for step in platformSteps {
            defer { before = step.offset }
            let seen = step.at..<step.at + 660_000
            if !datesAnswers, step.offset < before, seen.contains(order.changedAt) { return true }
        }
        return false
    }

    /// Some answers contradict themselves: what they leave in doubt is asked for at long pauses.
    var isContradictory: Bool { wrongTotals.end > 0 || stuckNext.end > 0 }

    func isMalformed(_ order: ModelOrder) -> Bool {
        malformedEvery > 0 && order.id % malformedEvery == malformedEvery / 2
    }

    func isPoison(_ order: ModelOrder) -> Bool { order.id % poisonEvery == poisonEvery / 2 }

    /// A quiet world: one shop, no faults, nothing happens.
    init(quiet seed: UInt64) {
        self.seed = seed
    }

    /// A world with everything that can go wrong, drawn from the seed.
    /// - Parameters:
    ///   - hasWork: more streams than the orders' own may be drawn.
    ///   - rules: of the platform; nil for what the seed says.
    init(seed: UInt64, hasWork: Bool = true, rules: ReadingRules? = nil) {
        self.seed = seed
        var random = SplitMix64(seed: seed ^ 0x5EED_0F_A_70_71D)
        appCount = Int(random.pick(1...2))
        shopCount = appCount + Int(random.pick(0...2))
        pageSize = [5, 5, 8, 20, 100].randomElement(using: &random) ?? 5
        settle = random.pick(0...3)
        overlap = [0, 5, 30, 60].randomElement(using: &random) ?? 60
        pollIntervalMilliseconds = random.pick(5...30) * 1_000
        backfillDays = random.pick(0...3)
        limit.callsPerSecond = Double(random.pick(20...120)) / 10
        limit.burst = Int(random.pick(1...12))
        drawClocks(&random)
        drawLife(&random)
        if random.chance(0.8) { drawFaults(&random) }
        if random.chance(0.7) { drawCrashes(&random) }
        if random.chance(0.1) {  // Always: every read has to get along with short spans.
            heavy = Interval(start: 0, end: .max)
            heavySpan = random.pick(30...300)
            backfillDays = 0
        } else if random.chance(0.15) {
            // An idle shop alone takes 48 calls a day: a span is half an hour at most.
            limit.callsPerDay = shopCount * Int(random.pick(250...800))
        }
        if hasWork, random.chance(0.7) { drawWork(&random) }
        var lot = SplitMix64(seed: seed ^ 0x9DD)  // Its own: old seeds stay what they were.
        if rules == nil, lot.chance(0.15), heavy.end < .max {
            poisoned = Interval(start: lot.pick(0...lifeEnd), end: lifeEnd)
        }
        drawPlatformClock()
        self.rules = rules ?? (lot.chance(0.4) ? .counting : .seeking)
        if rules == nil {
            drawContradictions()
            drawTotals()
        }
    }

    /// Answers that contradict themselves or each other.
    private mutating func drawContradictions() {
        var random = SplitMix64(seed: seed ^ 0xB4_B7)  // Its own, so that old seeds stay the same.
        func interval() -> Interval {
            Interval(start: random.chance(0.5) ? 0 : random.pick(0...lifeEnd), end: lifeEnd)
        }
        if random.chance(0.25) {
            (wrongTotals, totalOffset) = (interval(), Int(random.pick(-1...1)))
            // A count that is too small hides rows behind a full page.
            if totalOffset < 0 {
                pageSize = 100
                bursts = bursts.map { ($0.at, min($0.count, 60)) }
            }
            // Days cannot be counted.
            streams.remove(.audit)
            unlistedRate = 0
        }
        if random.chance(0.2) { stuckNext = interval() }
        if random.chance(0.2) {
            malformedEvery = UInt64(random.pick(3...40))
            streams.remove(.audit)  // What cannot be read is missing on each day.
        }
        if random.chance(0.2), poisoned.end == 0, !isContradictory, settle > 1 {
            // A row that comes while another leaves, and no count that changes, hides a third one.
            (tieEpoch, indexLagMax, lagTailRate) = (1, 0, 0)
        } else if random.chance(0.2), overlap >= 30 {
            showsFreshRows = true
            if indexLagMax == 0 { indexLagMax = random.pick(10...overlap - 5) }
        }
    }

    /// Totals that ignore the filter: far more than the list holds.
    private mutating func drawTotals() {
        var random = SplitMix64(seed: seed ^ 0x70_7A15)  // Its own: old seeds stay what they were.
        guard wrongTotals.end > 0, totalOffset >= 0, random.chance(0.5) else { return }
        totalOffset = [150, 99_999, 10_000_000].randomElement(using: &random) ?? 150
    }

    /// The platform's clock is wrong for a while, and is corrected before life ends.
    private mutating func drawPlatformClock() {
        var random = SplitMix64(seed: seed ^ 0xC10C)
        guard random.chance(0.2) else { return }
        let offsets: [Int64] = [120, 3_600, 86_400, -3_600]
        let begin = random.pick(0...lifeEnd / 2)
        // For longer than two polls: what no one has seen cannot be known.
        let end = begin + random.pick(60_000...max(61_000, lifeEnd - begin - 1_000))
        setPlatformClock(
            by: offsets.randomElement(using: &random) ?? 120, from: begin, until: end)
        if random.chance(0.3) { datesAnswers = false }
    }

    /// - Parameter until: without `Date` headers that follow, a step is noticed up to ten minutes
    ///   later, and one that lasts less long perhaps never.
    mutating func setPlatformClock(by seconds: Int64, from begin: Int64, until end: Int64) {
        platformSteps = [(begin, seconds * 1_000), (end, 0)]
        (datesAnswers, dateOffset) = (true, 0)
    }

    private mutating func drawClocks(_ random: inout SplitMix64) {
        platformStart += random.pick(0...86_399_999)
        if random.chance(0.3) {  // Shortly before a Beijing midnight.
            let untilMidnight = 86_400_000 - (platformStart + 28_800_000) % 86_400_000
            platformStart += untilMidnight - random.pick(1...1_200_000)
        }
        tickDrift = random.pick(-50...50)
        guard random.chance(0.5) else { return }
        wallOffset = random.pick(-900_000...900_000)
        if random.chance(0.3) {
            wallSteps = [(random.pick(0...1_200_000), random.pick(-900_000...900_000))]
        }
    }

    private mutating func drawLife(_ random: inout SplitMix64) {
        oldOrderCount = Int(random.pick(0...120))
        lifeEnd = random.pick(5...30) * 60_000
        lifePause = [3_000, 10_000, 30_000, 300_000].randomElement(using: &random) ?? 10_000
        for _ in 0..<random.pick(0...3) {
            let count = Int(random.pick(1...Int64(min(300, pageSize * 12))))
            bursts.append((random.pick(0...lifeEnd), count))
        }
        if overlap >= 30, random.chance(0.5) { indexLagMax = random.pick(1...overlap - 5) }
        if random.chance(0.4) { tieEpoch = 300_000 }
        endIsExclusive = random.chance(0.3)
        datesAnswers = random.chance(0.8)
        emptyIsError = random.chance(0.3)
        // Up to 2 s, and 3 s cut to whole seconds, are not noticed: settle and overlap are there
        // for them.
        if random.chance(0.1) { dateOffset = random.pick(-600...600) }
        if abs(dateOffset) <= 3 { dateOffset = 0 }
    }

    private mutating func drawFaults(_ random: inout SplitMix64) {
        faultsEnd = random.pick(0...lifeEnd)
        faultRate = [0.02, 0.1, 0.4].randomElement(using: &random) ?? 0.1
        let end = faultsEnd
        func interval() -> Interval {
            let start = random.pick(0...end)
            return Interval(start: start, end: min(end, start + random.pick(1_000...600_000)))
        }
        if random.chance(0.4) {
            unauthorised = [(Int(random.pick(0...Int64(shopCount - 1))), interval())]
        }
        if random.chance(0.3) {
            misconfigured = [(Int(random.pick(0...Int64(appCount - 1))), interval())]
        }
        if random.chance(0.4) {
            heavy = interval()
            heavySpan = random.pick(2...120)
        }
    }

    private mutating func drawCrashes(_ random: inout SplitMix64) {
        for _ in 0..<random.pick(1...5) {
            let long = random.chance(0.2) ? random.pick(60_000...3_600_000) : 0
            crashes.append((random.pick(0...lifeEnd), random.pick(0...20_000) + long))
        }
        if random.chance(0.4), let last = crashes.last {  // Twice in a row.
            crashes.append((last.at + last.down + random.pick(1...3_000), random.pick(0...2_000)))
        }
        crashes.sort { $0.at < $1.at }
    }
}
