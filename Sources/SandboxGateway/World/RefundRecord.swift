internal import SyncCore

/// A refund of one sub-order.
struct RefundRecord: Sendable {
    let id: Int64
    let created: UTCInstant
    var modified: UTCInstant
    var status: TOPRefundStatus
    let feeFen: Int64
    /// True after the trade has finished (`aftersale`), false while it runs (`onsale`).
    let isAftersale: Bool
    /// True if the buyer has the goods and must send them back first.
    let needsReturn: Bool
    /// A part of the money is returned, and the order continues.
    let isPartial: Bool
    /// When the buyer sent the goods back.
    var returned: UTCInstant?
}
