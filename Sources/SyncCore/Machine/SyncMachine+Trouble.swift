/// What is refused, and by whom: an app, a shop, a method; and when it is tried again.
extension SyncMachine {
    mutating func throttled(
        _ app: Int, _ scope: ThrottleScope, _ method: CallMethod, _ stated: Int64?,
        _ code: String, now: Now, _ actions: inout [SyncAction]
    ) {
        apps[app].vagueThrottles = stated == nil ? apps[app].vagueThrottles + 1 : 0
        let seconds =
            stated.map { max(0, min($0, RateLimiter.banSecondsMax)) }
            ?? min(10, Int64(1) << min(4, apps[app].vagueThrottles - 1))
        let banScope: RateLimiter.BanScope =
            switch scope {
            case .app: .app
            case .method: .method(method)
            }
        // A second more than stated: the platform's own count may run a little behind ours.
        let end = now.ticks.advanced(byMilliseconds: seconds * 1_000 + 1_000)
        apps[app].ban(banScope, seconds: seconds, until: end)
        let until = now.wall.advanced(bySeconds: seconds + 2)
        apps[app].bansKnown[banScope] = max(apps[app].bansKnown[banScope] ?? until, until)
        actions.append(.banned(apps[app].id, banScope, until: until, code: code))
        actions.append(
            .note(.throttled(apps[app].id, scope, method, seconds: seconds, code: code)))
    }

    /// A command beside the daemon may have been told of a ban: nobody has to be told again.
    mutating func takeUpBan(
        _ app: Int, _ scope: RateLimiter.BanScope, until: UTCInstant, _ code: String, now: Now,
        _ actions: inout [SyncAction]
    ) {
        // The machine's own are found as well.
        if let known = apps[app].bansKnown[scope], until <= known { return }
        guard let seconds = apps[app].takeUpBan(scope, until: until, now: now) else { return }
        let note: SyncNote =
            switch scope {
            case .app: .throttled(apps[app].id, .app, nil, seconds: seconds, code: code)
            case .method(let method):
                .throttled(apps[app].id, .method, method, seconds: seconds, code: code)
            }
        actions.append(.note(note))
    }

    /// What is said to a method that not all depends on is no verdict on the app or the shop:
    /// the lists of orders will find out soon enough whether they are refused too.
    func concernsMethodAlone(_ method: CallMethod, _ failure: CallFailure) -> Bool {
        guard !method.isEssential else { return false }
        switch failure.disposition {
        case .misconfigured, .unauthorised: return true
        case .retry, .narrow, .throttled, .clockSkew, .badRequest, .notFound, .empty:
            return false
        }
    }

    /// Lets a method rest, the longer the oftener it was refused: for the shop whose
    /// authorisation is too weak, or for all shops of an app that lacks a permission.
    mutating func methodRefused(
        _ app: Int, _ shop: Int, _ method: CallMethod, _ failure: CallFailure, now: Now,
        _ actions: inout [SyncAction]
    ) {
        // Of several calls in flight the first is told of; the others say the same.
        guard mayCall(method, app, shop, now: now) else { return }
        let isShopAlone = failure.disposition == .unauthorised
        let refusals = isShopAlone ? shops[shop].refusals : apps[app].refusals
        let attempt = refusals[method]?.attempt ?? 0
        let pause = retryPause(.method, attempt: attempt)
        let end = now.ticks.advanced(byMilliseconds: pause)
        let refusal = Trouble(code: failure.code, attempt: attempt + 1, probeAt: end)
        if isShopAlone {
            shops[shop].refusals[method] = refusal
        } else {
            apps[app].refusals[method] = refusal
            apps[app].limiter.ban(.method(method), until: end)
        }
        actions.append(
            .note(
                .methodRefused(
                    apps[app].id, method, code: failure.code, line: failure.line,
                    retrySeconds: pause / 1_000)))
    }

    mutating func methodWorked(_ call: InFlight, _ shop: Int) {
        apps[call.app].refusals[call.call.method] = nil
        shops[shop].refusals[call.call.method] = nil
    }

    mutating func unauthorised(
        _ shop: Int, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        let attempt = shops[shop].trouble?.attempt ?? 0
        let pause = retryPause(.authorisation, attempt: attempt)
        let isNew = shops[shop].trouble == nil
        shops[shop].trouble = Trouble(
            code: failure.code, attempt: attempt + 1,
            probeAt: now.ticks.advanced(byMilliseconds: pause))
        guard isNew else { return }
        let id = shops[shop].id
        actions.append(.shopState(id, .unauthorized, reason: failure.code))
        actions.append(
            .note(.shopUnauthorised(id, code: failure.code, line: failure.line)))
    }

    /// The platform refuses an app, as a call of one of its shops shows; or that shop alone, if it
    /// has taken a call of another since it refused this one before.
    mutating func misconfigured(
        _ app: Int, by shop: Int?, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        defer { if let shop { shops[shop].refusedAt = lastCall } }
        if let shop, isRefusedAlone(shop, of: app) {
            return refuse(shop, failure, now: now, &actions)
        }
        let isNew = apps[app].trouble == nil
        apps[app].trouble = trouble(after: apps[app].trouble, failure, now: now)
        apps[app].trouble?.isOfClock = shop == nil
        guard isNew else { return }
        for shop in apps[app].shops where shops[shop].trouble == nil {
            actions.append(.shopState(shops[shop].id, .paused, reason: failure.code))
        }
        actions.append(
            .note(.appMisconfigured(apps[app].id, code: failure.code, line: failure.line)))
    }

    private func isRefusedAlone(_ shop: Int, of app: Int) -> Bool {
        if shops[shop].trouble?.isRefusal ?? false { return true }
        guard let refused = shops[shop].refusedAt else { return false }
        return apps[app].shops.contains { shops[$0].workedAt.map { $0 > refused } ?? false }
    }

    /// A shop that the platform refuses though its app is fine.
    private mutating func refuse(
        _ shop: Int, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        let isNew = shops[shop].trouble == nil
        shops[shop].trouble = trouble(after: shops[shop].trouble, failure, now: now)
        guard isNew else { return }
        actions.append(.shopState(shops[shop].id, .paused, reason: failure.code))
        actions.append(
            .note(.shopRefused(shops[shop].id, code: failure.code, line: failure.line)))
    }

    private mutating func trouble(
        after trouble: Trouble?, _ failure: CallFailure, now: Now
    ) -> Trouble {
        let attempt = trouble?.attempt ?? 0
        let pause = retryPause(
            .misconfiguration, attempt: attempt, atLeast: failure.restSeconds * 1_000)
        return Trouble(
            code: failure.code, attempt: attempt + 1,
            probeAt: now.ticks.advanced(byMilliseconds: pause), isRefusal: true)
    }

    mutating func recovered(_ app: Int, _ shop: Int, _ actions: inout [SyncAction]) {
        apps[app].vagueThrottles = 0
        shops[shop].workedAt = lastCall
        if let trouble = shops[shop].trouble {
            shops[shop].trouble = nil
            shops[shop].isKnownToWork = false
            // Perhaps it was the session alone that kept this from being learned.
            if shops[shop].seller.due != nil { shops[shop].seller.due = SellerState.atOnce }
            let id = shops[shop].id
            actions.append(.note(trouble.isRefusal ? .shopAccepted(id) : .shopRecovered(id)))
        }
        appRecovered(app, &actions)
        guard !shops[shop].isKnownToWork else { return }
        shops[shop].isKnownToWork = true
        actions.append(.shopState(shops[shop].id, .active, reason: ""))
    }

    mutating func appRecovered(_ app: Int, _ actions: inout [SyncAction]) {
        guard apps[app].trouble != nil else { return }
        apps[app].trouble = nil
        for shop in apps[app].shops where shops[shop].trouble == nil {
            shops[shop].isKnownToWork = true
            actions.append(.shopState(shops[shop].id, .active, reason: ""))
        }
        actions.append(.note(.appRecovered(apps[app].id)))
    }

    mutating func tell(
        _ shop: Int, _ stream: StreamID, _ text: String, now: Now, _ actions: inout [SyncAction]
    ) {
        if let told = shops[shop].errorsTold[stream.kind], told.code == text,
            now.ticks.milliseconds(since: told.at) < Self.errorRepeatMilliseconds
        {
            return
        }
        shops[shop].errorsTold[stream.kind] = (text, now.ticks)
        actions.append(.streamError(stream, text))
    }
}
