public import SyncCore

/// What a sandbox holds and how it is reached.
public struct SandboxConfiguration: Sendable {
    /// Many orders that change in one and the same second.
    public struct Burst: Sendable {
        public var orders: Int
        /// One burst every so many seconds; 0 for none but the one in the past of a static world.
        public var everySeconds: Int64

        public init(orders: Int, everySeconds: Int64) {
            self.orders = orders
            self.everySeconds = everySeconds
        }
    }

    public var platform = SandboxPlatform.taobao
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 0
    public var seed: UInt64 = 1
    /// The shops are called `shop1`, `shop2`, ….
    public var shopCount = 1
    /// Orders that exist at the start.
    public var ordersPerShop = 500
    /// Over how many days before the start those are spread.
    public var historyDays = 30
    /// When life starts, which is where the history ends; nil for now. With a past instant, what
    /// has happened since happens at once: the same world can be visited again.
    public var startsAt: UTCInstant?
    /// What happens in each shop, per second. About a fifth of the events are new orders.
    public var eventsPerSecond = 1.0
    /// True for shops in which nothing happens.
    public var isStatic = false
    /// For a static world the burst lies in its last second.
    public var burst: Burst?
    /// How many times faster than in the world parcels travel.
    public var parcelSpeed: Int64 = 1
    public var appKey = "12345678"
    public var appSecret = "3f1c0a9e5b7d42868e6a1d9c4b20f573"
    public var behaviour = SandboxBehaviour()
    /// The machine's time in milliseconds since 1970. The gateway's own clock may be skewed
    /// against it.
    public var machineMilliseconds: @Sendable () -> Int64 = SystemClock.milliseconds

    public init() {}

    var shopNames: [String] { (1...max(1, shopCount)).map { "shop\($0)" } }
}
