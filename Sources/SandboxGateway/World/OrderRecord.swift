internal import SyncCore

/// An order as the platform holds it. What never changes and matters little (names, addresses)
/// is not stored but derived from `salt` when a row is rendered.
struct OrderRecord: Sendable {
    let tid: Int64
    let salt: UInt64
    let type: TradeType
    let created: UTCInstant
    let postFen: Int64

    var status: TradeStatus
    var modified: UTCInstant
    /// Counts the changes: two versions of the same second differ in it.
    var revision: UInt32 = 0
    var paid: UTCInstant?
    var consigned: UTCInstant?
    var ended: UTCInstant?
    var items: [ItemRecord]
    var parcels: [ParcelRecord] = []
    var sellerFlag: Int64 = 0
    var memoCount = 0
    var isBuyerRated = false
    var isSellerRated = false
    /// For `step` trades: when the deposit was paid.
    var depositPaid: UTCInstant?
    /// A line of it is sent in two parcels.
    var isSentInPieces = false
    /// The seller has corrected the number of its last parcel.
    var isWaybillCorrected = false

    var totalFen: Int64 { items.reduce(0) { $0 + $1.priceFen * $1.quantity } }
    var adjustFen: Int64 { items.reduce(0) { $0 + $1.adjustFen } }
    var sharedDiscountFen: Int64 { items.reduce(0) { $0 + $1.sharedDiscountFen } }

    /// What the buyer pays: the sub-orders' shares and the postage.
    var paymentFen: Int64 { items.reduce(postFen) { $0 + $1.dividedFen } }

    /// What the seller has received: the shares of the confirmed sub-orders, and the postage
    /// when the trade is finished.
    var receivedFen: Int64 {
        let postage = status == .finished ? postFen : 0
        return items.reduce(postage) { $0 + ($1.status == .finished ? $1.dividedFen : 0) }
    }

    /// True while life may still move it automatically.
    var isActive: Bool { !status.isTerminal || items.contains(where: \.hasOpenRefund) }

    /// What the seller has written so far.
    var sellerMemo: String {
        (0..<memoCount).map {
            Catalogue.sellerMemos[(Int(salt % 97) + $0) % Catalogue.sellerMemos.count]
        }.joined(separator: "；")
    }
}
