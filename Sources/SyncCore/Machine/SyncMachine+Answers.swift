extension SyncMachine {
    /// A failing stream is written to the database when its failure changes, else this often.
    static let errorRepeatMilliseconds: Int64 = 60_000

    mutating func answered(
        _ id: CallID, _ result: CallResult, now: Now, _ actions: inout [SyncAction]
    ) {
        guard let call = inFlight.removeValue(forKey: id) else {
            preconditionFailure("answer to a call that was not made")
        }
        let app = call.app
        apps[app].inFlight -= 1
        apps[app].limiter.answered(place: call.limiterPlace, now: now.ticks)
        if result.isAnswered, !result.isThrottled {
            apps[app].notThrottled(call.call.method, sent: call.sent)
        }
        var movedSeconds: Int64 = 0
        if result.isAnswered { apps[app].isDated = result.date != nil }
        if let date = result.date {
            movedSeconds = observe(date, of: call, now: now, &actions)
        }
        switch call.purpose {
        case .clock:
            clockAnswered(call, result, now: now, &actions)
        case .tile(let shop, let kind):
            shops[shop].inFlight -= 1
            tileAnswered(call, shop, kind, result, movedSeconds, now: now, &actions)
        case .work(let shop, let kind):
            shops[shop].inFlight -= 1
            workAnswered(call, shop, kind, result, now: now, &actions)
        case .audit(let shop):
            shops[shop].inFlight -= 1
            auditAnswered(call, shop, result, now: now, &actions)
        case .carriers:
            carriersAnswered(call, result, now: now, &actions)
        case .seller(let shop):
            shops[shop].inFlight -= 1
            sellerAnswered(call, shop, result, now: now, &actions)
        }
    }

    private mutating func tileAnswered(
        _ call: InFlight, _ shop: Int, _ kind: StreamKind, _ result: CallResult,
        _ movedSeconds: Int64, now: Now, _ actions: inout [SyncAction]
    ) {
        let id = call.call.id
        let isOurs = { (tile: Tile) in tile.state == .calling(id) }
        guard let index = shops[shop].feedIndex(kind),
            let tile = shops[shop].feeds[index].tiles.firstIndex(where: isOurs)
        else {
            // Its tile was retracted meanwhile; what is said of the app holds all the same.
            if case .failure(let failure) = result.outcome,
                case .throttled(let scope, let seconds) = failure.disposition
            {
                throttled(
                    call.app, scope, call.call.method, seconds, failure.code, now: now, &actions)
            }
            let stream = StreamID(shop: shops[shop].id, kind: kind)
            return keepRows(of: call, stream, result, now: now, &actions)
        }
        let place = Place(shop: shop, feed: index)
        let feed = shops[shop].feeds[index]
        let platformNow = apps[call.app].platformNow(now)
        if feed.direction == .forward, feed.tiles[tile].reader.window.end > platformNow {
            // Asked for the future by a clock that ran ahead: no answer can prove such a window.
            keepRows(of: call, feed.id, result, now: now, &actions)
            if case .failure(let failure) = result.outcome, failure.disposition != .empty {
                failed(call, place, tile, failure, movedSeconds, now: now, &actions)
            }
            return retract(place, platformNow: platformNow, now: now, &actions)
        }
        switch result.outcome {
        case .page(let page):
            recovered(call.app, shop, &actions)
            methodWorked(call, shop)
            accept(page, call.call, place, tile, now: now, &actions)
        case .failure(let failure):
            actions.append(.discard(id))
            failed(call, place, tile, failure, movedSeconds, now: now, &actions)
        case .serverTime, .detail, .trace, .parcels, .goods, .carriers, .seller:
            preconditionFailure("a list call was answered with something else")
        }
    }

    /// Stores the rows of an answer to a question that is no longer asked.
    private mutating func keepRows(
        of inFlight: InFlight, _ stream: StreamID, _ result: CallResult, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let call = inFlight.call
        guard case .page(let page) = result.outcome, stream.kind != .verify else {
            return actions.append(.discard(call.id))
        }
        var change = LedgerChange(stream: stream)
        (change.rowCount, change.keepsError) = (page.rows.count, true)
        change.askedAt = call.platformTime
        change.answeredAt = apps[inFlight.app].platformNow(now)
        commit(call.id, change, &actions)
    }

    /// A feed, by indices that hold until the shop's feeds change.
    private struct Place {
        var shop: Int
        var feed: Int
    }

    // MARK: Pages

    private mutating func accept(
        _ page: PageSummary, _ call: Call, _ place: Place, _ tile: Int, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let (shop, feed, id) = (place.shop, place.feed, call.id)
        shops[shop].feeds[feed].lastRead = now.ticks
        shops[shop].feeds[feed].tiles[tile].state = .ready
        observeNewerRows(page, call, shop, now: now, &actions)
        let asked = Self.window(of: call)
        let isLenient = shops[shop].feeds[feed].isDoubtful
        shops[shop].feeds[feed].tiles[tile].reader.isLenient = isLenient
        let verdict = shops[shop].feeds[feed].tiles[tile].reader.accept(page)
        let read = shops[shop].feeds[feed].tiles[tile]
        let stream = shops[shop].feeds[feed].id
        switch verdict {
        case .believed, .complete:
            advance(page, call, place, tile, isComplete: verdict == .complete, now: now, &actions)
        case .acceptedInDoubt(let doubt, let isComplete):
            shops[shop].feeds[feed].noteDoubtfulSpan()
            actions.append(.note(.doubtAccepted(stream, asked, doubt)))
            tell(shop, stream, "answers are doubtful: \(doubt.rawValue)", now: now, &actions)
            let span = DoubtfulSpan(window: asked, doubt: doubt)
            advance(
                page, call, place, tile, isComplete: isComplete, span, now: now, &actions)
        case .doubted, .passEnded:
            var change = shops[shop].feeds[feed].keep(tileAt: tile, rowCount: page.rows.count)
            change.askedAt = call.platformTime
            change.answeredAt = apps[shops[shop].app].platformNow(now)
            commit(id, change, &actions)
            let pause = rest(
                shop, feed, tile, isLenient ? .doubtElsewhere : .doubt, atLeast: 0, now: now)
            guard let doubt = read.reader.doubt else { return }
            actions.append(
                .note(
                    .answerDoubted(
                        stream, asked, doubt, attempt: read.attempt + 1, retryMs: pause)))
            tell(shop, stream, "answers are doubtful: \(doubt.rawValue)", now: now, &actions)
            quarantineIfStuck(place, tile, code: doubt.rawValue, &actions)
        }
    }

    /// The interval that a list call asks for.
    private static func window(of call: Call) -> TimeWindow {
        guard case .list(let request) = call.kind else {
            preconditionFailure("a tile is read by lists")
        }
        return TimeWindow(start: request.from, end: request.through.advanced(bySeconds: 1))
    }

    /// Stores a page that moves its tile on.
    private mutating func advance(
        _ page: PageSummary, _ call: Call, _ place: Place, _ tile: Int, isComplete: Bool,
        _ doubtful: DoubtfulSpan? = nil, now: Now, _ actions: inout [SyncAction]
    ) {
        let (shop, feed) = (place.shop, place.feed)
        let read = shops[shop].feeds[feed].tiles[tile]
        let stream = shops[shop].feeds[feed].id
        var change = shops[shop].feeds[feed].advance(
            tileAt: tile, isComplete: isComplete, rowCount: page.rows.count)
        change.askedAt = call.platformTime
        change.answeredAt = apps[shops[shop].app].platformNow(now)
        change.doubtful = doubtful
        if doubtful != nil { change.keepsError = true }
        commit(call.id, change, &actions)
        if !change.keepsError { shops[shop].errorsTold[stream.kind] = nil }
        guard isComplete else { return }
        let lag = apps[shops[shop].app].platformNow(now).seconds(since: read.reader.window.end)
        actions.append(
            .note(
                .windowStored(
                    stream, read.reader.window, calls: read.calls,
                    rows: read.rows + page.rows.count, lagSeconds: lag)))
        finishFeed(shop, feed, &actions)
    }

    /// Cuts out the seconds of a tile that nothing more can be learned of for now.
    private mutating func quarantineIfStuck(
        _ place: Place, _ tile: Int, code: String, _ actions: inout [SyncAction]
    ) {
        let (shop, feed) = (place.shop, place.feed)
        let stream = shops[shop].feeds[feed].id
        guard let (change, window) = shops[shop].feeds[feed].setAside(tileAt: tile) else { return }
        commit(nil, change, &actions)
        if let window { actions.append(.note(.windowSetAside(stream, window, code: code))) }
        finishFeed(shop, feed, &actions)
    }

    private mutating func finishFeed(_ shop: Int, _ feed: Int, _ actions: inout [SyncAction]) {
        let finished = shops[shop].feeds[feed]
        guard finished.isFinished else { return }
        switch finished.id.kind {
        case .requested, .verify:
            shops[shop].feeds.remove(at: feed)
            actions.append(.note(.requestFinished(finished.id)))
        case .ahead:
            shops[shop].feeds.remove(at: feed)
        case .backfill, .refundHistory:
            actions.append(.note(.backfillFinished(finished.id, reachedBack: finished.cursor)))
        case .orders, .sweep, .sweepSecond, .sweepThird, .refunds, .details, .shipments, .audit,
            .affiliate, .prices:
            break
        }
    }

    /// Cuts a live feed's plan back to what has passed by the platform's clock.
    private mutating func retract(
        _ place: Place, platformNow: UTCInstant, now: Now, _ actions: inout [SyncAction]
    ) {
        let settle = shops[place.shop].feeds[place.feed].policy.settle
        let change = shops[place.shop].feeds[place.feed].retract(
            to: platformNow.advanced(bySeconds: -settle), now: now.ticks)
        if let change { commit(nil, change, &actions) }
    }

    // MARK: Failures

    private mutating func failed(
        _ call: InFlight, _ place: Place, _ tile: Int, _ failure: CallFailure,
        _ clockMovedSeconds: Int64, now: Now, _ actions: inout [SyncAction]
    ) {
        let (shop, feed, app) = (place.shop, place.feed, call.app)
        let stream = shops[shop].feeds[feed].id
        let attempt = shops[shop].feeds[feed].tiles[tile].attempt
        let failures = shops[shop].feeds[feed].tiles[tile].failures
        var pause: Int64 = 0
        if sellerInDoubt(shop, failure, now: now, &actions) {
            shops[shop].feeds[feed].tiles[tile].state = .ready
            return
        }
        if concernsMethodAlone(call.call.method, failure) {
            shops[shop].feeds[feed].tiles[tile].state = .ready
            methodRefused(app, shop, call.call.method, failure, now: now, &actions)
            return tell(shop, stream, failure.code, now: now, &actions)
        }
        switch failure.disposition {
        case .retry(let after):
            if failures >= Tile.patience { shops[shop].feeds[feed].tiles[tile].reader.shorten() }
            let least = (after ?? 0) * 1_000
            pause = rest(shop, feed, tile, .failure, atLeast: least, now: now)
        case .narrow(let after):
            shops[shop].feeds[feed].tiles[tile].reader.narrow()
            let least = (after ?? 0) * 1_000
            pause = rest(shop, feed, tile, .failure, atLeast: least, now: now)
        case .throttled(let scope, let seconds):
            shops[shop].feeds[feed].tiles[tile].state = .ready
            throttled(app, scope, call.call.method, seconds, failure.code, now: now, &actions)
            return tell(shop, stream, failure.code, now: now, &actions)
        case .unauthorised:
            shops[shop].feeds[feed].tiles[tile].state = .ready
            unauthorised(shop, failure, now: now, &actions)
            return tell(shop, stream, failure.code, now: now, &actions)
        case .misconfigured:
            shops[shop].feeds[feed].tiles[tile].state = .ready
            misconfigured(app, by: shop, failure, now: now, &actions)
            return tell(shop, stream, failure.code, now: now, &actions)
        case .clockSkew:
            if abs(clockMovedSeconds) <= 2 { askForTime(app, now: now) }
            pause = rest(shop, feed, tile, .failure, atLeast: 0, now: now)
        case .badRequest, .notFound:
            if stream.kind == .ahead { shops[shop].aheadIsRefused = true }
            pause = rest(shop, feed, tile, .refusal, atLeast: 0, now: now)
        case .empty:
            recovered(app, shop, &actions)
            let page = PageSummary(rows: [], hasNext: false, total: 0)
            return accept(page, call.call, place, tile, now: now, &actions)
        }
        actions.append(
            .note(
                .callFailed(
                    stream, apps[app].id, call.call.method, failure, attempt: attempt + 1,
                    retryMs: pause)))
        tell(shop, stream, failure.code, now: now, &actions)
        quarantineIfStuck(place, tile, code: failure.code, &actions)
    }

    /// Lets a tile rest by backoff; answers for how many milliseconds.
    @discardableResult
    private mutating func rest(
        _ shop: Int, _ feed: Int, _ tile: Int, _ reason: RetryReason, atLeast: Int64, now: Now
    ) -> Int64 {
        let resting = shops[shop].feeds[feed].tiles[tile]
        // A doubted answer that showed something new is progress: the next one comes soon.
        let isDoubt = reason == .doubt || reason == .doubtElsewhere
        let attempt = isDoubt && resting.reader.hasProgressed ? 0 : resting.attempt
        let pause = retryPause(
            resting.isSetAside ? .quarantine : reason, attempt: attempt, atLeast: atLeast)
        let until = now.ticks.advanced(byMilliseconds: pause)
        shops[shop].feeds[feed].tiles[tile].state = .waiting(until: until)
        shops[shop].feeds[feed].tiles[tile].attempt = attempt + 1
        if !isDoubt { shops[shop].feeds[feed].tiles[tile].failures += 1 }
        shops[shop].feeds[feed].tiles[tile].failingSince = resting.failingSince ?? now.ticks
        return pause
    }
}
