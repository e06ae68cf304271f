internal import SyncCore
internal import WireFormat

extension ShopWorld {
    func page(_ query: TradeQuery) -> OrderPlaces {
        guard query.start <= query.end else { return OrderPlaces() }
        switch query.order {
        case .created:
            return created(query.start...query.end, query.page) { isListed($0, query) }
        case .modified:
            return modified(query.start...query.end, query.page) { isListed($0, query) }
        }
    }

    private func isListed(_ serial: Int, _ query: TradeQuery) -> Bool {
        if hasLateChanges {
            guard let order = listed(serial) else { return false }
            return query.matches(type: order.type, status: order.status, salt: order.salt)
        }
        return query.matches(
            type: orders[serial].type, status: orders[serial].status, salt: orders[serial].salt)
    }

    typealias RefundPlace = (serial: Int, item: Int)

    /// The refunds of a list, newest change first; of one second, the newer order first.
    func refundPlaces(_ query: RefundQuery) -> [RefundPlace] {
        refundPlaces
            .compactMap { place -> (RefundPlace, UTCInstant)? in
                guard let refund = orders[place.serial].items[place.item].refund,
                    query.matches(refund, of: orders[place.serial])
                else { return nil }
                return (place, refund.modified)
            }
            .sorted { left, right in
                (left.1, left.0.serial, left.0.item) > (right.1, right.0.serial, right.0.item)
            }
            .map(\.0)
    }

    func render(_ place: RefundPlace, _ renderer: RefundRenderer, into json: inout JSONWriter) {
        let order = orders[place.serial]
        guard let refund = order.items[place.item].refund else {
            preconditionFailure("no refund at \(place)")
        }
        renderer.render(refund, of: order.items[place.item], in: order, into: &json)
    }
}
