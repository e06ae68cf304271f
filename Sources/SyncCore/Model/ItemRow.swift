/// One goods line of an order. Units and absence as in `OrderRow`.
public struct ItemRow: Sendable {
    public var id = ByteRange.absent
    public var title = ByteRange.absent
    public var goodsID = ByteRange.absent
    public var skuID = ByteRange.absent
    public var skuName = ByteRange.absent
    public var outerID = ByteRange.absent
    public var outerSKUID = ByteRange.absent
    public var quantity: Int64?
    public var priceFen: Int64?
    public var paymentFen: Int64?
    public var discountFen: Int64?
    /// The item's part of what the buyer paid for the order, after discounts of the whole order.
    public var dividedFen: Int64?
    public var status = OrderStatus.unknown
    public var platformStatus = ByteRange.absent
    public var refundStatus = ByteRange.absent
    public var refundID = ByteRange.absent
    public var logisticsCompany = ByteRange.absent
    public var trackingNumber = ByteRange.absent
    public var shippedAt: UTCInstant?
    public var endedAt: UTCInstant?
    /// The line is a free gift; nil when the answer does not say.
    public var isGift: Bool?

    public init() {}

    /// The id was composed because the answer states none, or the same one twice: no platform
    /// writes a `#` into its ids.
    public static func isDerived(id: some Sequence<UInt8>) -> Bool {
        id.contains(UInt8(ascii: "#"))
    }
}
