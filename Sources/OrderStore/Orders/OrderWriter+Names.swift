internal import SyncCore

/// Names as the columns have them, bound in place.
extension OrderWriter {
    static func name(_ status: OrderStatus) -> StaticString {
        switch status {
        case .unpaid: "unpaid"
        case .paid: "paid"
        case .partShipped: "part_shipped"
        case .shipped: "shipped"
        case .completed: "completed"
        case .closed: "closed"
        case .unknown: "unknown"
        }
    }

    static func name(_ source: RecordSource) -> StaticString {
        switch source {
        case .list: "list"
        case .detail: "detail"
        }
    }
}
