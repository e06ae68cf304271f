/// One decoded answer that holds orders: the bytes as received (decoded escapes appended behind
/// them), and rows whose texts are slots into those bytes.
public struct OrderPage: Sendable {
    public var bytes: [UInt8]
    public var orders: [OrderRow]
    public var items: [ItemRow]
    /// Parcels that orders name beside those of their items.
    public var parcels: [ParcelSlots] = []
    /// Rows of the answer that are not among `orders`.
    public var rejected: [RejectedRow] = []
    /// More rows follow; nil when the answer does not say.
    public var hasNext: Bool?
    /// Number of rows in the whole window; nil when the answer does not say.
    public var total: Int?
    public var source: RecordSource
    /// A row of this list states as much as the order read in full.
    public var isComplete = false
    /// False where the answer's encoding was guessed: its texts identify nothing.
    public var isTextCertain = true
    /// What was kept of buyers and receivers: what is hidden cannot be compared.
    public var policy = PrivacyPolicy()
    /// When it was asked for, in milliseconds since 1970: of two answers about one second of an
    /// order, the one asked for later knows more.
    public var askedMilliseconds: Int64 = 0

    public init(
        bytes: [UInt8], orders: [OrderRow] = [], items: [ItemRow] = [], hasNext: Bool? = nil,
        total: Int? = nil, source: RecordSource = .list
    ) {
        self.bytes = bytes
        self.orders = orders
        self.items = items
        self.hasNext = hasNext
        self.total = total
        self.source = source
    }

    /// What a row of it counts as: one without its lines or its payment is never more than a
    /// list's row, and neither is a list's row with a member that could not be read.
    public func source(of order: OrderRow) -> RecordSource {
        if order.lacksEssentials { return .list }
        return isComplete && !order.isSparse && !order.isPartial ? .detail : source
    }

    /// The text of a slot, nil when absent. For tests and rare paths: it copies.
    public func text(_ slot: ByteRange) -> String? {
        slot.isAbsent ? nil : String(decoding: bytes[slot.range], as: UTF8.self)
    }
}
