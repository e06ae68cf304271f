extension SyncMachine {
    /// A call that could be made now.
    struct Candidate: Equatable, Sendable {
        enum Worth: Equatable, Sendable {
            case fixed(Double)
            /// The longer a feed waits for a call, the more it is worth; of two that wait as long,
            /// the one with more changes. A weight between 1 and 4 on the square of the wait means
            /// that no feed waits more than twice as long as another, however busy that one is.
            /// The wait counts from the feed's last call, not from its cursor: a shop that is days
            /// behind, or that has a gap, must not take all calls of the others.
            case waiting(since: Ticks, changeRate: Double)

            static let busyChangeRate = 0.5

            func score(_ now: Ticks) -> Double {
                switch self {
                case .fixed(let score): return score
                case .waiting(let since, let changeRate):
                    let wait = Double(max(1, now.milliseconds(since: since)))
                    return (1 + 3 * min(1, changeRate / Self.busyChangeRate)) * wait * wait
                }
            }
        }

        var callClass: CallClass
        var method: CallMethod
        var kind: Call.Kind
        var stream: StreamID
        var purpose: Purpose
        /// Of the tile in its feed, or of the entry in its queue.
        var index = 0
        var worth: Worth
        /// It waits for history itself, and leaves the calls of the day's second half alone.
        var isHistoryDetail = false
    }

    /// What a shop could call, worked out when something happened to it and not at every event of
    /// the others: a thousand shops wait for each call of one of them.
    struct Agenda: Equatable, Sendable {
        /// Nothing happened to the shop since.
        var isCurrent = false
        var candidates: [Candidate] = []
        /// When it changes by itself.
        var until: Ticks?
    }

    /// Lets the app's shops plan what can be read now, as far as anything changed for them.
    mutating func plan(_ app: Int, now: Now, _ actions: inout [SyncAction]) {
        for shop in apps[app].shops { look(shop, app, now: now, &actions) }
    }

    /// Brings a shop's agenda up to date.
    mutating func look(
        _ shop: Int, _ app: Int, now: Now, _ actions: inout [SyncAction]
    ) {
        let isDue = shops[shop].agenda.until.map { $0 <= now.ticks } ?? false
        if isDue || !shops[shop].agenda.isCurrent {
            let others = wakeup
            wakeup = nil
            plan(shop, app, now: now, &actions)
            let found = candidates(shop, app, now: now)
            shops[shop].agenda = Agenda(isCurrent: true, candidates: found, until: wakeup)
            wakeup = others
        }
        if let until = shops[shop].agenda.until { wake(at: until) }
    }

    private mutating func plan(
        _ shop: Int, _ app: Int, now: Now, _ actions: inout [SyncAction]
    ) {
        let platformNow = apps[app].platformNow(now)
        if !shops[shop].hasBegun {
            for change in shops[shop].begin(now: now, platformNow: platformNow) {
                commit(nil, change, &actions)
            }
        }
        planAhead(shop, now: now, &actions)
        let sweepLimit = shops[shop].sweepLimit
        for feed in shops[shop].feeds.indices {
            leaveBehind(shop, feed, platformNow: platformNow, now: now, &actions)
            let interval = pollInterval(app, shops[shop].feeds[feed], platformNow)
            let isSweep = shops[shop].feeds[feed].id.kind.isSweep
            let change = shops[shop].feeds[feed].plan(
                now: now.ticks, platformNow: platformNow, interval: interval,
                limit: isSweep ? sweepLimit : nil)
            if let change { commit(nil, change, &actions) }
            let nextPlan = shops[shop].feeds[feed].nextPlan
            if shops[shop].feeds[feed].direction == .forward, nextPlan > now.ticks {
                wake(at: nextPlan)
            }
        }
        planWork(shop, platformNow: platformNow, now: now, &actions)
    }

    private mutating func planAhead(_ shop: Int, now: Now, _ actions: inout [SyncAction]) {
        if let change = shops[shop].leaveAhead() { commit(nil, change, &actions) }
        guard let again = shops[shop].aheadAgain else { return }
        guard again.due <= now.ticks else { return wake(at: again.due) }
        guard shops[shop].feedIndex(.ahead) == nil else { return }
        let change = shops[shop].readAhead(
            from: again.window.start, to: again.window.end, now: now)
        commit(nil, change, &actions)
    }

    private mutating func leaveBehind(
        _ shop: Int, _ feed: Int, platformNow: UTCInstant, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let left = shops[shop].feeds[feed].leaveBehind(platformNow: platformNow, now: now.ticks)
        guard let left, let start = left.cursorBefore, let end = left.cursor else { return }
        commit(nil, left, &actions)
        let window = TimeWindow(start: start, end: end)
        actions.append(.note(.outOfReach(left.stream, window)))
    }

    /// The shops of an app have to be looked at again: its clock was set.
    mutating func dropAgendas(_ app: Int) {
        for shop in apps[app].shops { shops[shop].agenda.isCurrent = false }
    }

    mutating func commit(
        _ call: CallID?, _ change: LedgerChange, _ actions: inout [SyncAction]
    ) {
        uncommitted += 1
        actions.append(.commit(call, change))
    }

    /// Milliseconds between polls. The first half of a day's calls is spent at the pace that is
    /// configured; the second half is spread over what is left of the day, so that no shop goes
    /// blind before midnight.
    private func pollInterval(_ app: Int, _ feed: Feed, _ platformNow: UTCInstant) -> Int64 {
        let limiter = apps[app].limiter
        let left = limiter.policy.callsPerDay - limiter.calls(on: beijingDay(platformNow))
        guard feed.callClass == .live, left < limiter.policy.callsPerDay / 2 else {
            return feed.policy.pollMilliseconds
        }
        let liveShops = apps[app].shops.count { shops[$0].trouble == nil }
        // A quarter is kept for everything but live polls.
        let polls = max(1, left * 3 / 4)
        let rest = secondsToNextDay(platformNow) * 1_000
        let paced = rest * Int64(liveShops) / Int64(polls)
        // The new day's calls are for its own pace.
        return max(feed.policy.pollMilliseconds, min(paced, rest))
    }

    /// The call to make next: by class, then within the class by what it is worth.
    /// - Returns: the call, and the classes that have work, its own among them.
    mutating func candidate(_ app: Int, now: Now) -> (Candidate, ready: [CallClass])? {
        let platformNow = apps[app].platformNow(now)
        let historyMayCall = historyMayCall(app, platformNow)
        var best = [Choice?](repeating: nil, count: CallClass.allCases.count)
        for shop in shopsInTurn(app) {
            for index in shops[shop].agenda.candidates.indices {
                let (callClass, score) = (
                    shops[shop].agenda.candidates[index].callClass.rawValue,
                    shops[shop].agenda.candidates[index].worth.score(now.ticks)
                )
                if let rival = best[callClass], rival.score >= score { continue }
                let method = shops[shop].agenda.candidates[index].method
                // An app in trouble is tried with what says whether it still is.
                if apps[app].trouble != nil, !method.isProbe { continue }
                if shops[shop].agenda.candidates[index].isHistoryDetail, !historyMayCall {
                    continue
                }
                if let rest = restEnd(method, app, shop), now.ticks < rest {
                    wake(at: rest)
                    continue
                }
                if method == .refundsChanged, let again = shops[shop].refundsAgainAt,
                    now.ticks < again
                {
                    wake(at: again)
                    continue
                }
                if isBeingTried(method, app, shop) { continue }
                best[callClass] = Choice(shop: shop, index: index, score: score)
            }
        }
        let budget = dayBudget(app, now: now)
        for callClass in CallClass.allCases
        where best[callClass.rawValue] != nil && !budget.allows(callClass) {
            best[callClass.rawValue] = nil
            wake(at: now.ticks.advanced(byMilliseconds: Self.budgetRestMilliseconds))
        }
        let ready = CallClass.allCases.filter { best[$0.rawValue] != nil }
        guard let chosen = apps[app].fair.choose(ready), let choice = best[chosen.rawValue] else {
            return nil
        }
        return (shops[choice.shop].agenda.candidates[choice.index], ready)
    }

    /// The shops that may call. An app in trouble is tried with one after another: perhaps it is
    /// one shop alone that the platform refuses.
    private func shopsInTurn(_ app: Int) -> [Int] {
        guard let trouble = apps[app].trouble else { return apps[app].shops }
        let ready = apps[app].shops.filter { shop in
            shops[shop].agenda.candidates.contains(where: \.method.isProbe)
        }
        return ready.isEmpty ? [] : [ready[trouble.attempt % ready.count]]
    }

    private struct Choice {
        var shop: Int
        var index: Int
        var score: Double
    }

    /// When a shop may use a method again: its app may be banned from it, or it was refused.
    private func restEnd(_ method: CallMethod, _ app: Int, _ shop: Int) -> Ticks? {
        let ends = [apps[app].limiter.banEnd(for: method), shops[shop].refusals[method]?.probeAt]
        return ends.compactMap { $0 }.max()
    }

    /// A method that was refused, or banned for long, is tried with one call.
    private func isBeingTried(_ method: CallMethod, _ app: Int, _ shop: Int) -> Bool {
        let isAppRefused =
            apps[app].refusals[method] != nil || apps[app].probedBans.contains(.method(method))
        guard isAppRefused || shops[shop].refusals[method] != nil else { return false }
        return inFlight.values.contains { other in
            other.app == app && other.call.method == method
                && (isAppRefused || other.call.shop == shops[shop].id)
        }
    }

    func mayCall(_ method: CallMethod, _ app: Int, _ shop: Int, now: Now) -> Bool {
        restEnd(method, app, shop).map { $0 <= now.ticks } ?? true
    }

    /// How long a class whose share of the day is used up waits before it asks again.
    static let budgetRestMilliseconds: Int64 = 20_000

    private func dayBudget(_ app: Int, now: Now) -> DayBudget {
        let platformNow = apps[app].platformNow(now)
        let limiter = apps[app].limiter
        let perDay = limiter.policy.callsPerDay
        var inUse = apps[app].classesInUse
        // What a command asked for has a share of its own only while it is read.
        if !inUse.contains(.backfill), apps[app].shops.contains(where: { shops[$0].hasRequests }) {
            inUse.append(.backfill)
        }
        let day = beijingDay(platformNow)
        return DayBudget(
            callsPerDay: perDay, callsLeft: perDay - limiter.calls(on: day),
            secondsLeft: secondsToNextDay(platformNow), inUse: inUse,
            used: apps[app].callsByClass(on: day))
    }

    private mutating func candidates(_ shop: Int, _ app: Int, now: Now) -> [Candidate] {
        if let trouble = shops[shop].trouble {
            guard shops[shop].inFlight == 0 else { return [] }
            guard !trouble.waitsForSession else { return [] }
            guard now.ticks >= trouble.probeAt else {
                wake(at: trouble.probeAt)
                return []
            }
        }
        var found: [Candidate] = []
        if let candidate = sellerCandidate(shop, now: now) { found.append(candidate) }
        if shops[shop].seller.blocksRows { return found }
        for feed in shops[shop].feeds {
            guard let tile = readyTile(in: feed, now: now.ticks) else { continue }
            // After all history of orders, and before the details of that.
            let worth: Candidate.Worth =
                feed.id.kind == .refundHistory
                ? .fixed(0.001) : .waiting(since: feed.lastCalled, changeRate: feed.changeRate)
            found.append(
                Candidate(
                    callClass: feed.callClass, method: feed.method,
                    kind: .list(feed.tiles[tile].reader.nextRequest), stream: feed.id,
                    purpose: .tile(shop: shop, feed.id.kind), index: tile, worth: worth))
        }
        for queue in shops[shop].queues {
            found += queue.readyIndices.compactMap { workCandidate(queue, $0, shop) }
        }
        if let candidate = auditCandidate(shop, now: now) { found.append(candidate) }
        // A shop in trouble is tried with what says whether it still is.
        return shops[shop].trouble == nil ? found : found.filter(\.method.isEssential)
    }

    /// The first tile to go on with: the oldest of a live feed, the newest of history.
    private mutating func readyTile(in feed: Feed, now: Ticks) -> Int? {
        var found: Int?
        for index in feed.tiles.indices {
            switch feed.tiles[index].state {
            case .calling, .done:
                continue
            case .waiting(let until):
                guard now >= until else {
                    wake(at: until)
                    continue
                }
            case .ready:
                break
            }
            switch feed.direction {
            case .forward: return index
            case .backward: found = index
            }
        }
        return found
    }
}
