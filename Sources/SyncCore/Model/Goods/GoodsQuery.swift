/// Goods whose prices are asked for with one call.
public struct GoodsQuery: Hashable, Sendable {
    public var goods: [String]
    /// In whose name: coupons can depend on it. Empty for none.
    public var pid: String
    /// On whose behalf, in the platform's own form: JSON text, passed on unchanged. Empty for none.
    public var customParameters: String
    /// One good in full, instead of many in a search.
    public var isDetail: Bool
    /// Without a PID because the platform refuses it: the price is the one for every buyer.
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
