internal import SyncCore
internal import WireFormat

/// The outcome of decoding a row that cannot be stored.
struct RowRejection: Error {
    var row: RejectedRow

    init(_ row: RejectedRow) {
        self.row = row
    }
}

extension RejectedRow {
    /// What the row is recognised by in another answer.
    var key: UInt64 { id.map { ContentHash.hash($0) } ?? contentHash }
}
