@testable import SyncCore

/// An order or a refund that is to be read in full.
struct QueueEntry {
    enum State {
        case queued
        case notFound
        case refused
    }

    var state = State.queued
    var priority: Int64
    var due: UTCInstant
    var attempts = 0
}

/// A parcel as the database holds it.
struct StoredParcel {
    var status = ParcelStatus.pending
    var shippedAt: UTCInstant?
    var lastEventAt: UTCInstant?
    var nextPoll: UTCInstant?
    var pollCount = 0
    /// The item that the order's rows name, and those that the list of its parcels does.
    var item: String
    var listed: [String] = []
}

extension ModelStore {
    /// Answers older than what a list showed before the list is taken to be wrong.
    private static let staleAttemptMax = 12

    // MARK: Looking

    /// What the database answers about a queue.
    func load(_ stream: StreamID, limit: Int, dueBy: UTCInstant) -> SyncEvent {
        var found: [(priority: Int64, due: UTCInstant, item: WorkItem)] = []
        if stream.kind == .shipments {
            for (key, parcel) in parcels[stream.shop] ?? [:] {
                guard let due = parcel.nextPoll, !waitsForCarriers else { continue }
                found.append((0, due, WorkItem(.parcel(key), parcel: state(key, parcel, stream))))
            }
        } else {
            for (subject, entry) in queue[stream] ?? [:] where entry.state == .queued {
                var item = WorkItem(subject, attempt: entry.attempts)
                item.isHistory = entry.priority >= DetailDemand.historyPriorityMin
                found.append((entry.priority, entry.due, item))
            }
        }
        let due = found.filter { $0.due <= dueBy }.sorted {
            ($0.priority, $0.due.seconds, "\($0.item.subject)")
                < ($1.priority, $1.due.seconds, "\($1.item.subject)")
        }
        let items = due.prefix(limit).map(\.item)
        let isAll = items.count < limit
        let next = found.map(\.due).filter { $0 > dueBy }.min()
        return .workLoaded(stream, Array(items), isAll: isAll, nextDue: isAll ? next : nil)
    }

    /// The platform's carriers are not stored yet: no parcel can be asked about.
    private var waitsForCarriers: Bool { rules.tracesNeedCarrier && carriersAt.isEmpty }

    private func state(
        _ key: ParcelKey, _ parcel: StoredParcel, _ stream: StreamID
    ) -> ParcelState {
        let siblings = (parcels[stream.shop] ?? [:]).keys.count { $0.order == key.order }
        var state = ParcelState(
            status: parcel.status, shippedAt: parcel.shippedAt, lastEventAt: parcel.lastEventAt,
            items: parcel.listed.isEmpty ? [parcel.item] : parcel.listed,
            isSplit: !parcel.listed.isEmpty || siblings > 1)
        if rules.tracesNeedCarrier { state.carrier = "SF" }
        return state
    }

    // MARK: Queueing

    mutating func put(_ row: ModelOrder, _ demand: DetailDemand, _ shop: ShopID) {
        let stream = StreamID(shop: shop, kind: .details)
        put(.order("\(row.id)"), demand.priority, row.modified, stream)
    }

    private mutating func put(
        _ subject: WorkItem.Subject, _ priority: Int64, _ due: UTCInstant, _ stream: StreamID
    ) {
        var entry = QueueEntry(priority: priority, due: min(due, clock))
        if let old = queue[stream]?[subject], old.state == .queued {
            entry.priority = min(old.priority, priority)
        }
        queue[stream, default: [:]][subject] = entry
        queuedAnew.append((stream, subject))
    }

    mutating func store(
        refunds rows: [ModelOrder], _ source: RecordSource, _ asked: Int64, _ stream: StreamID,
        _ clocks: MergeClocks, _ events: inout [SyncEvent]
    ) {
        var isQueued = false
        // One queue for both streams of refunds.
        let stream = StreamID(shop: stream.shop, kind: .refunds)
        for row in rows {
            let hash = row.version * 2 + (source == .list ? 1 : 0)
            let isHollow = source == .list && row.isHollow
            if let old = refunds[stream.shop]?[row.id] {
                let version = RowVersion(
                    modifiedAt: old.modified, askedMilliseconds: old.asked,
                    contentHash: old.hash, doubt: old.isFuture ? .future : .none)
                let stated = RowVersion(
                    stating: row.modified, contentHash: hash, askedMilliseconds: asked, by: clocks)
                if isHollow, stated.isSameVersion(as: version) { continue }
                guard stated.supersedes(version, by: clocks) else { continue }
            }
            refunds[stream.shop, default: [:]][row.id] = Refund(
                modified: row.modified, number: row.version, hash: hash, asked: asked,
                isHollow: isHollow, isFuture: clocks.isFuture(row.modified))
            guard isHollow else { continue }
            put(.refund("\(row.id)"), 0, row.modified, stream)
            isQueued = true
        }
        if isQueued { events.append(.queued(stream)) }
    }

    /// The parcels that an order's row names.
    /// - Returns: whether one of them is new, and to be polled.
    mutating func addParcels(of row: ModelOrder, _ shop: ShopID, _ source: RecordSource) -> Bool {
        guard source == .detail || !row.isHollow else { return false }
        var isNew = false
        for parcel in row.parcels.prefix(row.hidesParcels ? 1 : 2) {
            let key = ParcelKey(order: "\(row.id)", trackingNumber: parcel.number)
            guard parcels[shop]?[key] == nil else { continue }
            var stored = StoredParcel(shippedAt: parcel.shippedAt, item: parcel.item)
            stored.nextPoll = ParcelPlan(intervalSeconds: parcelIntervalSeconds).firstPoll(
                shippedAt: parcel.shippedAt, knownAt: min(row.modified, clock),
                hash: row.id &* 7_919)
            parcels[shop, default: [:]][key] = stored
            isNew = true
        }
        return isNew
    }

    // MARK: Outcomes

    mutating func apply(
        _ change: WorkChange, _ page: ModelPage?, _ now: UTCInstant, _ events: inout [SyncEvent]
    ) {
        let stream = change.stream
        switch page?.content {
        case .orders(let rows, let source):
            var clocks = MergeClocks(platformNow: change.answeredAt)
            clocks.isDirect = true
            let context = Context(
                stream: stream, now: now, asked: page?.asked ?? 0, source: source, freshFrom: nil,
                clocks: clocks)
            if store(rows, context).isParcelQueued {
                events.append(.queued(StreamID(shop: stream.shop, kind: .shipments)))
            }
        case .refunds(let rows, let source):
            store(
                refunds: rows, source, page?.asked ?? 0, stream,
                MergeClocks(platformNow: change.answeredAt), &events)
        case .trace, .parcels, nil: break
        }
        let due: UTCInstant?
        switch change.subject {
        case .order, .refund:
            due = apply(change.outcome, change.subject, stream)
        case .parcel(let key):
            due = apply(change.outcome, page?.content, key, stream.shop, now)
            if case .parcels = page?.content { events.append(.queued(stream)) }
        case .goods:
            fault = "goods in a queue of a seller"
            due = nil
        }
        events.append(.worked(stream, change.subject, due: due))
    }

    private mutating func apply(
        _ outcome: WorkChange.Outcome, _ subject: WorkItem.Subject, _ stream: StreamID
    ) -> UTCInstant? {
        switch outcome {
        case .read(let again):
            if case .order(let id) = subject, let number = UInt64(id),
                orders[stream.shop]?[number]?.version.hasDetails == false
            {
                let attempts = queue[stream]?[subject]?.attempts ?? 0
                guard attempts < Self.staleAttemptMax else {
                    queue[stream]?[subject]?.state = .refused
                    return nil
                }
                let due = again.advanced(bySeconds: 10 << min(8, Int64(attempts)))
                return postpone(subject, stream, until: due, attempts: 1)
            }
            queue[stream]?[subject] = nil
            return nil
        case .again(let at, let error):
            return postpone(subject, stream, until: at, attempts: error.isEmpty ? 0 : 1)
        case .notFound:
            queue[stream]?[subject]?.state = .notFound
            return nil
        case .refused:
            queue[stream]?[subject]?.state = .refused
            return nil
        case .polled, .parcelsListed, .priced, .oneByOne, .gone:
            fault = "\(subject) was finished as a parcel"
            return nil
        }
    }

    private mutating func postpone(
        _ subject: WorkItem.Subject, _ stream: StreamID, until due: UTCInstant, attempts: Int
    ) -> UTCInstant {
        queue[stream]?[subject]?.due = due
        queue[stream]?[subject]?.attempts += attempts
        return due
    }

    private mutating func apply(
        _ outcome: WorkChange.Outcome, _ content: ModelContent?, _ key: ParcelKey,
        _ shop: ShopID, _ now: UTCInstant
    ) -> UTCInstant? {
        guard var parcel = parcels[shop]?[key] else { return nil }
        var next: UTCInstant?
        switch outcome {
        case .polled(let at, _):
            next = at
            if case .trace(let trace) = content {
                parcel.status = trace.status
                parcel.lastEventAt = trace.events.last?.at ?? parcel.lastEventAt
            }
        case .parcelsListed(let at):
            next = at
            guard case .parcels(let rows) = content else { break }
            parcel.listed = add(rows, of: key, shop, now) ?? parcel.listed
        case .again(let at, _): next = at
        case .notFound, .refused: break
        case .read, .priced, .oneByOne, .gone: fault = "\(key) was read, not polled"
        }
        parcel.nextPoll = parcel.nextPoll == nil ? nil : next
        parcel.pollCount += 1
        parcels[shop]?[key] = parcel
        return next
    }

    /// - Returns: the items of the parcel that was asked about.
    private mutating func add(
        _ rows: [ParcelRow], of key: ParcelKey, _ shop: ShopID, _ now: UTCInstant
    ) -> [String]? {
        for row in rows {
            let other = ParcelKey(order: key.order, trackingNumber: row.trackingNumber)
            var parcel = parcels[shop]?[other] ?? StoredParcel(item: row.items.first ?? "")
            if parcels[shop]?[other] == nil {
                parcel.nextPoll = ParcelPlan(intervalSeconds: parcelIntervalSeconds).firstPoll(
                    shippedAt: nil, knownAt: now, hash: 17)
            }
            parcel.listed = row.items
            parcels[shop]?[other] = parcel
        }
        return rows.first { $0.trackingNumber == key.trackingNumber }?.items
    }
}
