internal import SyncCore

/// What `status` shows, read beside a running daemon without disturbing it.
public struct StoreStatus: Equatable, Sendable {
    public struct Stream: Equatable, Sendable {
        public var stream: String
        public var cursorAt: Int64
        public var rows: Int64
        public var lastSuccessAt: Int64?
        public var lastError: String
        /// Ledger rows: open, suspect, planned or done intervals.
        public var windows: Int64
        /// Seconds that those intervals still have open.
        public var openSeconds: Int64
        /// Entries of the stream's queue, and when the oldest that is due fell due; nil for a
        /// stream without a queue.
        public var queued: Int64?
        public var oldestDueAt: Int64?
    }

    /// An interval that is not completely read.
    public struct Gap: Equatable, Sendable {
        public var stream: String
        public var state: String
        public var startAt: Int64
        public var openEndAt: Int64
        public var openedAt: Int64
        public var calls: Int64
    }

    /// How late changes become visible, and what follows from it.
    public struct Lag: Equatable, Sendable {
        public var lagSeconds: Int64
        public var overlapSeconds: Int64
        public var settleSeconds: Int64
        public var rows: Int64
        public var late: Int64
        public var missed: Int64
    }

    /// Goods whose prices a promoter watches.
    public struct WatchedGoods: Equatable, Sendable {
        public var count: Int64
        /// Goods whose latest poll failed, or whose PID is refused.
        public var failing: Int64
        /// When the price that was read longest ago was read; nil while none is.
        public var oldestReadAt: Int64?
    }

    public struct Shop: Equatable, Sendable {
        public var name: String
        public var platform: String
        public var app: String
        public var state: String
        public var stateReason: String
        public var orderCount: Int64
        public var streams: [Stream]
        public var gaps: [Gap] = []
        public var lag: Lag?
        /// Orders and refunds that cannot be read in full.
        public var detailsNotFound: Int64 = 0
        public var detailsRefused: Int64 = 0
        /// Rows of answers that could not be stored.
        public var rejectedRows: Int64 = 0
        /// The seller, and until when the shop is authorised; nil when unknown.
        public var nick = ""
        public var authorizedUntilAt: Int64?
        /// Audited days by state.
        public var audits: [String: Int64] = [:]
        /// Nil where none are watched.
        public var watchedGoods: WatchedGoods?

        /// The account of a promoter, who has orders of others' shops, and prices.
        public var isPromoter: Bool {
            streams.contains {
                $0.stream == StreamKind.affiliate.rawValue
                    || $0.stream == StreamKind.prices.rawValue
            }
        }
    }

    public struct App: Equatable, Sendable {
        public var name: String
        public var callsToday: Int64
        public var bannedUntilAt: Int64?
        public var callsByClass: [(callClass: String, calls: Int64)] = []
        /// Entries of `changes` that speak of the app's orders, a promoter's included, since the
        /// day began.
        public var orderChangesToday: Int64 = 0

        public static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.callsToday == right.callsToday
                && left.bannedUntilAt == right.bannedUntilAt
                && left.callsByClass.map(\.callClass) == right.callsByClass.map(\.callClass)
                && left.callsByClass.map(\.calls) == right.callsByClass.map(\.calls)
                && left.orderChangesToday == right.orderChangesToday
        }
    }

    public var shops: [Shop] = []
    public var apps: [App] = []
}
