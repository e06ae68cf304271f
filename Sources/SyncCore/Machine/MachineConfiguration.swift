/// What the machine receives once, at its start.
public struct MachineConfiguration: Equatable, Sendable {
    public struct App: Equatable, Sendable {
        public var id: AppID
        public var limit: RateLimiter.Policy
        /// How its platform's lists want to be read.
        public var rules: ReadingRules
        /// Calls that the database holds as used, by Beijing day since 1970, of the latest days
        /// at least: which day it is will be known only from the platform.
        public var callsByDay: [Int64: Int]
        /// Calls of those days that were made, by class.
        public var callsByClass: [Int64: [CallClass: Int]] = [:]
        /// Bans as `SyncAction.banned` reported them, by the machine's wall clock.
        public var bans: [(scope: RateLimiter.BanScope, until: UTCInstant)]
        /// No process can have called with this app key lately: its bucket may start full.
        public var startsFresh: Bool
        /// When the platform's carriers were last stored, by the machine's wall clock.
        public var carriersAt: UTCInstant?

        public init(
            id: AppID, limit: RateLimiter.Policy, rules: ReadingRules,
            callsByDay: [Int64: Int] = [:],
            startsFresh: Bool = false,
            bans: [(scope: RateLimiter.BanScope, until: UTCInstant)] = []
        ) {
            self.id = id
            self.limit = limit
            self.rules = rules
            self.callsByDay = callsByDay
            self.startsFresh = startsFresh
            self.bans = bans
        }

        public static func == (left: Self, right: Self) -> Bool {
            left.id == right.id && left.limit == right.limit && left.rules == right.rules
                && left.callsByDay == right.callsByDay
                && left.carriersAt == right.carriersAt
                && left.callsByClass == right.callsByClass
                && left.bans.map(\.scope) == right.bans.map(\.scope)
                && left.bans.map(\.until) == right.bans.map(\.until)
        }
    }

    public struct Shop: Equatable, Sendable {
        public var id: ShopID
        public var app: AppID
        /// Seconds that a live read stays behind the platform's clock.
        public var settle: Int64
        /// Seconds of what was read already that a live read repeats.
        public var overlap: Int64
        public var pollIntervalMilliseconds: Int64
        /// Days of history to load by creation time; 0 for none.
        public var backfillDays: Int64
        public var pageSize: Int
        /// What is synced; `orders` alone reads the changes of orders and nothing else.
        public var streams: Set<StreamKind> = [.orders, .backfill]
        /// How long after its first read the time is read again; at most three, rising.
        public var sweepDelays: [Int64] = []
        /// Longest overlap and settle that measured lag may lead to.
        public var overlapMax: Int64 = 0
        public var settleMax: Int64 = 0
        public var refundIntervalMilliseconds = ShopDefaults.refundIntervalMilliseconds
        /// Seconds of the shortest rest between two polls of a parcel.
        public var parcelIntervalSeconds = ShopDefaults.parcelIntervalSeconds
        /// Whether to ask whose session it is before anything else.
        public var asksSeller = false
        /// What an earlier run left behind.
        public var restored: Restored

        public init(
            id: ShopID, app: AppID, settle: Int64, overlap: Int64, pollIntervalMilliseconds: Int64,
            backfillDays: Int64, pageSize: Int = 100, restored: Restored = Restored()
        ) {
            self.id = id
            self.app = app
            self.settle = settle
            self.overlap = overlap
            self.pollIntervalMilliseconds = pollIntervalMilliseconds
            self.backfillDays = backfillDays
            self.pageSize = pageSize
            self.restored = restored
        }
    }

    /// Cursors and open windows as the database holds them.
    public struct Restored: Equatable, Sendable {
        public var cursors: [StreamKind: UTCInstant] = [:]
        public var windows: [StreamKind: [WindowRecord]] = [:]
        /// When each of the cursors was stored or confirmed, by the machine's clock.
        public var storedAt: [StreamKind: UTCInstant] = [:]
        public var lag: IndexLag?
        /// When each Beijing day since 1970 was last audited.
        public var audits: [Int64: UTCInstant] = [:]
        /// Orders that ended before were deleted on purpose and are not counted.
        public var purgedBefore: UTCInstant?

        public init() {}
    }

    public var apps: [App]
    public var shops: [Shop]
    /// Calls in flight per app at most.
    public var callsInFlightMax = 8
    /// Pages received and not yet stored, over all shops, at most: they are held in memory.
    public var uncommittedPagesMax = 24
    /// The shop whose decisions are noted.
    public var tracedShop: ShopID?
    /// Seeds the jitter of retries.
    public var seed: UInt64 = 0

    public init(apps: [App], shops: [Shop]) {
        self.apps = apps
        self.shops = shops
    }
}
