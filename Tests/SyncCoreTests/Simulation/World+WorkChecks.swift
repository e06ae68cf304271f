@testable import SyncCore

extension World {
    private func stream(_ shop: Int, _ kind: StreamKind) -> StreamID {
        StreamID(shop: ShopID(Int64(shop)), kind: kind)
    }

    /// What happened in a run: it shows whether the worlds test what they are meant to.
    var workDone: [String: Int] {
        var counts = ["changes found by sweeps": store.missedCount]
        for audits in store.audits.values {
            for audit in audits.values { counts["days \(audit.record.state)", default: 0] += 1 }
        }
        for orders in store.orders.values {
            counts["details", default: 0] += orders.values.count { $0.version.hasDetails }
        }
        for refunds in store.refunds.values { counts["refunds", default: 0] += refunds.count }
        for parcels in store.parcels.values {
            counts["parcels arrived", default: 0] += parcels.values.count { $0.status.isFinal }
            counts["parcels", default: 0] += parcels.count
        }
        for entry in store.queue.values.flatMap(\.values) {
            counts["entries \(entry.state)", default: 0] += 1
        }
        return counts
    }

    // MARK: Progress

    /// Sweeps, queues, audits and requests have nothing left to do of what was before `instant`.
    func isWorkDone(until instant: UTCInstant) -> Bool {
        guard plan.allowsAllWork else { return true }
        return (0..<plan.shopCount).allSatisfy { unfinished($0, instant) == nil }
    }

    /// What a shop has not done yet.
    func unfinished(_ shop: Int, _ instant: UTCInstant) -> String? {
        let id = ShopID(Int64(shop))
        if plan.streams.contains(.sweep) {
            guard let swept = store.cursors[stream(shop, .sweep)], swept > instant else {
                return "sweep"
            }
        }
        if plan.streams.contains(.refunds), !plan.isRefused(.refundsChanged, shop: shop) {
            // A busy shop reads its overlap again once per overlap.
            let overlap = 2 * FeedPolicies.refundOverlapMin + 60
            guard let cursor = store.cursors[stream(shop, .refunds)],
                cursor > instant.advanced(bySeconds: overlap)
            else { return "refunds" }
            if !(store.windows[stream(shop, .refundHistory)] ?? [:]).isEmpty {
                return "history of refunds"
            }
        }
        for kind in [StreamKind.requested, .verify]
        where !(store.windows[stream(shop, kind)] ?? [:]).isEmpty {
            return "\(kind)"
        }
        if let queued = waitingDetail(shop) { return queued }
        let isSkipping =
            plan.poisoned.end > 0
            && machine?.shops[shop].feeds.contains {
                $0.isSkipping && !plan.isRefused($0.method, shop: shop)
            } ?? false
        // What is always doubtful is skipped again and again.
        if isSkipping, !plan.isContradictory { return "skipped seconds" }
        if plan.streams.contains(.shipments), !plan.isRefused(.parcelTrace, shop: shop),
            let parcel = openParcel(shop)
        {
            return "parcel \(parcel)"
        }
        if plan.allowsAudits, let day = unauditedDay(shop) { return "day \(day)" }
        return store.states[id] == .active ? nil : "state"
    }

    private func waitingDetail(_ shop: Int) -> String? {
        for (kind, method) in [
            (StreamKind.details, CallMethod.orderDetail), (.refunds, .refundDetail),
        ]
        where plan.streams.contains(kind) && !plan.isRefused(method, shop: shop) {
            let waiting = (store.queue[stream(shop, kind)] ?? [:]).filter {
                $0.value.state == .queued
            }
            if let first = waiting.first { return "\(kind) \(first)" }
        }
        return nil
    }

    /// A parcel that has arrived, but not in the database.
    private func openParcel(_ shop: Int) -> ParcelKey? {
        let parcels = store.parcels[ShopID(Int64(shop))] ?? [:]
        return parcels.first { key, parcel in
            guard let order = platform.order(key.order, shop: shop),
                let truth = order.parcels.first(where: { $0.number == key.trackingNumber }),
                let last = truth.scans.last, last.status != parcel.status
            else { return false }
            // What can only be asked about by the items of a list that is refused.
            let isHidden =
                order.parcels.count > 1 && order.hidesParcels && plan.rules.listsParcels
                && plan.isRefused(.orderParcels, shop: shop)
            return !isHidden
        }?.key
    }

    private func unauditedDay(_ shop: Int) -> Int64? {
        guard let covered = machine?.shops[shop].windows.createdCoverage else { return nil }
        let today = beijingDay(platform.now(at: time))
        for day in stride(from: today - 1, to: today - 10, by: -1) {
            let window = Audit.window(ofDay: day)
            guard window.start >= covered else { return nil }
            // Looked for each quarter of an hour.
            let closed = window.end.advanced(bySeconds: Audit.closedSeconds)
            guard closed <= platform.now(at: time) else { continue }
            if store.audits[ShopID(Int64(shop))]?[day] == nil { return day }
        }
        return nil
    }

    // MARK: Truth

    /// What was not worked off though nothing blocked it.
    func workFault() -> String? {
        guard plan.allowsAllWork else { return nil }
        for shop in 0..<plan.shopCount {
            let fault =
                detailFault(shop) ?? refundFault(shop) ?? parcelFault(shop)
                ?? auditFault(shop) ?? requestFault(shop)
            if let fault { return "shop \(shop): \(fault)" }
        }
        return stuckFault()
    }

    private func detailFault(_ shop: Int) -> String? {
        guard !plan.isRefused(.orderDetail, shop: shop) else { return nil }
        let id = ShopID(Int64(shop))
        let given = store.queue[stream(shop, .details)] ?? [:]
        for (number, stored) in store.orders[id] ?? [:] {
            let order = platform.shops[shop].orders.all[Int(number)]
            let state = given[.order("\(number)")]?.state
            if let state, state == .notFound, order.detailFrom < .max {
                return "given up as not found: \(order)"
            }
            if state == .refused, plan.faultRate == 0 { return "given up as refused: \(order)" }
            let isSeen = stored.version.listHash == order.version * 2 + 1
            if isSeen, stored.number != order.version, state == nil {
                return "a contradicted detail was not read again: \(order), \(stored)"
            }
            let isDemanded =
                plan.streams.contains(.details) && order.isHollow && !order.isUnlisted
            if isDemanded, !stored.version.hasDetails, state == nil {
                return "a hollow order was not read: \(order), \(stored)"
            }
        }
        return nil
    }

    private func refundFault(_ shop: Int) -> String? {
        guard plan.streams.contains(.refunds), !plan.isRefused(.refundsChanged, shop: shop),
            let begin = store.begins[stream(shop, .refunds)]
        else { return nil }
        // Counted from the start that began history; a crash may lie between.
        let historyBegin = begin.advanced(bySeconds: 7_200 - plan.backfillDays * 86_400)
        let now = platform.now(at: time)
        // What is dated in the future shows when that time has come.
        for refund in platform.shops[shop].refunds.all
        where refund.modified <= now && !isBeyondKnowledge(refund, shop: shop)
            && !isAhead(refund, .refunds, shop: shop)
            && (refund.modified >= begin
                || (plan.backfillDays > 0 && refund.modified > historyBegin))
        {
            guard let stored = store.refunds[ShopID(Int64(shop))]?[refund.id] else {
                return "a refund is missing: \(refund)"
            }
            if stored.number != refund.version { return "stored of \(refund) is \(stored)" }
            let state = store.queue[stream(shop, .refunds)]?[.refund("\(refund.id)")]?.state
            if stored.isHollow, state == nil { return "a hollow refund was not read: \(refund)" }
        }
        return nil
    }

    private func parcelFault(_ shop: Int) -> String? {
        guard plan.streams.contains(.shipments), !plan.isRefused(.parcelTrace, shop: shop) else {
            return nil
        }
        if let key = openParcel(shop) { return "a parcel has arrived unseen: \(key)" }
        for (key, parcel) in store.parcels[ShopID(Int64(shop))] ?? [:] {
            if parcel.status.isFinal, parcel.nextPoll != nil { return "polled for ever: \(key)" }
            if parcel.pollCount > 400 { return "polled too often: \(key) \(parcel)" }
        }
        return nil
    }

    private func auditFault(_ shop: Int) -> String? {
        let id = ShopID(Int64(shop))
        for (day, audit) in store.audits[id] ?? [:] where !plan.endIsExclusive {
            let window = Audit.window(ofDay: day)
            let orders = platform.shops[shop].orders.all.filter { window.contains($0.created) }
            let seen = orders.filter { $0.visibleAt + 20_000 < audit.at }
            if audit.record.state != .short,
                let missing = seen.first(where: { store.orders[id]?[$0.id] == nil })
            {
                return "day \(day) was audited as \(audit), but \(missing) is missing"
            }
            let changed = orders.contains { $0.visibleAt + 3_600_000 >= audit.at }
            switch audit.record.state {
            case .equal, .repaired: break
            case .short: if !changed { return "day \(day) is short: \(audit)" }
            case .excess: return "day \(day) is in excess: \(audit)"
            }
        }
        return nil
    }

    private func requestFault(_ shop: Int) -> String? {
        for request in plan.requests where request.shop == shop {
            let isGivenUp = plan.requests.contains { other in
                other.shop == shop && other.at > request.at && other.kind == .verify
            }
            if request.kind == .verify, isGivenUp { continue }
            let now = platform.now(at: request.at)
            let window = TimeWindow(
                start: now.advanced(bySeconds: -4 * 86_400), end: now.advanced(bySeconds: -86_400))
            for order in platform.shops[shop].orders.all
            where window.contains(order.created) && order.visibleAt <= request.at
                && !plan.isMalformed(order)
            {
                if store.orders[ShopID(Int64(shop))]?[order.id] == nil {
                    return "asked for at \(request.at), and not read: \(order)"
                }
            }
        }
        return nil
    }

    /// No entry is due and forgotten.
    private func stuckFault() -> String? {
        guard let machine else { return nil }
        let late = platform.now(at: time).advanced(bySeconds: -300)
        for shop in machine.shops {
            for queue in shop.queues {
                guard
                    case .workLoaded(_, let items, _, _) = store.load(
                        queue.id, limit: 1_000, dueBy: late)
                else { continue }
                let held = Set(queue.held.map(\.item.subject))
                let isWaiting = queue.isLoading || queue.held.count >= WorkQueue.readyMin
                if let stuck = items.first(where: { !held.contains($0.subject) }), !isWaiting {
                    return "\(queue.id): due and forgotten: \(stuck), \(queue)"
                }
            }
        }
        return nil
    }
}

extension Feed {
    /// Seconds are to be read again that were skipped, or a task is reading them.
    fileprivate var isSkipping: Bool {
        !skipped.isEmpty || overlapPending != nil
            || tasks.contains {
                let reader = $0.reader
                let overlap = reader.window.start.seconds(since: reader.readStart)
                return $0.state != .done && !$0.isQuarantined && $0.readsOverlap
                    && overlap > 2 * policy.overlap
            }
    }
}
