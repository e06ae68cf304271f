internal import SyncCore

/// The outcome of decoding a row that cannot be stored.
struct RowRejection: Error {
    var row: RejectedRow

    init(_ row: RejectedRow) {
        self.row = row
    }
}
