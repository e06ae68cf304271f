/// A stream's work that goes one by one: a short look-ahead into a queue that the database keeps.
///
///     database ──load──▶ ready ──call──▶ calling ──answer──▶ storing ──stored──▶ gone
///                          ▲                │
///                          └──throttled─────┘
///
/// Invariants:
/// 1. An entry is held once; what is held is never loaded again.
/// 2. At most `heldMax` entries are in memory, however long the queue is.
/// 3. An entry leaves only when its outcome is stored.
struct WorkQueue: Equatable, Sendable {
    struct Held: Equatable, Sendable {
        enum State: Equatable, Sendable {
            case ready
            case calling(CallID)
            case storing
        }

        var item: WorkItem
        var state = State.ready
        /// The order's parcels are asked for instead of the parcel's way.
        var asksForParcels = false

        /// The parcel that is asked about, if it is one.
        var parcelKey: ParcelKey? {
            if case .parcel(let key) = item.subject { key } else { nil }
        }

        /// Which of its stream's methods it takes.
        enum Way: CaseIterable { case usual, parcels, oneGood }

        var way: Way {
            if case .goods(let query) = item.subject, query.isDetail { return .oneGood }
            return asksForParcels ? .parcels : .usual
        }
    }

    static let heldMax = 24
    /// Fewer ready entries than this, and more are loaded.
    static let readyMin = 8

    let id: StreamID
    private(set) var held: [Held] = []
    private(set) var isLoading = false
    /// The database may hold entries that are due and not held.
    private var mayHaveMore = true
    /// Entries were queued or fell due while a load was under way, which may have missed them.
    private var mayHaveMoreSinceLoad = false
    /// Entries whose outcome was stored while a load was under way, which may have seen them still.
    private var goneSinceLoad: Set<WorkItem.Subject> = []
    /// When the next entry of the database falls due; nil when none is known of.
    private(set) var nextDue: UTCInstant?

    init(id: StreamID) {
        self.id = id
    }

    var callClass: CallClass {
        switch id.kind {
        case .shipments: .shipments
        case .refunds: .refunds
        case .prices: .prices
        case .details, .orders, .backfill, .refundHistory, .requested, .sweep, .sweepSecond,
            .sweepThird, .audit, .verify, .affiliate, .ahead:
            .details
        }
    }

    /// The first ready entry of each method: one that is refused must not block the other.
    var readyIndices: [Int] {
        Held.Way.allCases.compactMap { way in
            held.firstIndex { $0.state == .ready && $0.way == way }
        }
    }

    /// Nothing but history is ready.
    var isAtHistory: Bool {
        let ready = held.filter { $0.state == .ready }
        return !ready.isEmpty && ready.allSatisfy(\.item.isHistory)
    }

    /// Entries that are being asked about.
    var callingCount: Int {
        held.count { if case .calling = $0.state { true } else { false } }
    }

    /// How many entries to load now; nil while there is no need.
    mutating func wantsLoad(platformNow: UTCInstant) -> Int? {
        if let due = nextDue, due <= platformNow {
            nextDue = nil
            noteQueued()
        }
        let ready = held.count { $0.state == .ready }
        guard mayHaveMore, !isLoading, ready < Self.readyMin, held.count < Self.heldMax else {
            return nil
        }
        isLoading = true
        return held.count + Self.heldMax
    }

    /// Takes in what was loaded.
    /// - Parameters:
    ///   - isAll: no more entries are due in the database.
    ///   - nextDue: when the next one will be.
    mutating func loaded(_ items: [WorkItem], isAll: Bool, nextDue: UTCInstant?) {
        isLoading = false
        mayHaveMore = mayHaveMoreSinceLoad || !isAll
        mayHaveMoreSinceLoad = false
        let known = goneSinceLoad.union(held.map(\.item.subject))
        let new = items.filter { !known.contains($0.subject) }
        // One that is gone may have been queued anew: the next load shows it.
        if items.contains(where: { goneSinceLoad.contains($0.subject) }) { mayHaveMore = true }
        goneSinceLoad = []
        let room = max(0, Self.heldMax - held.count)
        held += new.prefix(room).map { Held(item: $0) }
        if new.count > room { mayHaveMore = true }
        if let nextDue { note(due: nextDue) }
    }

    /// Something was put into the database's queue. It may be more urgent than history that is
    /// held, so that goes back.
    mutating func noteQueued() {
        held.removeAll { $0.state == .ready && $0.item.isHistory }
        mayHaveMore = true
        if isLoading { mayHaveMoreSinceLoad = true }
    }

    mutating func note(due: UTCInstant) {
        nextDue = min(nextDue ?? due, due)
    }

    mutating func begin(_ index: Int, call: CallID) {
        held[index].state = .calling(call)
    }

    func index(of call: CallID) -> Int? {
        held.firstIndex { $0.state == .calling(call) }
    }

    mutating func release(_ index: Int) {
        held[index].state = .ready
    }

    mutating func store(_ index: Int) {
        held[index].state = .storing
    }

    mutating func askForParcels(_ index: Int) {
        held[index].asksForParcels = true
        held[index].state = .ready
    }

    /// The outcome of an entry is stored.
    mutating func stored(_ subject: WorkItem.Subject, due: UTCInstant?) {
        held.removeAll { $0.item.subject == subject && $0.state == .storing }
        if isLoading { goneSinceLoad.insert(subject) }
        if let due { note(due: due) }
    }
}
