/// The decisions about one shop, for `[log] trace_shop`. They are worked out beside the machine's
/// own, on a copy: a trace changes nothing.
extension SyncMachine {
    /// A call that the traced shop makes.
    func tracedCall(
        _ shop: ShopIndex, _ offer: Offer, ready: [CallClass], _ moment: Moment
    ) -> [SyncAction] {
        guard let trace, trace.shop == shop else { return [] }
        var decision = decision(offer, nil, moment)
        decision.ready = ready
        decision.rival = runnerUp(to: shop, offer.callClass, moment)
        return [.note(.decision(decision))]
    }

    /// The calls that the traced shop could make and does not, if that is news.
    mutating func tracedWaits(of app: AppIndex, _ now: Now) -> [SyncAction] {
        guard let shop = trace?.shop, directory.app(of: shop) == app else { return [] }
        let waits = waits(of: shop, app, now)
        return trace?.news(waits).map { .note(.decision($0)) } ?? []
    }

    private func waits(of shop: ShopIndex, _ app: AppIndex, _ now: Now) -> [Decision] {
        let moment = apps[app].moment(now)
        guard let general = generalObstacle(shop, app, now.ticks) else {
            return shops[shop].offers.map { wait($0, of: shop, app, moment) }
        }
        var decision = Decision(shop: shops[shop].id, obstacle: general)
        if general == .appSuspended {
            let probe = apps[app].standing.nextProbe
            decision.againMs = probe.map { max(0, $0.milliseconds(since: now.ticks)) }
        } else if let next = shops[shop].nextTimer {
            decision.timer = "\(next.name)"
            decision.againMs = max(0, next.at.milliseconds(since: now.ticks))
        }
        return [decision]
    }

    /// What keeps the shop from every call.
    private func generalObstacle(
        _ shop: ShopIndex, _ app: AppIndex, _ now: MonotonicInstant
    ) -> Decision.Obstacle? {
        if let probe = apps[app].standing.nextProbe, now < probe { return .appSuspended }
        guard apps[app].clock.isReady else { return .clockUnknown }
        guard shops[shop].offers.isEmpty else { return nil }
        return shops[shop].standing.isActive ? .nothingDue : .shopSuspended
    }

    private func wait(
        _ offer: Offer, of shop: ShopIndex, _ app: AppIndex, _ moment: Moment
    ) -> Decision {
        let app = apps[app]
        switch app.obstacle(to: offer, at: moment) {
        case .suspended:
            return decision(offer, .appSuspended, moment, until: app.standing.nextProbe)
        case .historyShareUsed:
            return decision(offer, .historyShareUsed, moment)
        case .pause(let end):
            return decision(offer, .paused, moment, until: end)
        case .probing:
            return decision(offer, .probing, moment)
        case nil:
            break
        }
        guard app.hasRoom(callsInFlightMax: configuration.callsInFlightMax) else {
            return decision(offer, .callsInFlight, moment)
        }
        guard uncommitted < configuration.uncommittedPagesMax else {
            return decision(offer, .storing, moment)
        }
        return waitForGrant(offer, of: shop, moment)
    }

    /// The app makes another call first, or none yet.
    private func waitForGrant(
        _ offer: Offer, of shop: ShopIndex, _ moment: Moment
    ) -> Decision {
        let place = directory.app(of: shop)
        var copy = self
        guard let choice = copy.choose(place, moment), choice.ready.contains(offer.callClass) else {
            return decision(offer, .classShareUsed, moment, until: copy.apps[place].deadline)
        }
        let obstacle: Decision.Obstacle =
            if choice.shop == shop, choice.offer == offer {
                .rateLimit
            } else if choice.offer.callClass != offer.callClass {
                .otherClassFirst
            } else {
                choice.shop == shop ? .otherCallFirst : .otherShopFirst
            }
        var decision = decision(offer, obstacle, moment, until: apps[place].deadline)
        decision.ready = choice.ready
        if obstacle != .rateLimit { decision.rival = rival(choice.offer, moment) }
        return decision
    }

    private func decision(
        _ offer: Offer, _ obstacle: Decision.Obstacle?, _ moment: Moment,
        until: MonotonicInstant? = nil
    ) -> Decision {
        var decision = Decision(shop: offer.stream.shop)
        decision.call = rival(offer, moment)
        decision.method = offer.method
        decision.obstacle = obstacle
        decision.againMs = until.map { max(0, $0.milliseconds(since: moment.ticks)) }
        return decision
    }

    private func rival(_ offer: Offer, _ moment: Moment) -> Decision.Rival {
        var waited: Int64?
        if case .waiting(let since, _, _) = offer.worth {
            waited = moment.ticks.milliseconds(since: since)
        }
        return Decision.Rival(
            stream: offer.stream, callClass: offer.callClass, waitedMs: waited)
    }

    /// What another shop of the app would have called in the class.
    private func runnerUp(
        to shop: ShopIndex, _ callClass: CallClass, _ moment: Moment
    ) -> Decision.Rival? {
        let app = directory.app(of: shop)
        let offers = directory.shops(of: app).filter { $0 != shop }
            .flatMap { shops[$0].offers }
            .filter { $0.callClass == callClass && apps[app].obstacle(to: $0, at: moment) == nil }
        let best = offers.max { $0.worth.score(moment.ticks) < $1.worth.score(moment.ticks) }
        return best.map { rival($0, moment) }
    }
}
