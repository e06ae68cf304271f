import Testing

@testable import SyncCore

@Suite struct ParcelPlanTests {
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400
    private static let now = UTCInstant(seconds: 1_762_000_000)
    private let plan = ParcelPlan(intervalSeconds: 3_600)

    /// The least rest in units; nil when the polls end.
    private func units(_ status: ParcelStatus, age: Int64) -> Int64? {
        plan.nextPoll(
            status: status, shippedAt: Self.now.advanced(bySeconds: -age), lastEventAt: nil,
            now: Self.now, jitter: 0
        ).map { $0.seconds(since: Self.now) / Self.hour }
    }

    // Status, age since shipped in hours, least rest in units.
    @Test(
        arguments: [
            (.pending, 0, 2), (.pending, 11, 2), (.pending, 12, 6), (.pending, 71, 6),
            (.pending, 72, 24), (.pending, 359, 24), (.pending, 360, nil),
            (.unknown, 0, 2), (.unknown, 12, 6), (.unknown, 72, 24), (.unknown, 360, nil),
            (.collected, 0, 6), (.collected, 29, 6), (.collected, 30, 3), (.collected, 84, 8),
            (.collected, 192, 24), (.collected, 1_079, 24), (.collected, 1_080, nil),
            (.inTransit, 0, 6), (.inTransit, 30, 3), (.inTransit, 83, 3), (.inTransit, 84, 8),
            (.inTransit, 191, 8), (.inTransit, 192, 24), (.inTransit, 1_080, nil),
            (.outForDelivery, 0, 1), (.outForDelivery, 239, 1), (.outForDelivery, 240, 12),
            (.outForDelivery, 1_079, 12), (.outForDelivery, 1_080, nil),
            (.exception, 0, 12), (.exception, 1_079, 12), (.exception, 1_080, nil),
            (.delivered, 0, nil), (.returned, 0, nil),
        ] as [(ParcelStatus, Int64, Int64?)])
    func theStatusAndAgeDecideTheRest(status: ParcelStatus, ageHours: Int64, expected: Int64?) {
        #expect(units(status, age: ageHours * Self.hour) == expected)
    }

    // A parcel of an order whose first was sent 60 days ago; hours since its last event.
    @Test(
        arguments: [(nil, false), (1, true), (1_079, true), (1_080, false), (-1, false)]
            as [(Int64?, Bool)])
    func aParcelThatMovesIsNotOld(hours: Int64?, isPolled: Bool) {
        for status in [ParcelStatus.collected, .inTransit, .outForDelivery, .exception] {
            let next = plan.nextPoll(
                status: status, shippedAt: Self.now.advanced(bySeconds: -60 * Self.day),
                lastEventAt: hours.map { Self.now.advanced(bySeconds: -$0 * Self.hour) },
                now: Self.now, jitter: 0)
            #expect((next != nil) == isPolled)
        }
    }

    /// Whatever is polled by its plan comes to an end.
    @Test(arguments: ParcelStatus.allCases)
    func pollsEnd(status: ParcelStatus) {
        var random = SplitMix64(seed: 1)
        var polls = 0
        var now = Self.now
        while polls < 1_000,
            let next = plan.nextPoll(
                status: status, shippedAt: Self.now, lastEventAt: nil, now: now,
                jitter: random.next())
        {
            #expect(next > now)
            now = next
            polls += 1
        }
        #expect(polls < 400)
        #expect(now.seconds(since: Self.now) <= 46 * Self.day)
    }

    /// A batch of one second is asked about over an eighth of the rest.
    @Test func aBatchIsSpread() {
        var random = SplitMix64(seed: 7)
        var moments: Set<Int64> = []
        for _ in 0..<1_000 {
            let next = plan.nextPoll(
                status: .inTransit, shippedAt: Self.now, lastEventAt: nil, now: Self.now,
                jitter: random.next())
            guard let rest = next?.seconds(since: Self.now) else { continue }
            #expect((6 * Self.hour..<6 * Self.hour * 9 / 8).contains(rest))
            moments.insert(rest)
        }
        #expect(moments.count > 700)
    }

    // When sent, when known, both in hours from now, and the earliest first poll in hours.
    @Test(
        arguments: [
            ("sent just now", 0, 0, 1), ("not said when", nil, 0, 1),
            ("sent some hours ago", -5, 0, 0), ("sent long ago", -300, 0, 0),
            ("sent in the future: no one knows better than the order", 9_000, 0, 1),
        ] as [(String, Int64?, Int64, Int64)])
    func firstPolls(why: String, shipped: Int64?, known: Int64, expected: Int64) {
        var moments: Set<Int64> = []
        for hash in UInt64(0)..<10_000 {
            let first = plan.firstPoll(
                shippedAt: shipped.map { Self.now.advanced(bySeconds: $0 * Self.hour) },
                knownAt: Self.now.advanced(bySeconds: known * Self.hour), hash: hash &* 7_919)
            moments.insert(first.seconds(since: Self.now) - expected * Self.hour)
        }
        #expect(moments.allSatisfy { 0 <= $0 && $0 < 2 * Self.hour }, "\(why)")
        #expect(moments.count > 5_000, "\(why)")
    }

    /// Couriers' clocks: an event of the future, or a parcel sent in the future.
    @Test func aFutureInstantIsNoAge() {
        let future = Self.now.advanced(bySeconds: 900 * Self.day)
        for status in ParcelStatus.allCases where !status.isFinal {
            let next = plan.nextPoll(
                status: status, shippedAt: future, lastEventAt: future, now: Self.now, jitter: .max)
            #expect(next.map { $0.seconds(since: Self.now) < 2 * Self.day } == true)
        }
    }
}
