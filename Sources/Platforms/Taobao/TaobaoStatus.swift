internal import SyncCore

/// Trade status (api:54) to the unified one.
enum TaobaoStatus {
    static func unified(_ status: UnsafeRawBufferPointer) -> OrderStatus {
        table[String(decoding: status, as: UTF8.self)] ?? .unknown
    }

    /// `step_trade_status` of a presale order (api:54).
    static func step(_ status: UnsafeRawBufferPointer) -> StepStatus {
        switch String(decoding: status, as: UTF8.self) {
        case "FRONT_NOPAID_FINAL_NOPAID": .unpaid
        case "FRONT_PAID_FINAL_NOPAID": .depositPaid
        case "FRONT_PAID_FINAL_PAID": .paid
        case "FRONT_PAID_FRONT_FORFEITED": .depositForfeited
        default: .unknown
        }
    }

    private static let table: [String: OrderStatus] = [
        "TRADE_NO_CREATE_PAY": .unpaid,
        "WAIT_BUYER_PAY": .unpaid,
        "PAY_PENDING": .unpaid,
        "WAIT_PRE_AUTH_CONFIRM": .unpaid,
        "PAID_FORBID_CONSIGN": .paid,
        "WAIT_SELLER_SEND_GOODS": .paid,
        "SELLER_CONSIGNED_PART": .partShipped,
        "WAIT_BUYER_CONFIRM_GOODS": .shipped,
        "TRADE_BUYER_SIGNED": .shipped,
        "TRADE_FINISHED": .completed,
        "TRADE_CLOSED": .closed,
        "TRADE_CLOSED_BY_TAOBAO": .closed,
    ]
}
