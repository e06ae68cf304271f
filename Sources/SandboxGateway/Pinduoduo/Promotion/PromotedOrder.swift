internal import SyncCore

/// An order that came through a promoter's link.
struct PromotedOrder: Sendable {
    /// The raw values are the platform's `order_status`.
    enum Status: Int64, CaseIterable, Sendable {
        case paid = 0
        case grouped, received, verified, refused, settled
        case punished = 10

        var text: String {
            switch self {
            case .paid: "已支付"
            case .grouped: "已成团"
            case .received: "确认收货"
            case .verified: "审核成功"
            case .refused: "审核失败"
            case .settled: "已结算"
            case .punished: "已处罚"
            }
        }

        /// What may come next, with weights, and after how many seconds.
        var next: [(status: Status, weight: Int, seconds: ClosedRange<Int64>)] {
            switch self {
            case .paid: [(.grouped, 1, 1...3_600)]
            case .grouped:
                // Refunded before it was received: no commission.
                [(.received, 9, 86_400...432_000), (.refused, 1, 3_600...172_800)]
            case .received:
                [(.verified, 8, 864_000...1_296_000), (.refused, 2, 3_600...864_000)]
            case .verified: [(.settled, 9, 86_400...864_000), (.punished, 1, 3_600...864_000)]
            case .refused, .settled, .punished: []
            }
        }
    }

    let serial: Int
    let salt: UInt64
    let goods: Int
    let quantity: Int64
    let goodsPrice: Int64
    /// What was paid, after the coupon.
    let amount: Int64
    let promotionRate: Int64
    let created: UTCInstant
    var status = Status.paid
    var modified: UTCInstant
    var grouped: UTCInstant?
    var received: UTCInstant?
    var verified: UTCInstant?
    var settled: UTCInstant?
    var failReason: String?

    /// Rounded down, as in all samples.
    var promotionAmount: Int64 { amount * promotionRate / 1_000 }

    mutating func move(to next: Status, at now: UTCInstant) {
        status = next
        modified = max(modified, now)
        switch next {
        case .paid: break
        case .grouped: grouped = now
        case .received: received = now
        case .verified: verified = now
        case .refused:
            verified = now
            failReason = "订单已退款"
        case .settled: settled = now
        case .punished: failReason = "违规推广"
        }
    }
}
