internal import WireFormat

/// What a shop truly holds, whatever its lists show: one JSON object a line.
extension TOPGateway {
    /// - Parameter part: `orders`, `refunds` or `parcels`.
    /// - Returns: nil for a shop or a part that is not there.
    public func truth(shop name: String, of part: String = "orders") -> [UInt8]? {
        guard let number = shopNumber(name) else { return nil }
        let orders = world.shops[number].orders
        switch part {
        case "orders": return lines(orders.map { order in { write(order, to: &$0) } })
        case "refunds": return lines(orders.flatMap { refunds(of: $0) })
        case "parcels": return lines(orders.flatMap { parcels(of: $0) })
        default: return nil
        }
    }

    private typealias Line = (inout JSONWriter) -> Void

    private func lines(_ lines: [Line]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            var json = JSONWriter()
            json.object(line)
            bytes += json.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Of all types, in order of creation.
    private func write(_ order: OrderRecord, to json: inout JSONWriter) {
        json.member("tid", order.tid)
        json.member("status", order.status.rawValue)
        json.member("modified", BeijingTime.text(order.modified))
        json.member("payment", Fen.yuanText(order.paymentFen))
    }

    private func refunds(of order: OrderRecord) -> [Line] {
        order.items.compactMap { item in
            guard let refund = item.refund else { return nil }
            return { json in
                json.member("refund_id", "\(refund.id)")
                json.member("tid", order.tid)
                json.member("oid", item.oid)
                json.member("status", refund.status.rawValue)
                json.member("modified", BeijingTime.text(refund.modified))
                json.member("refund_fee", Fen.yuanText(refund.feeFen))
            }
        }
    }

    /// Each parcel with the steps of its way so far.
    private func parcels(of order: OrderRecord) -> [Line] {
        order.parcels.map { parcel in
            { json in
                let trace = self.trace(parcel, order)
                json.member("tid", order.tid)
                json.member("out_sid", parcel.waybill)
                json.member("company_name", parcel.company.name)
                json.member("steps", Int64(trace.steps.count))
            }
        }
    }
}
