extension SyncMachine {
    /// A call that could be made now.
    struct Candidate {
        var callClass: CallClass
        var method: CallMethod
        var place: Place
        var tile: Int
        /// Classes that have work, this one among them.
        var ready: [CallClass]
    }

    /// Lets every feed of the app's shops plan what can be read now.
    mutating func plan(_ app: Int, now: Now, _ actions: inout [SyncAction]) {
        let platformNow = apps[app].platformNow(now)
        for shop in shops.indices where shops[shop].app == app {
            if shops[shop].feeds.isEmpty {
                for change in shops[shop].begin(now: now, platformNow: platformNow) {
                    commit(nil, change, &actions)
                }
            }
            for feed in shops[shop].feeds.indices {
                let interval = pollInterval(app, shops[shop].feeds[feed], platformNow)
                let change = shops[shop].feeds[feed].plan(
                    now: now.ticks, platformNow: platformNow, interval: interval)
                if let change { commit(nil, change, &actions) }
                let nextPlan = shops[shop].feeds[feed].nextPlan
                if shops[shop].feeds[feed].direction == .forward, nextPlan > now.ticks {
                    wake(at: nextPlan)
                }
            }
        }
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
        guard left < limiter.policy.callsPerDay / 2 else { return feed.policy.pollMilliseconds }
        let liveShops = shops.count { $0.app == app && $0.trouble == nil }
        // A quarter is kept for everything but live polls.
        let polls = max(1, left * 3 / 4)
        let rest = secondsToNextDay(platformNow) * 1_000
        let paced = rest * Int64(liveShops) / Int64(polls)
        // The new day's calls are for its own pace.
        return max(feed.policy.pollMilliseconds, min(paced, rest))
    }

    /// The tile to read next: by class, then within the class by what it is worth.
    mutating func candidate(_ app: Int, now: Now) -> Candidate? {
        var best: [CallClass: (score: Double, candidate: Candidate)] = [:]
        for shop in shops.indices where shops[shop].app == app {
            if let trouble = shops[shop].trouble {
                guard shops[shop].inFlight == 0 else { continue }
                guard now.ticks >= trouble.probeAt else {
                    wake(at: trouble.probeAt)
                    continue
                }
            }
            for feed in shops[shop].feeds.indices {
                let current = shops[shop].feeds[feed]
                guard let tile = readyTile(in: current, now: now.ticks) else { continue }
                if apps[app].limiter.isBanned(current.method, now: now.ticks) {
                    wake(at: now.ticks.advanced(byMilliseconds: 500))
                    continue
                }
                let score = worth(current, app, now)
                if let rival = best[current.callClass], rival.score >= score { continue }
                let start = current.tiles[tile].reader.window.start
                let place = Place(shop: shop, feed: feed, tileStart: start)
                best[current.callClass] = (
                    score,
                    Candidate(
                        callClass: current.callClass, method: current.method, place: place,
                        tile: tile, ready: [])
                )
            }
        }
        let ready = CallClass.allCases.filter { best[$0] != nil }
        guard let chosen = apps[app].fair.choose(ready) else { return nil }
        var candidate = best[chosen]?.candidate
        candidate?.ready = ready
        return candidate
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

    /// Staleness removed per call: of two shops the one with more changes waiting is worth more,
    /// and the square of the age lets no quiet shop be forgotten.
    private func worth(_ feed: Feed, _ app: Int, _ now: Now) -> Double {
        let age = Double(max(1, abs(apps[app].platformNow(now).seconds(since: feed.cursor))))
        return (feed.changeRate + 0.01) * age * age
    }
}
