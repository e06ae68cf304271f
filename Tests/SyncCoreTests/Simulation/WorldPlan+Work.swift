@testable import SyncCore

extension WorldPlan {
    /// Details, refunds, parcels, sweeps, audits and requests, most of them most of the time.
    mutating func drawWork(_ random: inout SplitMix64) {
        for kind in [StreamKind.details, .refunds, .shipments, .audit] where random.chance(0.8) {
            streams.insert(kind)
        }
        streams.formUnion([.requested, .verify])
        if streams.contains(.details) {
            details =
                [.changed, .changed, .changed, .never].randomElement(using: &random) ?? .changed
            hollowRate = random.chance(0.5) ? random.pick(1...5).asTenths : 0
            lateDetailRate = random.chance(0.5) ? 0.1 : 0
        }
        if streams.contains(.refunds) {
            streams.insert(.refundHistory)
            refundRate = random.pick(1...5).asTenths
        }
        if streams.contains(.shipments) { parcelRate = random.pick(1...5).asTenths }
        parcelIntervalSeconds = random.pick(5...30)
        if random.chance(0.8) { drawSweeps(&random) }
        if streams.contains(.audit) { drawAudits(&random) }
        for _ in 0..<random.pick(0...2) where heavy.end < .max {
            let kind: StreamKind = random.chance(0.5) ? .requested : .verify
            let at = random.pick(0...lifeEnd)
            requests.append((at, Int(random.pick(0...Int64(shopCount - 1))), kind))
        }
        drawRefusals(&random)
    }

    private mutating func drawSweeps(_ random: inout SplitMix64) {
        streams.insert(.sweep)
        sweepDelays = random.chance(0.3) ? [700, 3_600] : [700]
        if sweepDelays.count > 1 { streams.insert(.sweepSecond) }
        if random.chance(0.5) {
            overlapMax = random.pick(overlap...900)
            settleMax = random.pick(settle...10)
        }
        if random.chance(0.7) {
            lagTailRate = random.chance(0.5) ? 0.02 : 0.3
            lagTailMax = random.pick(10...600)
        }
    }

    private mutating func drawAudits(_ random: inout SplitMix64) {
        if backfillDays > 0, random.chance(0.7) { unlistedRate = 0.1 }
        guard random.chance(0.5) else { return }
        // A day closes for the audit while things happen.
        let untilMidnight = 86_400_000 - (platformStart + 28_800_000) % 86_400_000
        platformStart += untilMidnight + Audit.closedSeconds * 1_000 - random.pick(0...lifeEnd)
    }

    private mutating func drawRefusals(_ random: inout SplitMix64) {
        guard random.chance(0.3) else { return }
        let methods: [CallMethod] = [
            .orderDetail, .refundsChanged, .refundDetail, .parcelTrace, .orderParcels,
        ]
        for method in methods where random.chance(0.4) {
            let shop = random.chance(0.5) ? Int(random.pick(0...Int64(shopCount - 1))) : nil
            let start = random.pick(0...lifeEnd)
            let end = random.chance(0.5) ? Int64.max : start + random.pick(1_000...600_000)
            refusedMethods.append((method, shop, Interval(start: start, end: end)))
        }
    }

    /// Whether all work can be done in the end: calls are not scarce.
    var allowsAllWork: Bool { limit.callsPerDay >= 1_000_000 }

    /// Whether days can be counted at all.
    var allowsAudits: Bool { streams.contains(.audit) && heavy.end < .max }

    /// Methods that stay refused for a shop.
    func isRefused(_ method: CallMethod, shop: Int) -> Bool {
        refusedMethods.contains { refused in
            refused.method == method && refused.when.end == .max
                && (refused.shop == nil || refused.shop == shop)
        }
    }
}

extension Int64 {
    fileprivate var asTenths: Double { Double(self) / 10 }
}
