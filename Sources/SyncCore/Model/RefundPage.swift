/// One decoded answer that holds refunds.
public struct RefundPage: Equatable, Sendable {
    public var refunds: [RefundRow]
    public var source: RecordSource
    /// Rows of the answer that are not among `refunds`.
    public var rejected: [RejectedRow] = []
    /// When it was asked for, in milliseconds since 1970.
    public var askedMilliseconds: Int64 = 0

    public init(refunds: [RefundRow], source: RecordSource) {
        self.refunds = refunds
        self.source = source
    }
}
