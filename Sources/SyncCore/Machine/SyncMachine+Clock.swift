/// The platform's clock: found out at the start, refined by every answer, doubted when two sources
/// disagree.
extension SyncMachine {
    /// - Returns: seconds that the clock moved by.
    mutating func observe(
        _ date: UTCInstant, of call: InFlight, now: Now, _ actions: inout [SyncAction]
    ) -> Int64 {
        let app = call.app
        guard apps[app].dateIsTrusted else { return 0 }
        let timeCanBeHad = apps[app].clockRefusals < AppState.clockAttemptMax
        if apps[app].clockIsChecked, timeCanBeHad, var clock = apps[app].clock {
            let moved = clock.observe(date: date, sent: call.sent, received: now.ticks) / 1_000
            if abs(moved) > 2 {
                apps[app].dateIsDoubted = true
                askForTime(app, now: now)
                return 0
            }
        }
        apps[app].lastDated = now.ticks
        return setClock(app, date, sent: call.sent, now: now, &actions)
    }

    mutating func askForTime(_ app: Int, now: Now) {
        apps[app].lastDated = now.ticks.advanced(byMilliseconds: -AppState.clockAgeMax - 1)
    }

    private mutating func setClock(
        _ app: Int, _ date: UTCInstant, sent: Ticks, now: Now, _ actions: inout [SyncAction]
    ) -> Int64 {
        guard var clock = apps[app].clock else {
            apps[app].clock = ServerClock(date: date, sent: sent, received: now.ticks)
            dropAgendas(app)
            let platformNow = apps[app].platformNow(now)
            let ahead = now.wall.seconds(since: platformNow)
            actions.append(.note(.clockKnown(apps[app].id, aheadSeconds: ahead)))
            // It may have been set back since the last run.
            for shop in apps[app].shops {
                let unsure = shops[shop].secondsSinceClockWasAhead(now, platformNow)
                tellSetBack(shop, to: platformNow.advanced(bySeconds: -unsure), &actions)
            }
            return ahead
        }
        let (trusted, believed) = (clock.updatedAt, clock.now(at: now.ticks))
        let moved = clock.observe(date: date, sent: sent, received: now.ticks) / 1_000
        apps[app].clock = clock
        if moved != 0 { dropAgendas(app) }
        guard abs(moved) > 2 else { return moved }
        actions.append(.note(.clockMoved(apps[app].id, bySeconds: moved)))
        let unsure = max(0, now.ticks.milliseconds(since: trusted) / 1_000) + 5
        if moved > 0 {
            jump(app, from: believed, unsure: unsure, now: now)
        } else {
            rewind(app, from: believed, unsure: unsure, now: now, &actions)
        }
        return moved
    }

    /// The clock was set forward, at some time since it was last known to be right.
    private mutating func jump(_ app: Int, from believed: UTCInstant, unsure: Int64, now: Now) {
        let platformNow = apps[app].platformNow(now)
        let after = platformNow.advanced(bySeconds: -unsure)
        for shop in apps[app].shops {
            for feed in shops[shop].feeds.indices {
                let jump = ClockJump(before: believed, after: after, at: now.ticks)
                shops[shop].feeds[feed].note(jump, platformNow: platformNow)
            }
        }
    }

    /// The clock was ahead: what was read of the future has to be read again, and so has what was
    /// read since the clock was last known to be right.
    /// - Parameters:
    ///   - believed: the platform's time as the daemon believed it.
    ///   - unsure: seconds since the clock was right.
    private mutating func rewind(
        _ app: Int, from believed: UTCInstant, unsure: Int64, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let platformNow = apps[app].platformNow(now)
        for shop in apps[app].shops {
            // Versions from before it was set back may lie in the past by now.
            tellSetBack(shop, to: platformNow.advanced(bySeconds: -unsure), &actions)
            if shops[shop].feedIndex(.orders) != nil {
                let end = believed.advanced(bySeconds: 5)
                let change = shops[shop].readAhead(from: platformNow, to: end, now: now)
                commit(nil, change, &actions)
            }
            for feed in shops[shop].feeds.indices
            where shops[shop].feeds[feed].direction == .forward {
                let target = shops[shop].feeds[feed].newestEnd(at: platformNow)
                let change = shops[shop].feeds[feed].rewind(
                    to: target, since: unsure, now: now.ticks)
                if let change { commit(nil, change, &actions) }
            }
        }
    }

    private func tellSetBack(
        _ shop: Int, to platformNow: UTCInstant, _ actions: inout [SyncAction]
    ) {
        let plan = ParcelPlan(unit: shops[shop].configuration.parcelUnit)
        actions.append(
            .clockSetBack(shops[shop].id, to: platformNow, pollSeconds: plan.restMax))
    }

    mutating func clockAnswered(
        _ call: InFlight, _ result: CallResult, now: Now, _ actions: inout [SyncAction]
    ) {
        let app = call.app
        apps[app].clockCallIsInFlight = false
        switch result.outcome {
        case .serverTime(let time):
            // Anybody may ask for the time: that says nothing of what shops are refused.
            if apps[app].trouble?.isOfClock ?? false { appRecovered(app, &actions) }
            if let date = result.date {
                // Something between here and the platform may date its answers: then it is not
                // believed, until it agrees again.
                let seconds = abs(date.seconds(since: time))
                apps[app].dateIsTrusted = seconds <= AppState.clockDisagreementMax
            }
            apps[app].clockAttempt = 0
            apps[app].clockSkews = 0
            apps[app].clockRefusals = 0
            apps[app].clockIsChecked = true
            apps[app].lastDated = now.ticks
            apps[app].nextClockCall = now.ticks
            let moved = setClock(app, time, sent: call.sent, now: now, &actions)
            apps[app].timesConfirmed = abs(moved) <= 2 ? apps[app].timesConfirmed + 1 : 0
            if apps[app].dateIsDoubted, abs(moved) <= 2 { apps[app].dateIsTrusted = false }
            apps[app].dateIsDoubted = false
        case .failure(let failure):
            clockFailed(call, failure, now: now, &actions)
        case .page, .detail, .trace, .parcels, .goods, .carriers, .seller:
            preconditionFailure("a time call was answered with something else")
        }
    }

    private mutating func clockFailed(
        _ call: InFlight, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        let app = call.app
        let attempt = apps[app].clockAttempt
        apps[app].clockAttempt += 1
        if failure.disposition == .clockSkew { apps[app].clockSkews += 1 }
        if !apps[app].clockIsChecked, attempt == AppState.clockAttemptsUntold {
            for shop in apps[app].shops {
                actions.append(.shopState(shops[shop].id, .paused, reason: failure.code))
            }
        }
        let pause = retryPause(.clock, attempt: attempt)
        apps[app].nextClockCall = now.ticks.advanced(byMilliseconds: pause)
        switch failure.disposition {
        case .throttled(let scope, let seconds):
            throttled(app, scope, .serverTime, seconds, failure.code, now: now, &actions)
        case .misconfigured:
            misconfigured(app, by: nil, failure, now: now, &actions)
        case .retry, .narrow, .unauthorised, .clockSkew, .badRequest, .notFound, .empty:
            actions.append(
                .note(
                    .callFailed(
                        nil, apps[app].id, .serverTime, failure, attempt: attempt + 1,
                        retryMs: pause)))
        }
        checkClockWithoutAnswer(app, failure, now: now, &actions)
    }

    /// Goes on without the platform's own time when it is not to be had. Reading by a clock that
    /// is ahead loses orders for good; a passing fault is no reason to take that risk.
    private mutating func checkClockWithoutAnswer(
        _ app: Int, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        switch failure.disposition {
        case .badRequest, .notFound, .empty, .unauthorised:
            apps[app].clockRefusals += 1
        case .retry, .narrow, .throttled, .misconfigured, .clockSkew:
            if failure.isUnknownCode { apps[app].clockRefusals += 1 }
        }
        if let clock = apps[app].clock, apps[app].clockAttempt >= AppState.clockAttemptMax {
            let ahead = now.wall.seconds(since: clock.now(at: now.ticks))
            if abs(ahead) <= AppState.clockDisagreementMax { apps[app].clockIsChecked = true }
        }
        guard apps[app].clockRefusals >= AppState.clockAttemptMax else { return }
        apps[app].clockIsChecked = true
        if apps[app].clock == nil {
            apps[app].clock = ServerClock(date: now.wall, sent: now.ticks, received: now.ticks)
            actions.append(.note(.clockUnknown(apps[app].id)))
        }
    }
}
