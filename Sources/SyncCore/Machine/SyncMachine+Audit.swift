/// The audit of closed days, and what is learned of the lists' lag.
extension SyncMachine {
    mutating func planAudit(_ shop: Int, platformNow: UTCInstant, now: Now) {
        guard let audit = shops[shop].audit, var covered = shops[shop].createdCoverage else {
            return
        }
        if let purged = shops[shop].configuration.restored.purgedBefore {
            covered = max(covered, purged)
        }
        if audit.day == nil {
            shops[shop].audit?.begin(platformNow: platformNow, coveredFrom: covered)
        }
        guard shops[shop].audit?.day == nil else { return }
        let seconds = Audit.secondsToNextTurn(platformNow)
        wake(at: now.ticks.advanced(byMilliseconds: seconds * 1_000))
    }

    mutating func auditCandidate(_ shop: Int, now: Now) -> Candidate? {
        guard let audit = shops[shop].audit, let window = audit.current else { return nil }
        switch audit.state {
        case .ready: break
        case .calling, .comparing: return nil
        case .waiting(let until):
            guard now.ticks >= until else {
                wake(at: until)
                return nil
            }
        }
        // Both bounds are inclusive: the last second belongs to the next day.
        let isExclusive = shops[shop].feeds.contains { $0.endIsExclusive }
        let last = isExclusive ? window.end : window.end.advanced(bySeconds: -1)
        let isPoint = last == window.start
        let request = PageRequest(
            from: window.start, through: isPoint ? window.end : last, wantsTotal: true,
            pageSize: audit.step == .count ? 1 : shops[shop].configuration.pageSize)
        return Candidate(
            callClass: .sweep, method: .ordersCreated, kind: .list(request),
            stream: StreamID(shop: shops[shop].id, kind: .audit), purpose: .audit(shop: shop),
            worth: .fixed(0.001))
    }

    mutating func auditAnswered(
        _ call: InFlight, _ shop: Int, _ result: CallResult, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let id = call.call.id
        let stream = StreamID(shop: shops[shop].id, kind: .audit)
        guard let audit = shops[shop].audit, let window = audit.current else {
            preconditionFailure("an audit was answered that asked nothing")
        }
        let page: PageSummary
        switch result.outcome {
        case .page(let answer):
            page = answer
        case .failure(let failure) where failure.disposition == .empty:
            page = PageSummary(rows: [], hasNext: false, total: 0)
        case .failure(let failure):
            actions.append(.discard(id))
            return auditFailed(call, shop, failure, now: now, &actions)
        case .serverTime, .detail, .trace, .parcels, .goods, .carriers, .seller:
            preconditionFailure("an audit was answered with something else")
        }
        recovered(call.app, shop, &actions)
        guard let total = page.total, total >= page.shownCount,
            case .list(let request) = call.call.kind,
            WindowReader.doubt(about: page, for: request) == nil || total > request.pageSize
        else {
            var change = LedgerChange(stream: stream)
            (change.rowCount, change.keepsError) = (page.rows.count, true)
            change.askedAt = call.call.platformTime
            change.answeredAt = apps[call.app].platformNow(now)
            commit(id, change, &actions)
            tell(shop, stream, "answers are doubtful: count_differs", now: now, &actions)
            return restAudit(shop, now: now)
        }
        shops[shop].errorsTold[stream.kind] = nil
        if audit.step == .count {
            actions.append(.discard(id))
            shops[shop].audit?.count(total)
            actions.append(.countStored(shops[shop].id, window))
            return
        }
        var change = LedgerChange(stream: stream)
        change.rowCount = page.rows.count
        change.askedAt = call.call.platformTime
        change.answeredAt = apps[call.app].platformNow(now)
        change.isUrgent = true
        commit(id, change, &actions)
        shops[shop].audit?.read(apps[call.app].platformNow(now))
    }

    private mutating func auditFailed(
        _ call: InFlight, _ shop: Int, _ failure: CallFailure, now: Now,
        _ actions: inout [SyncAction]
    ) {
        if sellerInDoubt(shop, failure, now: now, &actions) {
            return restAudit(shop, now: now)
        }
        if failure.disposition == .clockSkew { askForTime(call.app, now: now) }
        if case .throttled(let scope, let seconds) = failure.disposition {
            throttled(call.app, scope, call.call.method, seconds, failure.code, now: now, &actions)
        }
        restAudit(shop, now: now)
        let stream = StreamID(shop: shops[shop].id, kind: .audit)
        tell(shop, stream, failure.code, now: now, &actions)
    }

    /// Nobody waits for an audit: it comes again after a long rest.
    private mutating func restAudit(_ shop: Int, now: Now) {
        let attempt = shops[shop].audit?.attempt ?? 0
        let pause = retryPause(.audit, attempt: attempt)
        shops[shop].audit?.attempt += 1
        shops[shop].audit?.state = .waiting(until: now.ticks.advanced(byMilliseconds: pause))
    }

    /// The database answered how many orders it has of the interval on top.
    mutating func compared(
        _ shop: Int, stored: Int?, now: Now, _ actions: inout [SyncAction]
    ) {
        let platformNow = apps[shops[shop].app].platformNow(now)
        guard let stored else {
            shops[shop].audit?.giveUpDay(now: platformNow)
            return
        }
        let size = shops[shop].configuration.pageSize
        let record = shops[shop].audit?.compare(stored: stored, pageSize: size, now: platformNow)
        guard let record else { return }
        actions.append(.audited(shops[shop].id, record))
        actions.append(.note(.dayAudited(shops[shop].id, record)))
    }

    // MARK: Lag

    /// Takes in what a page changed: a change that the first read of its time did not see was
    /// not visible then.
    mutating func learnLag(
        _ stream: StreamID, onTime: Int, late: [LateRow], askedAt: UTCInstant, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let shop = shopIndex(stream.shop)
        guard let live = shops[shop].feedIndex(.orders), shops[shop].lag != nil else { return }
        let overlap = shops[shop].feeds[live].policy.overlap
        let isSweep = stream.kind.isSweep
        // A sweep comes long after, and so may a live read after an outage. What a sweep finds was
        // invisible for longer than the overlap, and nobody knows how much longer.
        let longest = max(8, overlap * 2)
        let lags = late.map { min(longest, max(1, askedAt.seconds(since: $0.modifiedAt))) }
        let platformNow = apps[shops[shop].app].platformNow(now)
        shops[shop].lag?.observe(onTime: onTime, lags: lags, bySweep: isSweep, now: platformNow)
        if isSweep {
            for row in late {
                let seconds = askedAt.seconds(since: row.modifiedAt)
                actions.append(
                    .note(.lateChange(stream, order: row.order, lateSeconds: seconds)))
            }
        }
        followLag(shop, isNews: !late.isEmpty, &actions)
    }

    /// A row that is newer than the span it was found in: the platform's index has not seen its
    /// latest change yet, so the index is behind by that change's age at least.
    mutating func observeNewerRows(
        _ page: PageSummary, _ call: Call, _ shop: Int, now: Now, _ actions: inout [SyncAction]
    ) {
        guard call.method == .ordersChanged, case .list(let request) = call.kind,
            shops[shop].feedIndex(.orders) != nil, shops[shop].lag != nil
        else { return }
        let newer = page.rows.compactMap(\.at).filter { request.through < $0 }
        let ages = newer.map { call.platformTime.seconds(since: $0) }
        guard let oldest = ages.filter({ $0 > 0 }).max() else { return }
        let platformNow = apps[shops[shop].app].platformNow(now)
        shops[shop].lag?.observe(onTime: 0, lags: [oldest], bySweep: false, now: platformNow)
        followLag(shop, isNews: false, &actions)
    }

    private mutating func followLag(_ shop: Int, isNews: Bool, _ actions: inout [SyncAction]) {
        guard let live = shops[shop].feedIndex(.orders) else { return }
        let isNew = shops[shop].followLag()
        guard let lag = shops[shop].lag, isNew || isNews else { return }
        let policy = shops[shop].feeds[live].policy
        actions.append(
            .lagMeasured(shops[shop].id, lag, overlap: policy.overlap, settle: policy.settle))
        guard isNew else { return }
        actions.append(
            .note(
                .lagChanged(
                    shops[shop].id, lagSeconds: lag.lagSeconds, overlap: policy.overlap,
                    settle: policy.settle)))
    }
}
