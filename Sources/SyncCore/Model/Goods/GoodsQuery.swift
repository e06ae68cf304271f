/// Goods whose prices are asked for with one call.
public struct GoodsQuery: Hashable, Sendable {
    public var goods: [String]
    /// In whose name: coupons can depend on it. Empty for none.
    public var pid: String
    /// On whose behalf, as the platform wants it told: JSON text, passed on as it is. Empty for
    /// nobody's.
    public var customParameters: String
    /// One good in full, instead of many in a search.
    public var isDetail: Bool
    /// In nobody's name, for the platform refuses the PID: the price is that for everybody.
    public var isPublic = false
    /// Seconds until they are asked for again.
    public var interval: Int64

    /// Goods of one search at most; the platform does not document a limit.
    public static let countMax = 20

    public init(
        goods: [String], pid: String, customParameters: String = "", isDetail: Bool,
        interval: Int64 = 600
    ) {
        self.goods = goods
        self.pid = pid
        self.customParameters = customParameters
        self.isDetail = isDetail
        self.interval = interval
    }
}
