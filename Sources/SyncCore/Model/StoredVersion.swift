/// What the database contains of an order, as far as a merge decision needs it.
public struct StoredVersion: Equatable, Sendable {
    public var modifiedAt: UTCInstant
    /// The stored version's details are in.
    public var hasDetails: Bool
    /// Hash of the newest list row seen for this version; 0 when none was.
    public var listHash: UInt64
    /// Hash of the newest detail seen for this version; 0 when none was.
    public var detailHash: UInt64
    public var status: OrderStatus
    public var paymentFen: Int64?
    /// When the answer that stated it was requested, in milliseconds.
    public var askedMilliseconds: Int64
    /// Why `modifiedAt` may be wrong.
    public var doubt = RowVersion.TimeDoubt.none

    public init(
        modifiedAt: UTCInstant, hasDetails: Bool, listHash: UInt64, detailHash: UInt64,
        status: OrderStatus, paymentFen: Int64?, askedMilliseconds: Int64 = 0
    ) {
        self.modifiedAt = modifiedAt
        self.hasDetails = hasDetails
        self.listHash = listHash
        self.detailHash = detailHash
        self.status = status
        self.paymentFen = paymentFen
        self.askedMilliseconds = askedMilliseconds
    }

    /// The version to compare with a row of that source: lists and details state one version in
    /// different words.
    public func row(from source: RecordSource) -> RowVersion {
        RowVersion(
            modifiedAt: modifiedAt, askedMilliseconds: askedMilliseconds,
            contentHash: source == .list ? listHash : detailHash, doubt: doubt)
    }

    /// A list's row of the same second states another status or amount than the stored detail.
    public func isContradicted(by row: OrderRow) -> Bool {
        row.status != status || (row.paymentFen != nil && row.paymentFen != paymentFen)
    }
}
