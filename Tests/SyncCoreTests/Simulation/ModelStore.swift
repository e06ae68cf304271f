@testable import SyncCore

/// What an answer that succeeded holds for the model's store.
enum ModelContent {
    case orders([ModelOrder], source: RecordSource)
    case refunds([ModelOrder], source: RecordSource)
    case trace(ParcelTrace)
    case parcels([ParcelRow])
}

/// An answer's content, and when it was asked for in virtual milliseconds.
struct ModelPage {
    var content: ModelContent
    var asked: Int64
}

/// The database as the core sees it: it survives crashes, and stores what it is asked to in
/// order, several changes in one transaction.
struct ModelStore {
    /// One thing to store.
    enum Item {
        case change(LedgerChange, ModelPage?)
        case finish(WorkChange, ModelPage?)
        case count(ShopID, TimeWindow)
        case audited(ShopID, AuditRecord)
        case lag(ShopID, IndexLag)
        case setBack(ShopID, to: UTCInstant)
        case reserve(AppID, Reservation)
        case carriers(AppID)
        case shopState(ShopID, ShopState)
        case ban(AppID, RateLimiter.BanScope, until: UTCInstant, reported: Int64)
    }

    /// An order as it is stored, and the number of the version that its content is of.
    struct Order {
        var version: StoredVersion
        var number: UInt64
        var created: UTCInstant
    }

    struct Refund {
        var modified: UTCInstant
        var number: UInt64
        var hash: UInt64
        var asked: Int64
        var isHollow: Bool
        var isFuture = false
    }

    var details = DetailPolicy.never
    var rules = ReadingRules.seeking
    /// When the carriers were stored, by the process's wall clock.
    var carriersAt: [AppID: UTCInstant] = [:]
    var parcelIntervalSeconds: Int64 = 3_600
    /// Least seconds that a change is invisible for before a sweep may call it missed.
    var missedLagMin: Int64 = 0
    var orders: [ShopID: [UInt64: Order]] = [:]
    var refunds: [ShopID: [UInt64: Refund]] = [:]
    var queue: [StreamID: [WorkItem.Subject: QueueEntry]] = [:]
    var parcels: [ShopID: [ParcelKey: StoredParcel]] = [:]
    private(set) var cursors: [StreamID: UTCInstant] = [:]
    /// Where each live stream began: changes from then on must not be missed.
    private(set) var begins: [StreamID: UTCInstant] = [:]
    private(set) var windows: [StreamID: [UTCInstant: WindowRecord]] = [:]
    private(set) var usage: [AppID: [Int64: Int]] = [:]
    private(set) var states: [ShopID: ShopState] = [:]
    private(set) var bans: [(app: AppID, scope: RateLimiter.BanScope, until: UTCInstant)] = []
    private(set) var lags: [ShopID: IndexLag] = [:]
    private(set) var audits: [ShopID: [Int64: (record: AuditRecord, at: Int64)]] = [:]
    /// Changes that only sweeps have found.
    private(set) var missedCount = 0
    /// The platform's time of the transaction under way.
    private(set) var clock = UTCInstant(seconds: 0)
    /// What the transaction under way has put into the queues.
    var queuedAnew: [(StreamID, WorkItem.Subject)] = []
    /// Virtual time when each cursor was stored or confirmed.
    private(set) var storedAt: [StreamID: Int64] = [:]
    /// Virtual times of answers by shop, when the process knew the platform's time.
    private(set) var answersAt: [ShopID: [Int64]] = [:]
    private var time: Int64 = 0
    /// The platform's clock is set meanwhile: cursors may go back.
    var clockIsSet = false
    /// Changes that live reads cannot find.
    var isHidden: (ModelOrder) -> Bool = { _ in false }
    /// What broke a rule of the ledger; nil while all is well.
    var fault: String?

    /// Applies one transaction at the platform's `now`, virtual time `time`.
    /// - Returns: what the machine learns in addition, when its changes are stored.
    mutating func apply(
        _ items: some Sequence<Item>, now: UTCInstant, time: Int64
    ) -> [SyncEvent] {
        var events: [SyncEvent] = []
        queuedAnew = []
        (clock, self.time) = (now, time)
        for item in items {
            switch item {
            case .change(let change, let page): apply(change, page, now, &events)
            case .finish(let change, let page): apply(change, page, now, &events)
            case .count(let shop, let window):
                let stored = (orders[shop] ?? [:]).values.count { window.contains($0.created) }
                events.append(.counted(shop, stored: stored))
            case .audited(let shop, let record):
                audits[shop, default: [:]][record.day] = (record, time)
            case .lag(let shop, let lag): lags[shop] = lag
            case .setBack(let shop, let to):
                setBack(shop, to: to)
                for kind in [StreamKind.details, .refunds, .shipments] {
                    events.append(.queued(StreamID(shop: shop, kind: kind)))
                }
            case .reserve(let app, let wanted):
                let granted = wanted.granted(found: usage[app]?[wanted.day] ?? 0)
                usage[app, default: [:]][wanted.day] = granted.total
                events.append(
                    .reserved(
                        app, total: granted.total, others: granted.others, day: wanted.day))
            case .carriers: break  // Booked by the world, which knows the process's clock.
            case .shopState(let shop, let state): states[shop] = state
            case .ban(let app, let scope, let until, _): bans.append((app, scope, until))
            }
        }
        return events
    }

    /// A command beside the daemon reserves its calls, as many as the day has left.
    mutating func book(_ calls: Int, _ app: AppID, day: Int64, callsPerDay: Int) -> Int {
        let held = usage[app]?[day] ?? 0
        let booked = max(0, min(calls, callsPerDay - held))
        usage[app, default: [:]][day] = held + booked
        return booked
    }

    /// What a new process learns of a shop.
    func restored(
        _ shop: ShopID, start: Int64, wall: (Int64) -> UTCInstant
    ) -> MachineConfiguration.Restored {
        var restored = MachineConfiguration.Restored()
        for kind in StreamKind.allCases {
            let stream = StreamID(shop: shop, kind: kind)
            restored.cursors[kind] = cursors[stream]
            restored.storedAt[kind] = storedAt[stream].map(wall)
            restored.windows[kind] = windows[stream].map { Array($0.values) }
        }
        restored.lag = lags[shop]
        restored.audits = (audits[shop] ?? [:]).mapValues { audit in
            UTCInstant(seconds: (start + audit.at) / 1_000)
        }
        return restored
    }

    /// A command asks for a window. A verification that was under way is given up.
    mutating func request(_ stream: StreamID, _ record: WindowRecord) {
        if stream.kind == .verify { windows[stream] = [:] }
        windows[stream, default: [:]][record.window.start] = record
    }

    // MARK: Changes of the ledger

    private mutating func apply(
        _ change: LedgerChange, _ page: ModelPage?, _ now: UTCInstant, _ events: inout [SyncEvent]
    ) {
        let stream = change.stream
        switch page?.content {
        case .orders(let rows, let source):
            let context = Context(
                stream: stream, now: now, asked: page?.asked ?? 0, source: source,
                freshFrom: change.freshFrom, clocks: MergeClocks(platformNow: change.answeredAt))
            report(of: store(rows, context), change, &events)
        case .refunds(let rows, let source):
            store(
                refunds: rows, source, page?.asked ?? 0, stream,
                MergeClocks(platformNow: change.answeredAt), &events)
        case .trace, .parcels: fault = "a window holds a parcel"
        case nil: break
        }
        for start in change.removed where windows[stream]?.removeValue(forKey: start) == nil {
            // A request may be taken up again while its end is being stored.
            if stream.kind != .requested, stream.kind != .verify {
                fault = "\(stream): removed a ledger row that is not there: \(start)"
            }
        }
        for record in change.written { windows[stream, default: [:]][record.window.start] = record }
        moveCursor(change)
    }

    private mutating func report(
        of result: Result, _ change: LedgerChange, _ events: inout [SyncEvent]
    ) {
        let stream = change.stream
        if stream.kind.isSweep { missedCount += result.late.count }
        if change.freshFrom != nil, result.written > 0 {
            let onTime = stream.kind == .orders ? result.written - result.late.count : 0
            events.append(
                .stored(stream, onTime: onTime, late: result.late, askedAt: change.askedAt))
        }
        if result.isDetailQueued {
            events.append(.queued(StreamID(shop: stream.shop, kind: .details)))
        }
        if result.isParcelQueued {
            events.append(.queued(StreamID(shop: stream.shop, kind: .shipments)))
        }
    }

    private mutating func moveCursor(_ change: LedgerChange) {
        let stream = change.stream
        if abs(change.answeredAt.seconds(since: clock)) <= 10 {
            answersAt[stream.shop, default: []].append(time)
        }
        if change.cursor != nil || change.answeredAt.seconds > 0 { storedAt[stream] = time }
        guard let cursor = change.cursor else { return }
        if change.cursorBefore != cursors[stream] {
            fault =
                "\(stream): cursor \(String(describing: cursors[stream])) is not the one of"
                + " the decision, \(String(describing: change.cursorBefore))"
        }
        if let before = cursors[stream] {
            let isBackward = stream.kind == .backfill || stream.kind == .refundHistory
            if isBackward ? cursor > before : cursor < before && !clockIsSet {
                fault = "\(stream): the cursor went from \(before) to \(cursor)"
            }
        } else {
            begins[stream] = cursor
        }
        cursors[stream] = cursor
    }

    /// What is stored with later times is marked, and read again.
    private mutating func setBack(_ shop: ShopID, to now: UTCInstant) {
        for (id, order) in orders[shop] ?? [:] {
            guard order.version.row(from: .list).isAhead(ofClockSetBackTo: now) else { continue }
            orders[shop]?[id]?.version.doubt = .future
        }
        for (id, refund) in refunds[shop] ?? [:] where refund.modified > now {
            refunds[shop]?[id]?.isFuture = true
        }
        let latest = now.advanced(
            bySeconds: ParcelPlan(intervalSeconds: parcelIntervalSeconds).restMax)
        for (key, parcel) in parcels[shop] ?? [:] {
            guard let poll = parcel.nextPoll, poll > latest else { continue }
            parcels[shop]?[key]?.nextPoll = now
        }
        for stream in [StreamID(shop: shop, kind: .details), StreamID(shop: shop, kind: .refunds)] {
            for (subject, entry) in queue[stream] ?? [:]
            where entry.due > now {
                queue[stream]?[subject]?.due = now
            }
        }
    }

    // MARK: Orders

    struct Context {
        var stream: StreamID
        var now: UTCInstant
        var asked: Int64
        var source: RecordSource
        var freshFrom: UTCInstant?
        var clocks = MergeClocks()
    }

    struct Result {
        var written = 0
        var late: [LateRow] = []
        var isDetailQueued = false
        var isParcelQueued = false
    }

    mutating func store(_ rows: [ModelOrder], _ context: Context) -> Result {
        var result = Result()
        for row in rows { store(row, context, &result) }
        return result
    }

    private func incoming(_ row: ModelOrder, _ source: RecordSource) -> OrderRow {
        var incoming = OrderRow()
        incoming.modifiedAt = row.modified
        incoming.contentHash = row.version * 2 + (source == .list ? 1 : 0)
        incoming.status = row.status
        if source == .detail || !row.isHollow { incoming.paymentFen = 1 }
        return incoming
    }

    private mutating func store(
        _ row: ModelOrder, _ context: Context, _ result: inout Result
    ) {
        let shop = context.stream.shop
        let isWhole = rules.listsAreComplete && !row.isHollow
        let source = isWhole ? .detail : context.source
        let incoming = incoming(row, context.source)
        let old = orders[shop]?[row.id]
        switch mergeDecision(
            stored: old?.version, incoming: incoming, source: source,
            askedMilliseconds: context.asked, clocks: context.clocks)
        {
        case .ignore, .doubtDetail: break
        case .confirmDetail: orders[shop]?[row.id]?.version.hasDetails = true
        case .noteListRow(let contradictsDetail):
            orders[shop]?[row.id]?.version.listHash = incoming.contentHash
            guard contradictsDetail else { return }
            orders[shop]?[row.id]?.version.hasDetails = false
            put(row, .contradicted, shop)
            result.isDetailQueued = true
        case .insert, .update:
            write(row, incoming, old, context, isDetail: source == .detail)
            result.written += 1
            let isPolled = addParcels(of: row, shop, source)
            result.isParcelQueued = isPolled || result.isParcelQueued
            guard context.source == .list else { return }
            noteLateness(row, old, context, &result)
            guard source == .list else { return }
            let demand = detailDemand(
                for: incoming, isNew: old == nil, isHistory: context.stream.kind.isHistory,
                policy: details)
            guard let demand else { return }
            put(row, demand, shop)
            result.isDetailQueued = true
        }
    }

    private mutating func write(
        _ row: ModelOrder, _ incoming: OrderRow, _ old: Order?, _ context: Context,
        isDetail: Bool
    ) {
        let isSame = old?.version.modifiedAt == row.modified
        let listHash = isDetail ? (isSame ? old?.version.listHash ?? 0 : 0) : incoming.contentHash
        var version = StoredVersion(
            modifiedAt: row.modified, hasDetails: isDetail, listHash: listHash,
            detailHash: incoming.contentHash, status: row.status,
            paymentFen: incoming.paymentFen ?? old?.version.paymentFen,
            askedMilliseconds: context.asked)
        version.doubt = context.clocks.doubt(of: row.modified)
        orders[context.stream.shop, default: [:]][row.id] = Order(
            version: version, number: row.version, created: row.created)
    }

    private mutating func noteLateness(
        _ row: ModelOrder, _ old: Order?, _ context: Context, _ result: inout Result
    ) {
        guard let freshFrom = context.freshFrom, row.modified < freshFrom,
            old.map({ $0.version.modifiedAt < row.modified }) ?? true
        else { return }
        result.late.append(LateRow(order: "\(row.id)", modifiedAt: row.modified))
        // Taken back by a clock, a cursor can be before the time where live reads began.
        let live = StreamID(shop: context.stream.shop, kind: .orders)
        let wasLive = begins[live].map { $0 <= row.modified } ?? false
        // A second of rounding, and one of the clock's uncertainty.
        if context.stream.kind.isSweep, wasLive, row.lag < (missedLagMin - 2) * 1_000,
            !isHidden(row)
        {
            fault = "\(context.stream): called missed what live reads could see: \(row)"
        }
    }
}
