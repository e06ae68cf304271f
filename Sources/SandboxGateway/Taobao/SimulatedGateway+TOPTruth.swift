internal import WireFormat

/// The truth in Taobao's words.
extension SimulatedGateway {
    /// Of all types, in order of creation.
    func topOrder(_ order: OrderRecord) -> Line {
        { json in
            json.member("tid", order.tid)
            json.member("status", order.status.rawValue)
            json.member("modified", BeijingTime.text(order.modified))
            json.member("payment", Fen.yuanText(order.paymentFen))
        }
    }

    func topRefunds(of order: OrderRecord) -> [Line] {
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
    func topParcels(of order: OrderRecord) -> [Line] {
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
