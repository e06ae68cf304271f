import SyncCore
import WireFormat

@testable import Platforms

extension PinduoduoAdapter {
    func answer(
        _ body: [UInt8], to call: Call, status: Int = 200
    ) throws(CallFailure) -> PlatformAnswer {
        try decode(PlatformResponse(status: status, body: body), to: call)
    }

    /// What a body means that is no answer to the call; nil if it is one.
    func failure(_ body: String, to call: Call) -> CallFailure? {
        do {
            _ = try answer(Array(body.utf8), to: call)
            return nil
        } catch {
            return error
        }
    }

    /// The page of orders in a body, and its summary.
    func orders(
        _ body: [UInt8], _ method: CallMethod = .ordersChanged
    ) throws(CallFailure) -> (page: OrderPage, summary: PageSummary) {
        guard case .orders(let page, let summary) = try answer(body, to: .list(method)) else {
            preconditionFailure("a list answers with orders")
        }
        return (page, summary)
    }

    /// One order of the list of changes, with these members.
    func order(_ members: String) throws(CallFailure) -> (OrderPage, OrderRow) {
        let json =
            #"{"order_sn_increment_get_response":{"order_sn_list":[{"order_sn":"1","#
            + #""updated_at":"2023-11-14 20:03:00"\#(members.isEmpty ? "" : ",")\#(members)}],"#
            + #""has_next":false}}"#
        let page = try orders(Array(json.utf8)).page
        guard let row = page.orders.first else {
            let reason = page.rejected.first?.reason.rawValue ?? "no row"
            throw CallFailure(.badRequest, code: "rejected", line: reason)
        }
        return (page, row)
    }
}

/// Beijing text as an instant.
func beijing(_ text: String) -> UTCInstant {
    guard let instant = PinduoduoTime.parse(.string(text)) else {
        preconditionFailure("no time: \(text)")
    }
    return instant
}
