/// The platform's list of carriers, where parcels are asked about by their carrier's code: one call
/// a day for an app that has parcels to ask about.
///
///     due ──call──▶ answered ──▶ stored ──▶ parcels that waited for it come up; due in a day
///      ▲               └─ failed ──▶ rest ─┘
extension SyncMachine {
    static let carriersAgeMax: Int64 = 86_400_000

    mutating func startCarriersCall(_ app: Int, now: Now, _ actions: inout [SyncAction]) {
        guard let due = apps[app].carriersDue, !apps[app].carriersAreInWork,
            apps[app].trouble == nil, apps[app].inFlight < callsInFlightMax(app)
        else { return }
        guard now.ticks >= due else { return wake(at: due) }
        guard grant(app, .carriers, now: now, &actions) else { return }
        apps[app].carriersAreInWork = true
        apps[app].inFlight += 1
        let call = makeCall(app, nil, .carriers, .carriers, .control, now: now)
        send(call, app, .carriers, now: now, &actions)
    }

    mutating func carriersAnswered(
        _ call: InFlight, _ result: CallResult, now: Now, _ actions: inout [SyncAction]
    ) {
        let app = call.app
        switch result.outcome {
        case .carriers:
            apps[app].carriersAttempt = 0
            actions.append(.storeCarriers(call.call.id, apps[app].id))
        case .failure(let failure):
            apps[app].carriersAreInWork = false
            let attempt = apps[app].carriersAttempt
            apps[app].carriersAttempt += 1
            let pause = retryPause(.carriers, attempt: attempt)
            apps[app].carriersDue = now.ticks.advanced(byMilliseconds: pause)
            if failure.disposition == .clockSkew { askForTime(app, now: now) }
            if case .throttled(let scope, let seconds) = failure.disposition {
                throttled(app, scope, .carriers, seconds, failure.code, now: now, &actions)
            }
            actions.append(.discard(call.call.id))
            actions.append(
                .note(
                    .callFailed(
                        nil, apps[app].id, .carriers, failure, attempt: attempt + 1,
                        retryMs: pause)))
        case .page, .detail, .trace, .parcels, .goods, .serverTime, .seller:
            preconditionFailure("a call for carriers was answered with something else")
        }
    }

    /// They are in the database: parcels can be asked about that could not be.
    mutating func carriersStored(_ app: Int, now: Now) {
        apps[app].carriersAreInWork = false
        apps[app].carriersDue = now.ticks.advanced(byMilliseconds: Self.carriersAgeMax)
        for shop in apps[app].shops {
            guard let queue = shops[shop].queueIndex(.shipments) else { continue }
            shops[shop].queues[queue].noteQueued()
            shops[shop].agenda.isCurrent = false
        }
    }
}
