internal import SyncCore
internal import WireFormat

extension ShopWorld {
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
