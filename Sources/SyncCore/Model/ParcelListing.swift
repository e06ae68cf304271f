/// The parcels of an order, as the platform's list of them shows them.
public struct ParcelListing: Equatable, Sendable {
    public var rows: [ParcelRow]
    /// Parcels of the answer whose numbers cannot be read.
    public var rejected: [RejectedRow]

    public init(rows: [ParcelRow], rejected: [RejectedRow] = []) {
        self.rows = rows
        self.rejected = rejected
    }
}
