internal import SyncCore

/// Lets orders live: draws what happens next, and replays the past of an order at once.
struct OrderLife: Sendable {
    let shop: Int

    /// Draws one of the changes that are possible now and makes it happen.
    func step(
        _ order: inout OrderRecord, serial: Int, at now: UTCInstant,
        _ random: inout SplitMix64
    ) {
        apply(draw(order, &random), to: &order, serial: serial, at: now, &random)
    }

    func apply(
        _ change: OrderChange, to order: inout OrderRecord, serial: Int, at now: UTCInstant,
        _ random: inout SplitMix64
    ) {
        order.apply(
            change, at: now,
            refundID: { Identifiers.refund(shop: shop, serial: serial, item: $0) }, &random)
    }

    /// Lives an order from its creation to `end`, with the delays that people take.
    func live(
        _ order: inout OrderRecord, serial: Int, until end: UTCInstant,
        _ random: inout SplitMix64
    ) {
        var now = order.created
        for _ in 0..<changesMax {
            if !order.isActive, random.chance(0.55) { return }
            let change = draw(order, &random)
            now = time(of: change, after: now, &random)
            guard now <= end else { return }
            apply(change, to: &order, serial: serial, at: now, &random)
            // Software of the seller often edits twice at once: ships, then writes a memo.
            if random.chance(0.05) {
                apply(.writeMemo, to: &order, serial: serial, at: now, &random)
            }
        }
    }

    private func draw(
        _ order: OrderRecord, _ random: inout SplitMix64
    ) -> OrderChange {
        let changes = order.possibleChanges()
        var point = random.below(changes.reduce(0) { $0 + $1.weight })
        for (change, weight) in changes {
            point -= weight
            if point < 0 { return change }
        }
        return .setFlag
    }

    private func time(
        of change: OrderChange, after previous: UTCInstant, _ random: inout SplitMix64
    ) -> UTCInstant {
        let next = previous.advanced(bySeconds: random.within(change.delaySeconds))
        switch change {
        case .shipAll, .shipPart:
            // Parcels leave in batches: dozens of orders change in the same second.
            let batch: Int64 = 300
            return UTCInstant(seconds: (next.seconds / batch + 1) * batch)
        default: return next
        }
    }

    /// More changes than any order sees: a bound, not a rule.
    private let changesMax = 24
}
