@testable import SyncCore

/// The database as the core sees it: it survives crashes, and stores what it is asked to in
/// order, several changes in one transaction.
struct ModelStore {
    /// One thing to store.
    enum Item {
        case change(LedgerChange, rows: [ModelOrder])
        case reserve(AppID, total: Int, day: Int64)
        case shopState(ShopID, ShopState)
        case ban(AppID, RateLimiter.BanScope, until: UTCInstant)
    }

    private(set) var orders: [ShopID: [UInt64: StoredVersion]] = [:]
    private(set) var cursors: [StreamID: UTCInstant] = [:]
    /// Where each live stream began: changes from then on must not be missed.
    private(set) var begins: [StreamID: UTCInstant] = [:]
    private(set) var windows: [StreamID: [UTCInstant: WindowRecord]] = [:]
    private(set) var usage: [AppID: [Int64: Int]] = [:]
    private(set) var states: [ShopID: ShopState] = [:]
    private(set) var bans: [(app: AppID, scope: RateLimiter.BanScope, until: UTCInstant)] = []
    /// What broke a rule of the ledger; nil while all is well.
    private(set) var fault: String?

    /// Applies one transaction.
    mutating func apply(_ items: some Sequence<Item>) {
        for item in items {
            switch item {
            case .change(let change, let rows): apply(change, rows)
            case .reserve(let app, let total, let day):
                usage[app, default: [:]][day] = max(usage[app]?[day] ?? 0, total)
            case .shopState(let shop, let state): states[shop] = state
            case .ban(let app, let scope, let until): bans.append((app, scope, until))
            }
        }
    }

    /// What a new process is told of a shop.
    func restored(_ shop: ShopID) -> MachineConfiguration.Restored {
        var restored = MachineConfiguration.Restored()
        for kind in StreamKind.allCases {
            let stream = StreamID(shop: shop, kind: kind)
            restored.cursors[kind] = cursors[stream]
            restored.windows[kind] = windows[stream].map { Array($0.values) }
        }
        return restored
    }

    private mutating func apply(_ change: LedgerChange, _ rows: [ModelOrder]) {
        let stream = change.stream
        for row in rows { merge(row, shop: stream.shop) }
        for start in change.removed where windows[stream]?.removeValue(forKey: start) == nil {
            fault = "\(stream): removed a ledger row that is not there: \(start)"
        }
        for record in change.written { windows[stream, default: [:]][record.window.start] = record }
        guard let cursor = change.cursor else { return }
        if change.cursorBefore != cursors[stream] {
            fault =
                "\(stream): cursor \(String(describing: cursors[stream])) is not the one of"
                + " the decision, \(String(describing: change.cursorBefore))"
        }
        if let before = cursors[stream] {
            let isForward = stream.kind == .orders
            if isForward ? cursor < before : cursor > before {
                fault = "\(stream): the cursor went from \(before) to \(cursor)"
            }
        } else {
            begins[stream] = cursor
        }
        cursors[stream] = cursor
    }

    private mutating func merge(_ row: ModelOrder, shop: ShopID) {
        var incoming = OrderRow()
        incoming.modifiedAt = row.modified
        incoming.contentHash = row.version
        incoming.paymentFen = 1  // Not a sparse row.
        let stored = orders[shop]?[row.id]
        switch mergeDecision(stored: stored, incoming: incoming, source: .list) {
        case .insert, .update:
            orders[shop, default: [:]][row.id] = StoredVersion(
                modifiedAt: row.modified, hasDetails: false, listHash: row.version, detailHash: 0,
                status: .unknown, paymentFen: nil)
        case .ignore: break
        case .confirmDetail, .noteListRow:
            fault = "a list row was noted though no order has details"
        }
    }
}
