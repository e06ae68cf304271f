/// Whose session a shop calls with. It is asked before the shop's first list and after each change
/// of the session: the orders of two sellers must not be mixed in one shop.
///
///     wanted ──call──▶ answered ─┬─ the shop's own seller ──▶ known
///       ▲                        ├─ another seller ──▶ paused until the session changes
///       │                        └─ not permitted, or failed twice ──▶ unknown: rows are read
///       │                             all the same, and it is asked again in an hour
///       └── a call was to be made with another session
struct SellerState: Equatable, Sendable {
    /// No rows are read before the answer.
    var blocksRows: Bool
    /// When to ask; nil while nothing is to be asked.
    var due: Ticks?
    var isAsking = false
    var attempt = 0
    /// That it cannot be learned was said.
    var isNoted = false

    init(isAsked: Bool) {
        blocksRows = isAsked
        due = isAsked ? Self.atOnce : nil
    }

    static let atOnce = Ticks(milliseconds: .min)

    mutating func want(at ticks: Ticks) {
        (blocksRows, due, attempt) = (true, ticks, 0)
    }

    mutating func know() {
        (blocksRows, due, attempt, isNoted) = (false, nil, 0, false)
    }
}

extension SyncMachine {
    /// Failures that rows wait for: a call that is not permitted must not block a shop.
    static let sellerAttemptsMax = 2
    static let sellerAgainMilliseconds: Int64 = 3_600_000

    mutating func sellerCandidate(_ shop: Int, now: Now) -> Candidate? {
        guard let due = shops[shop].seller.due, !shops[shop].seller.isAsking else { return nil }
        guard now.ticks >= due else {
            wake(at: due)
            return nil
        }
        return Candidate(
            callClass: .control, method: .seller, kind: .seller,
            stream: StreamID(shop: shops[shop].id, kind: .orders), purpose: .seller(shop: shop),
            worth: .fixed(1))
    }

    mutating func sellerAnswered(
        _ call: InFlight, _ shop: Int, _ result: CallResult, now: Now,
        _ actions: inout [SyncAction]
    ) {
        shops[shop].seller.isAsking = false
        switch result.outcome {
        case .seller:
            shops[shop].seller.know()
            recovered(call.app, shop, &actions)
        case .failure(let failure) where failure.isOtherSeller:
            refuseSeller(shop, failure, now: now, &actions)
        case .failure(let failure):
            sellerFailed(call, shop, failure, now: now, &actions)
        case .page, .detail, .trace, .parcels, .goods, .carriers, .serverTime:
            preconditionFailure("a call for the seller was answered with something else")
        }
    }

    private mutating func sellerFailed(
        _ call: InFlight, _ shop: Int, _ failure: CallFailure, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let app = call.app
        switch failure.disposition {
        case .throttled(let scope, let seconds):
            return throttled(app, scope, .seller, seconds, failure.code, now: now, &actions)
        case .clockSkew:
            askForTime(app, now: now)
        case .retry, .narrow:
            break
        case .unauthorised, .misconfigured, .badRequest, .notFound, .empty:
            // The lists find out whether they are refused too.
            return leaveSellerUnknown(shop, failure, now: now, &actions)
        }
        shops[shop].seller.attempt += 1
        let attempt = shops[shop].seller.attempt
        guard attempt < Self.sellerAttemptsMax, shops[shop].seller.blocksRows else {
            return leaveSellerUnknown(shop, failure, now: now, &actions)
        }
        let pause = retryPause(.seller, attempt: attempt - 1)
        shops[shop].seller.due = now.ticks.advanced(byMilliseconds: pause)
        actions.append(
            .note(
                .callFailed(
                    call.call.stream, apps[app].id, .seller, failure, attempt: attempt,
                    retryMs: pause)))
    }

    private mutating func leaveSellerUnknown(
        _ shop: Int, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        shops[shop].seller.blocksRows = false
        shops[shop].seller.due = now.ticks.advanced(byMilliseconds: Self.sellerAgainMilliseconds)
        guard !shops[shop].seller.isNoted else { return }
        shops[shop].seller.isNoted = true
        actions.append(
            .note(.sellerUnknown(shops[shop].id, code: failure.code, line: failure.line)))
    }

    /// Pauses a shop whose session is of another seller, or of one that another shop has. Nothing
    /// is called until the session changes.
    mutating func refuseSeller(
        _ shop: Int, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        let isNew = shops[shop].trouble?.waitsForSession != true
        var trouble = Trouble(code: failure.code, attempt: 0, probeAt: now.ticks)
        (trouble.isRefusal, trouble.waitsForSession) = (true, true)
        shops[shop].trouble = trouble
        shops[shop].isKnownToWork = false
        shops[shop].seller.want(at: now.ticks)
        guard isNew else { return }
        actions.append(.shopState(shops[shop].id, .paused, reason: failure.line))
        actions.append(.note(.sellerRefused(shops[shop].id, line: failure.line)))
    }

    /// A call was not made, or its rows are not stored, because it is not known whose session it
    /// is, or because it is another seller's.
    /// - Returns: false if the failure is of another kind.
    mutating func sellerInDoubt(
        _ shop: Int, _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) -> Bool {
        if failure.isOtherSeller {
            refuseSeller(shop, failure, now: now, &actions)
        } else if failure.needsSeller {
            if !shops[shop].seller.blocksRows { shops[shop].seller.want(at: now.ticks) }
        }
        return failure.isOtherSeller || failure.needsSeller
    }

    mutating func sessionChanged(_ shop: Int, now: Now) {
        shops[shop].trouble?.probeAt = now.ticks
        guard shops[shop].trouble?.waitsForSession == true else { return }
        shops[shop].trouble?.waitsForSession = false
        shops[shop].seller.want(at: now.ticks)
    }
}
