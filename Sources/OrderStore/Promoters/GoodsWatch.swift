/// A good whose price is watched.
public struct GoodsWatch: Equatable, Sendable {
    public var goods: String
    public var pid: String
    /// Asked with the PID; empty for none. Not stored: what is configured now counts.
    public var customParameters: String
    /// Seconds between two polls.
    public var interval: Int64
    /// A price below it is reported; nil for never.
    public var belowFen: Int64?

    public init(
        goods: String, pid: String, customParameters: String = "", interval: Int64,
        belowFen: Int64?
    ) {
        self.goods = goods
        self.pid = pid
        self.customParameters = customParameters
        self.interval = interval
        self.belowFen = belowFen
    }
}
