/// What one reading of the database found: the status that `status` shows, and figures for the
/// status page and the metrics. Nothing in it is a buyer's.
public struct WatchedStatus: Sendable {
    /// Counts of one shop. Counting reads every entry, so they are some seconds old.
    public struct Figures: Equatable, Sendable {
        public var orders: Int64 = 0
        public var refunds: Int64 = 0
        public var parcels: Int64 = 0
        public var details = Queue()
        public var refundDetails = Queue()
        public var parcelQueue = Queue()
        public var priceQueue = Queue()
        public var detailsNotFound: Int64 = 0
        public var detailsRefused: Int64 = 0
        public var rejectedRows: Int64 = 0
        public var audits: [String: Int64] = [:]
        /// Orders by the hour of their creation, oldest first; the last is the present hour.
        public var ordersByHour: [Int64] = []
        public var watchedGoods: StoreStatus.WatchedGoods?
        /// Those whose poll failed, then those whose price changed last; `watchedGoods` counts all.
        public var goods: [Goods] = []
    }

    /// A watched good, and what it costs.
    public struct Goods: Equatable, Sendable {
        public var sign: String
        public var pid: String
        /// Of the good and its price nothing is known before it was read.
        public var name: String?
        public var isDelisted = false
        public var finalFen: Int64?
        public var couponState: String?
        public var couponFen: Int64?
        /// The price before, and since when it is another.
        public var oldFinalFen: Int64?
        public var changedAt: Int64?
        public var belowFen: Int64?
        public var readAt: Int64?
        /// Why the latest poll failed; empty if it did not.
        public var error = ""
    }

    /// Entries of a queue.
    public struct Queue: Equatable, Sendable {
        public var entries: Int64 = 0
        public var due: Int64 = 0
        public var oldestDueAt: Int64?
    }

    /// Intervals of a shop that are not completely read.
    public struct Windows: Equatable, Sendable {
        public var byState: [String: Int64] = [:]
        /// When the oldest interval of a stream that follows the present was opened.
        public var oldestLiveOpenedAt: Int64?
    }

    /// A stream's first hour: it may still read what was there before it.
    public static let firstReadSeconds: Int64 = 3_600

    /// An entry of the feed; a parcel appears under its order.
    public struct Change: Equatable, Sendable {
        public var sequence: Int64
        public var changedAt: Int64
        public var shop: String
        public var entity: String
        public var order: String
        public var kind: String
        public var oldStatus: String?
        public var newStatus: String?
        /// Of a price: what the good is called.
        public var goodsName: String?
    }

    public struct Ban: Equatable, Sendable {
        public var app: String
        /// Empty for the whole app.
        public var method: String
        public var untilAt: Int64
    }

    /// Counts of one shop since the watch began.
    public struct ChangeCounts: Equatable, Sendable {
        public var byEntity: [String: Int64] = [:]
        /// Prices that fell below their mark.
        public var priceDrops: Int64 = 0
    }

    public var status = StoreStatus()
    /// By the shop's name; a shop that was never counted is absent.
    public var figures: [String: Figures] = [:]
    public var windows: [String: Windows] = [:]
    public var changes: [String: ChangeCounts] = [:]
    /// Streams, by the shop's name, that began within `firstReadSeconds`.
    public var newStreams: [String: Set<String>] = [:]
    public var recentChanges: [Change] = []
    public var bans: [Ban] = []
    public var databaseBytes: Int64 = 0
    public var walBytes: Int64 = 0
    /// How long the reading took.
    public var readMilliseconds: Int64 = 0

    public init() {}
}
