/// One order that a promoter brought, as an answer states it; what it does not state is nil and
/// replaces nothing.
public struct AffiliateRow: Equatable, Sendable {
    public var id: String
    public var pid: String?
    /// What the promoter put into the link, unchanged: who clicked.
    public var customParameters: String?
    public var goodsID: String?
    /// Of the link if that had one, else a fresh one: no key.
    public var goodsSign: String?
    public var goodsName: String?
    public var mallID: String?
    public var mallName: String?
    public var quantity: Int64?
    /// Of one piece.
    public var goodsPriceFen: Int64?
    /// What the buyer paid.
    public var orderAmountFen: Int64?
    public var promotionRatePermille: Int64?
    public var promotionAmountFen: Int64?
    public var status = AffiliateStatus.unknown
    public var platformStatus: String?
    public var failReason: String?
    public var createdAt: UTCInstant?
    public var paidAt: UTCInstant?
    public var groupedAt: UTCInstant?
    public var receivedAt: UTCInstant?
    public var verifiedAt: UTCInstant?
    public var settledAt: UTCInstant?
    public var modifiedAt: UTCInstant
    /// The order's JSON as received, and its hash.
    public var raw = ""
    public var contentHash: UInt64 = 0
    /// The hash of `raw` by the scheme of version 0.1.0: rows stored then still have it.
    public var earlierHash: UInt64 = 0

    public init(id: String, modifiedAt: UTCInstant) {
        self.id = id
        self.modifiedAt = modifiedAt
    }
}
