internal import SyncCore
internal import WireFormat

/// What a good costs for a while, and its one coupon; all in fen.
struct SimulatedOffer: Hashable, Sendable {
    struct Coupon: Hashable, Sendable {
        var discount: Int64
        var minimum: Int64
        var total: Int64
        var remaining: Int64
        /// Both inclusive; nil for neither.
        var start: UTCInstant?
        var end: UTCInstant?
    }

    /// Further discounts; nil for none.
    struct Extras: Hashable, Sendable {
        var mallCouponPercent: Int64?
        var followCoupon: Int64?
        var extraCoupon: Int64?
        var cashGift: Int64?
        var platformDiscount: Int64?

        init(_ random: inout SplitMix64) {
            if random.chance(0.3) { mallCouponPercent = random.within(80...95) }
            if random.chance(0.2) { followCoupon = random.within(1...5) * 100 }
            if random.chance(0.2) { extraCoupon = random.within(1...5) * 10 }
            if random.chance(0.1) { cashGift = random.within(1...5) * 50 }
            if random.chance(0.2) { platformDiscount = random.within(1...3) * 100 }
        }
    }

    /// False while the good is not in the programme: it is not found then.
    let isListed: Bool
    let groupPrice: Int64
    let singlePrice: Int64
    let coupon: Coupon?
    let extras: Extras

    /// - Parameters:
    ///   - passed: seconds that the offer stands already, out of `length`.
    init(
        price: Int64, from: UTCInstant, passed: Int64, of length: Int64,
        _ random: inout SplitMix64
    ) {
        isListed = !random.chance(0.04)
        groupPrice = max(100, price * random.within(70...105) / 1_000 * 10)
        singlePrice = groupPrice * random.within(110...140) / 100
        // From a separate generator: they are no part of what is drawn here.
        var others = random
        extras = Extras(&others)
        let kind = random.below(10)
        guard kind > 1 else {
            coupon = nil
            return
        }
        let discount = max(100, groupPrice * random.within(5...30) / 10_000 * 100)
        let total = random.within(10...300) * 100
        var made = Coupon(
            discount: discount, minimum: random.chance(0.5) ? discount : groupPrice,
            total: total, remaining: max(1, total - total * passed / length * 9 / 10),
            start: SimulatedOffer.midnight(from, days: -1),
            end: SimulatedOffer.midnight(from, days: 3).advanced(bySeconds: -1))
        switch kind {
        case 2: made.minimum = groupPrice + 1_000  // One piece is not enough for it.
        case 3: made.remaining = 0
        case 4: made.start = SimulatedOffer.midnight(from, days: 2)  // Announced.
        case 5: (made.start, made.end) = (nil, nil)
        default: break
        }
        coupon = made
    }

    /// The price after the coupon, if one can be had now (the platform's 券后价).
    func finalPrice(at now: UTCInstant) -> Int64 {
        guard let coupon, let start = coupon.start, let end = coupon.end, start <= now,
            now <= end, coupon.remaining > 0, groupPrice >= coupon.minimum
        else { return groupPrice }
        return max(0, groupPrice - coupon.discount)
    }

    /// The first second of the Beijing day some days after that of `instant`.
    private static func midnight(_ instant: UTCInstant, days: Int64) -> UTCInstant {
        let local = instant.seconds + BeijingTime.offsetSeconds
        return UTCInstant(seconds: local - local % 86_400 - BeijingTime.offsetSeconds)
            .advanced(bySeconds: days * 86_400)
    }
}
