@testable import SyncCore

extension World {
    /// Seconds by which a row that shows late may be missed behind the cursor: a busy shop reads
    /// its overlap again once per overlap.
    private var lagAllowed: Int64 {
        let isLate = plan.indexLagMax > 0 || plan.lagTailRate > 0
        return isLate ? max(plan.overlap, plan.overlapMax) * 2 + 2 : 0
    }

    /// Seconds where the platform fails or contradicts itself are skipped when they are read again:
    /// sweeps find what becomes visible late there.
    private func isBlocked(_ order: ModelOrder) -> Bool {
        order.lag > 0 && (plan.poisoned.end > 0 || plan.isContradictory)
    }

    /// Whether the platform shows a row of it that can be read.
    private func isReadable(_ order: ModelOrder) -> Bool {
        !order.isUnlisted && !plan.isMalformed(order)
    }

    /// No change before a cursor is missing in the store or older there.
    func cursorFault() -> String? {
        // Where the platform's clock is set, times before a cursor come up again.
        guard plan.platformSteps.isEmpty else { return nil }
        for index in 0..<plan.shopCount {
            let shop = ShopID(Int64(index))
            let live = StreamID(shop: shop, kind: .orders)
            guard let begin = store.begins[live], let cursor = store.cursors[live] else { continue }
            let end = cursor.advanced(bySeconds: -lagAllowed)
            let stored = store.orders[shop] ?? [:]
            let sweep = StreamID(shop: shop, kind: .sweep)
            let (swept, sweepBegin) = (store.cursors[sweep] ?? begin, store.begins[sweep] ?? begin)
            for order in platform.shops[index].orders.all
            where begin <= order.modified && isReadable(order) {
                let isDue =
                    order.lag <= plan.indexLagMax * 1_000 && order.modified < end
                    && !isBlocked(order)
                let isSwept = order.modified < swept && order.modified >= sweepBegin
                guard isDue || isSwept, isOlder(stored[order.id], than: order)
                else { continue }
                return "shop \(index): cursor at \(cursor), but stored of \(order) is "
                    + "\(String(describing: stored[order.id]))"
            }
            if let fault = historyFault(index) { return fault }
        }
        return nil
    }

    /// Nothing is missing of what a cursor of history has passed.
    private func historyFault(_ index: Int) -> String? {
        let shop = ShopID(Int64(index))
        let passed = { (kind: StreamKind, at: UTCInstant) in
            let stream = StreamID(shop: shop, kind: kind)
            guard let begin = store.begins[stream], let reached = store.cursors[stream] else {
                return false
            }
            return reached <= at && at < begin
        }
        for order in platform.shops[index].orders.all where passed(.backfill, order.created) {
            guard order.visibleAt == 0, !plan.isMalformed(order),
                store.orders[shop]?[order.id] == nil
            else { continue }
            return "shop \(index): history has passed \(order), which is missing"
        }
        for refund in platform.shops[index].refunds.all
        where passed(.refundHistory, refund.modified) {
            guard refund.visibleAt == 0, store.refunds[shop]?[refund.id] == nil else { continue }
            return "shop \(index): history has passed refund \(refund), which is missing"
        }
        return nil
    }

    /// Stored at an older version than the platform's. A contradicted detail is to be read again.
    private func isOlder(_ stored: ModelStore.Order?, than order: ModelOrder) -> Bool {
        guard let stored else { return true }
        let isSeen = stored.version.listHash == order.version * 2 + 1
        return stored.number != order.version && !(isSeen && !stored.version.hasDetails)
    }

    /// What nothing in the lists can show, because of a platform's clock that was wrong.
    func isBeyondKnowledge(_ order: ModelOrder, shop: Int) -> Bool {
        guard !plan.platformSteps.isEmpty else { return false }
        if plan.isHiddenByJump(order) || plan.isHiddenByWall(order) { return true }
        let period = plan.clockPeriod(at: order.changedAt)
        let offset = plan.platformSteps.prefix(period).last?.offset ?? 0
        // Visible late, after an older version from the wrong clock's future has become past.
        if plan.platformSteps.contains(where: { $0.offset > 0 }),
            order.lag > plan.indexLagMax * 1_000
        {
            return true
        }
        // No one has read while the clock was wrong.
        let answers = store.answersAt[ShopID(Int64(shop))] ?? []
        return offset != 0 && !answers.contains { plan.clockPeriod(at: $0) == period }
    }

    /// What a live stream has not come to yet: it shows when that time has come.
    func isAhead(_ order: ModelOrder, _ kind: StreamKind, shop: Int) -> Bool {
        let cursor = store.cursors[StreamID(shop: ShopID(Int64(shop)), kind: kind)]
        guard order.modified > platform.now(at: plan.lifeEnd) else { return false }
        return cursor.map { order.modified >= $0.advanced(bySeconds: -lagAllowed - 62) } ?? true
    }

    /// The store holds the platform's truth, order by order.
    func truthFault() -> String? {
        for index in 0..<plan.shopCount {
            let shop = ShopID(Int64(index))
            guard let begin = store.begins[StreamID(shop: shop, kind: .orders)] else {
                return "shop \(index) never began"
            }
            let historyEnd = store.begins[StreamID(shop: shop, kind: .backfill)] ?? begin
            let historyBegin = historyEnd.advanced(bySeconds: -plan.backfillDays * 86_400)
            let stored = store.orders[shop] ?? [:]
            for order in platform.shops[index].orders.all where isReadable(order) {
                // A process that never saw the wrong clock cannot know of times in the future.
                if isBeyondKnowledge(order, shop: index) { continue }
                let isFuture = isAhead(order, .orders, shop: index)
                // Where calls are scarce, what is dated in the future waits for a turn, too.
                let isSure =
                    plan.crashes.isEmpty && plan.faultRate == 0 && plan.allowsAllWork
                if isFuture, !isSure || order.lag > plan.indexLagMax * 1_000 { continue }
                let isWanted =
                    order.modified >= begin
                    || (plan.backfillDays > 0 && order.created > historyBegin)
                // Where calls are scarce, what lists show late waits for a sweep's turn.
                let sweepBegin = store.begins[StreamID(shop: shop, kind: .sweep)] ?? begin
                let isSwept =
                    plan.allowsAllWork && order.modified >= sweepBegin
                    && (plan.streams.contains(.sweep) || !isBlocked(order))
                let isDue =
                    isSwept || (order.lag <= plan.indexLagMax * 1_000 && !isBlocked(order))
                if isWanted, isDue, isOlder(stored[order.id], than: order) {
                    return "shop \(index): stored of \(order) is "
                        + "\(String(describing: stored[order.id]))"
                }
            }
            if let state = store.states[shop], state != .active { return "shop \(index): \(state)" }
            let left = store.windows[StreamID(shop: shop, kind: .backfill)] ?? [:]
            if !left.isEmpty { return "shop \(index): ledger rows of history are left: \(left)" }
        }
        return workFault() ?? audit.rateFault()
    }

    /// All that happened until `instant` is stored, late rows included, and history is loaded.
    func hasStored(until instant: UTCInstant) -> Bool {
        guard let machine else { return false }
        // History of refunds may always be refused.
        let isCaughtUp = machine.shops.allSatisfy { shop in
            shop.hasBegun && shop.feeds.allSatisfy { $0.id.kind != .backfill || $0.isFinished }
        }
        let target = instant.advanced(bySeconds: plan.overlap + plan.indexLagMax + lagAllowed + 2)
        let latest = platform.now(at: time).advanced(bySeconds: 2)
        return isCaughtUp && isWorkDone(until: instant)
            && (0..<plan.shopCount).allSatisfy { index in
                let live = StreamID(shop: ShopID(Int64(index)), kind: .orders)
                let history = StreamID(shop: ShopID(Int64(index)), kind: .backfill)
                let cursor = store.cursors[live] ?? UTCInstant(seconds: 0)
                return cursor > target && cursor < latest
                    && (store.windows[history] ?? [:]).isEmpty
            }
    }

    /// For the message of a world that does not converge: what every feed waits for.
    var outlook: String {
        guard let machine else { return "no process" }
        let apps = machine.apps.map { app in
            "\(app.id): \(app.quota), \(app.standing)"
        }
        let feeds = machine.shops.flatMap(\.feeds).map { feed in
            let tasks = feed.tasks.map { "\($0.reader.window) \($0.state) \($0.reader.span)" }
            return "\(feed.id.shop) cursor \(feed.cursor), next \(feed.nextPlan), \(tasks)"
        }
        let wakeup = String(describing: machine.nextWakeup())
        return "now \(now.ticks), platform \(platform.now(at: time)), wakeup \(wakeup), "
            + (apps + feeds).joined(separator: "; ")
    }

    /// The machine's own invariants, from the inside.
    func machineFault() -> String? {
        guard let machine else { return nil }
        var calls: Set<CallID> = []
        for shop in machine.shops {
            // What commands ask for may overlap.
            for feed in shop.feeds where feed.hasCursor {
                var end = feed.direction == .forward ? feed.cursor : feed.remaining.end
                for task in feed.tasks {
                    let window = task.reader.window
                    // Tasks of history end in any order; what is behind a gap is stored.
                    let touches =
                        feed.direction == .forward ? window.start == end : window.start >= end
                    if !touches { return "\(feed.id): tasks do not touch at \(end)" }
                    if window.isEmpty { return "\(feed.id): an empty task at \(end)" }
                    end = window.end
                    guard case .calling(let call) = task.state else { continue }
                    guard let asked = shop.call(inFlight: call)?.kind else {
                        return "\(feed.id): waits for no call"
                    }
                    if !calls.insert(call).inserted { return "\(feed.id): two tasks, one call" }
                    // The answer would be taken for one to another question.
                    if asked != .list(task.reader.nextRequest) {
                        return "\(feed.id): asks \(asked), and reads \(task.reader.nextRequest)"
                    }
                }
                let isBackward = feed.direction == .backward
                if isBackward, !feed.tasks.isEmpty, feed.cursor != end {
                    return "\(feed.id): the cursor is not the end of what is open"
                }
            }
        }
        for (shop, queue) in machine.shops.flatMap({ shop in shop.queues.map { (shop, $0) } }) {
            if queue.held.count > WorkQueue.heldMax { return "\(queue.id): too many entries held" }
            for case .calling(let call) in queue.held.map(\.state) {
                if shop.call(inFlight: call) == nil { return "\(queue.id): waits for no call" }
                if !calls.insert(call).inserted { return "\(queue.id): one call for two" }
            }
        }
        for app in machine.apps where app.inFlight > machine.configuration.callsInFlightMax {
            return "\(app.id): too many calls in flight"
        }
        return nil
    }
}
