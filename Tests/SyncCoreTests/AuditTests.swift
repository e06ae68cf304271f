import Testing

@testable import SyncCore

/// Orders by the second of their creation, at the platform and in the database.
private struct AuditWorld {
    static let day: Int64 = 20_400
    static let window = Audit.window(ofDay: day)
    var platform: [Int64] = []
    var stored: [Int64] = []
    /// Creation times that no list shows.
    var hidden: Set<Int64> = []
    var calls = 0

    /// An order at each of these seconds of the day, in both.
    init(_ seconds: [Int64]) {
        platform = seconds.map { Self.window.start.seconds + $0 }
        stored = platform
    }

    mutating func lose(_ seconds: [Int64]) {
        for second in seconds {
            let at = Self.window.start.seconds + second
            guard let index = stored.firstIndex(of: at) else { continue }
            stored.remove(at: index)
        }
    }

    /// Runs the audit of the day to its end.
    mutating func run(pageSize: Int = 5) -> AuditRecord? {
        var audit = Audit(done: [:])
        let now = Self.window.end.advanced(bySeconds: Audit.closedSeconds)
        audit.begin(platformNow: now, coveredFrom: Self.window.start)
        while let window = audit.current, calls < 1_000 {
            calls += 1
            let inside = { (at: Int64) in window.contains(UTCInstant(seconds: at)) }
            let shown = platform.filter { inside($0) && !hidden.contains($0) }
            switch audit.step {
            case .count:
                audit.count(platform.count(where: inside))
                let count = stored.count(where: inside)
                let record = audit.compare(stored: count, pageSize: pageSize, now: now)
                if let record { return record }
            case .read:
                stored.removeAll { inside($0) && !hidden.contains($0) }
                stored += shown
                audit.read(now)
            }
        }
        return nil
    }
}

@Suite struct AuditTests {
    private static let orders = Array(stride(from: Int64(7), to: 86_400, by: 97))

    @Test func aDayThatIsEqualCostsOneCall() {
        var world = AuditWorld(Self.orders)
        let record = world.run()
        #expect(record?.state == .equal)
        #expect(record?.calls == 1)
        #expect(world.calls == 1)
        #expect(record?.platformCount == Self.orders.count)
        #expect(record?.repaired == 0)
    }

    /// One missing order of 890, wherever it is: halves until a page holds the part, two counts
    /// for each, one read, and the day once more.
    @Test func oneMissingOrderIsFound() {
        for index in stride(from: 0, to: Self.orders.count, by: 13) {
            var world = AuditWorld(Self.orders)
            world.lose([Self.orders[index]])
            let record = world.run()
            #expect(record?.state == .repaired)
            #expect(record?.repaired == 1)
            #expect(world.stored.sorted() == world.platform)
            #expect(world.calls <= 1 + 2 * 8 + 2, "order \(index)")
        }
    }

    /// Any set of missing orders, dense seconds among the others.
    @Test func manyMissingOrdersAreFound() {
        for seed in UInt64(0)..<20 {
            var random = SplitMix64(seed: seed)
            let seconds = (0..<random.pick(1...600)).map { _ in random.pick(0...86_399) }
            var world = AuditWorld(seconds)
            let lost = Int(random.pick(1...40))
            world.lose(Array(seconds.shuffled(using: &random).prefix(lost)))
            let record = world.run()
            let isWhole = world.stored.sorted() == world.platform.sorted()
            // Very many at once may need more calls than a day's audit has.
            if isWhole {
                #expect(record?.state == .repaired, "seed \(seed)")
            } else {
                #expect(record?.state == .short, "seed \(seed)")
                #expect(world.calls >= Audit.callsMax, "seed \(seed)")
            }
            #expect(world.calls <= Audit.callsMax + 20, "seed \(seed)")
            #expect(record?.calls == world.calls, "seed \(seed)")
        }
    }

    @Test func anEmptyDatabaseIsFilledWithinTheBound() {
        var world = AuditWorld(Array(Self.orders.prefix(100)))
        world.stored = []
        let record = world.run(pageSize: 100)
        #expect(record?.state == .repaired)
        #expect(record?.repaired == 100)
        #expect(world.calls == 3)
        world = AuditWorld(Self.orders)
        world.stored = []
        #expect(world.run()?.state == .short)
        #expect(world.calls <= Audit.callsMax + 20)
    }

    @Test func moreThanThePlatformShowsIsNoted() {
        var world = AuditWorld(Self.orders)
        world.platform.removeFirst(3)
        let record = world.run()
        #expect(record?.state == .excess)
        #expect(world.calls == 1)
    }

    /// The list counts an order that it does not show: the day is called short, and ends.
    @Test func whatCannotBeReadStaysShort() {
        var world = AuditWorld(Self.orders)
        world.lose([Self.orders[10]])
        world.hidden = [world.platform[10]]
        let record = world.run()
        #expect(record?.state == .short)
        #expect(world.calls <= 30)
    }

    /// More orders in one second than a page holds: the audit ends all the same.
    @Test func aFullSecondEnds() {
        var world = AuditWorld(Array(repeating: 500, count: 40))
        world.lose([500, 500])
        #expect(world.run() != nil)
        #expect(world.calls <= 60)
    }

    // Hours after the day's end when it was audited last, and now; whether it is due.
    @Test(
        arguments: [
            (nil, 1, false), (nil, 2, true), (nil, 800, true), (2, 25, false), (2, 26, true),
            (27, 49, false), (27, 50, true), (171, 241, false), (171, 242, true),
            (363, 721, false), (363, 722, true), (1_443, 2_000, false), (30, 800, true),
        ] as [(Int64?, Int64, Bool)])
    func aDayIsAuditedAtGrowingIntervals(last: Int64?, now: Int64, isDue: Bool) {
        let end = AuditWorld.window.end
        let done = last.map { [AuditWorld.day: end.advanced(bySeconds: $0 * 3_600)] }
        var audit = Audit(done: done ?? [:], isStarted: true)
        audit.begin(
            platformNow: end.advanced(bySeconds: now * 3_600),
            coveredFrom: AuditWorld.window.start)
        // Later days are due as well, and come first.
        var days: [Int64] = []
        while let day = audit.day {
            days.append(day)
            audit.count(0)
            _ = audit.compare(
                stored: 0, pageSize: 5, now: end.advanced(bySeconds: now * 3_600))
            audit.begin(
                platformNow: end.advanced(bySeconds: now * 3_600),
                coveredFrom: AuditWorld.window.start)
        }
        #expect(days.contains(AuditWorld.day) == isDue)
        #expect(days == days.sorted(by: >))
    }

    /// Whatever happened to the database while nothing ran: the last week is counted at a start.
    @Test(arguments: [(1, true), (7, true), (8, false)] as [(Int64, Bool)])
    func aStartCountsTheLastWeek(daysAgo: Int64, isCounted: Bool) {
        let now = AuditWorld.window.end.advanced(bySeconds: 8 * 3_600)
        let today = beijingDay(now)
        var audit = Audit(
            done: Dictionary(uniqueKeysWithValues: (1...20).map { (today - $0, now) }))
        let start = Audit.window(ofDay: today - daysAgo).start
        var days: [Int64] = []
        audit.begin(platformNow: now, coveredFrom: start)
        while let day = audit.day {
            days.append(day)
            audit.count(0)
            _ = audit.compare(stored: 0, pageSize: 5, now: now)
            audit.begin(platformNow: now, coveredFrom: start)
        }
        #expect(days.contains(today - daysAgo) == isCounted)
        #expect(days.count == min(7, Int(daysAgo)))
    }

    @Test func theAuditGoesNoFurtherBackThanTheHorizonOrWhatIsLoaded() {
        let now = UTCInstant(seconds: 1_762_000_000)
        let today = beijingDay(now)
        for (coveredDays, expected) in [(0, 0), (1, 0), (2, 1), (30, 29), (500, 85)]
            as [(Int64, Int)]
        {
            var audit = Audit(done: [:])
            let covered = now.advanced(bySeconds: -coveredDays * 86_400)
            var days: [Int64] = []
            audit.begin(platformNow: now, coveredFrom: covered)
            while let day = audit.day {
                days.append(day)
                audit.count(0)
                _ = audit.compare(stored: 0, pageSize: 5, now: now)
                audit.begin(platformNow: now, coveredFrom: covered)
            }
            #expect(days.allSatisfy { $0 < today && $0 >= today - Audit.horizonDays })
            #expect(days.allSatisfy { Audit.window(ofDay: $0).start >= covered })
            #expect(abs(days.count - expected) <= 1)
        }
    }

    @Test func windowsAreBeijingDays() {
        let window = Audit.window(ofDay: AuditWorld.day)
        #expect(window.seconds == 86_400)
        #expect(beijingDay(window.start) == AuditWorld.day)
        #expect(beijingDay(window.end) == AuditWorld.day + 1)
    }
}
