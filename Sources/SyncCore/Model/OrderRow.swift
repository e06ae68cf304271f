/// One order as an answer states it. Money is in fen, instants are UTC; what the answer does not
/// state is absent or nil, and never replaces a stored value.
public struct OrderRow: Sendable {
    public var id = ByteRange.absent
    /// Identity of the order within its page and window: equal ids have equal hashes.
    public var idHash: UInt64 = 0
    public var status = OrderStatus.unknown
    public var platformStatus = ByteRange.absent
    public var type = ByteRange.absent
    public var buyer = ByteRange.absent
    /// Distinguishes buyers where the name is masked.
    public var buyerID = ByteRange.absent
    public var title = ByteRange.absent
    public var paymentFen: Int64?
    public var totalFen: Int64?
    public var postFen: Int64?
    public var discountFen: Int64?
    public var receivedFen: Int64?
    public var createdAt: UTCInstant?
    public var paidAt: UTCInstant?
    public var shippedAt: UTCInstant?
    public var endedAt: UTCInstant?
    public var modifiedAt = UTCInstant(seconds: 0)
    public var receiverName = ByteRange.absent
    public var receiverPhone = ByteRange.absent
    public var receiverState = ByteRange.absent
    public var receiverCity = ByteRange.absent
    public var receiverDistrict = ByteRange.absent
    public var receiverAddress = ByteRange.absent
    public var receiverZip = ByteRange.absent
    public var buyerMessage = ByteRange.absent
    public var sellerMemo = ByteRange.absent
    public var sellerFlag: Int64?
    /// Of an order that is paid in two steps; nil for all others.
    public var stepStatus: StepStatus?
    /// What the buyer has paid so far in these steps.
    public var stepPaidFen: Int64?
    /// When the deposit was paid, as long as nothing else is.
    public var depositPaidAt: UTCInstant?
    /// A member that can be left out could not be read. The row is stored without it, and read in
    /// full.
    public var isPartial = false
    /// The answer left out the lines or the payment. The row is stored without them, and read in
    /// full.
    public var lacksEssentials = false
    /// What the answer says there is none of. A row without content says nothing of the kind.
    public var blanks: Blanks = []
    /// Rows of `OrderPage.items` that belong to this order.
    public var items = 0..<0
    /// No line of the order is missing in `items`: an unreadable one is.
    public var statesAllItems = true
    /// Rows of `OrderPage.parcels` that belong to this order.
    public var parcels = 0..<0
    /// `parcels` is complete: the answer contains the list of further parcels, even if empty.
    public var statesParcels = false
    /// The order's JSON, byte for byte as received.
    public var raw = ByteRange.absent
    /// 64-bit hash of `raw`: an identical re-read is recognised by it.
    public var contentHash: UInt64 = 0
    /// The hash of `raw` by the scheme of version 0.1.0: rows stored then still have it.
    public var earlierHash: UInt64 = 0

    /// The row came without what makes an order, as lists send it in promotion hours.
    public var isSparse: Bool { items.isEmpty && paymentFen == nil }

    public init() {}

    /// Values that can be taken away again, and that a platform then states as null. The raw
    /// values are those of the statement that stores them.
    public struct Blanks: OptionSet, Sendable {
        public let rawValue: Int64

        public init(rawValue: Int64) {
            self.rawValue = rawValue
        }

        public static let sellerMemo = Blanks(rawValue: 1)
        public static let sellerFlag = Blanks(rawValue: 2)
    }
}
