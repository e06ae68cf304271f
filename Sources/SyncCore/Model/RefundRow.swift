/// One refund as an answer states it; what it does not state is nil and replaces nothing.
public struct RefundRow: Equatable, Sendable {
    public var id: String
    public var order: String?
    public var item: String?
    public var status = RefundStatus.unknown
    public var platformStatus: String?
    public var refundFen: Int64?
    public var paymentFen: Int64?
    public var reason: String?
    public var text: String?
    public var goodStatus: String?
    public var phase: String?
    public var kind: String?
    public var buyer: String?
    public var title: String?
    public var returnCompany: String?
    public var returnTrackingNumber: String?
    public var createdAt: UTCInstant?
    public var modifiedAt: UTCInstant
    public var endedAt: UTCInstant?
    /// A member that can be left out could not be read. The row is stored without it, and read in
    /// full.
    public var isPartial = false
    /// The refund's JSON as received, and its hash.
    public var raw = ""
    public var contentHash: UInt64 = 0
    /// The hash of `raw` by the scheme of version 0.1.0: rows stored then still have it.
    public var earlierHash: UInt64 = 0

    public init(id: String, modifiedAt: UTCInstant) {
        self.id = id
        self.modifiedAt = modifiedAt
    }

    /// The list left out what makes a refund: it has to be read separately.
    public var lacksEssentials: Bool {
        order == nil || refundFen == nil || platformStatus == nil
    }
}
