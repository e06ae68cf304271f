public import SyncCore
public import WireFormat

extension PersonalFilter {
    /// Hides in an answer what the policy does not keep.
    public func apply(to content: inout AnswerContent) {
        if policy.storesAll { return }
        switch content {
        case .orders(var page):
            apply(to: &page)
            apply(to: &page.rejected)
            content = .orders(page)
        case .refunds(var page):
            for index in page.refunds.indices { apply(to: &page.refunds[index]) }
            apply(to: &page.rejected)
            content = .refunds(page)
        case .trace, .parcels, .affiliate, .goods, .carriers:
            break  // Couriers' texts, tracking numbers and commissions name no buyer.
        }
    }

    /// Outside an object no member name shows which part names a buyer.
    private func apply(to rows: inout [RejectedRow]) {
        guard policy.raw != .store else { return }
        for index in rows.indices {
            let isObject = rows[index].raw.first == UInt8(ascii: "{")
            let rewritten = isObject ? rows[index].raw.withUnsafeBytes { json($0) } : []
            if let rewritten { rows[index].raw = rewritten }
        }
    }

    private func apply(to refund: inout RefundRow) {
        refund.buyer = text(refund.buyer, .name)
        refund.text = text(refund.text, .message)
        let rewritten = Array(refund.raw.utf8).withUnsafeBytes { json($0) }
        if let rewritten { refund.raw = String(decoding: rewritten, as: UTF8.self) }
    }

    private func text(_ value: String?, _ kind: PersonalText) -> String? {
        guard policy.receiver != .store, let value else { return value }
        if policy.receiver == .drop { return nil }
        let mask = Array(value.utf8).withUnsafeBytes { kind.mask($0) }
        return mask.map { String(decoding: $0, as: UTF8.self) } ?? value
    }
}
