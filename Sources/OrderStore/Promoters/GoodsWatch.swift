/// A good whose price is watched.
public struct GoodsWatch: Equatable, Sendable {
    public var goods: String
    public var pid: String
    /// Seconds between two polls.
    public var interval: Int64
    /// Told of when the price falls below; nil for never.
    public var belowFen: Int64?

    public init(goods: String, pid: String, interval: Int64, belowFen: Int64?) {
        self.goods = goods
        self.pid = pid
        self.interval = interval
        self.belowFen = belowFen
    }
}
