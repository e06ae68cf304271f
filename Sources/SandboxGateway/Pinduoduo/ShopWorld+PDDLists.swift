internal import SyncCore

extension ShopWorld {
    /// One page of the orders whose deal lies in a time. The platform promises no order; here it
    /// is always the same one, and none that a client could mistake for a promise.
    func confirmed(
        _ times: ClosedRange<UTCInstant>, _ page: ListPage, where isListed: (Int) -> Bool
    ) -> OrderPlaces {
        // The deal never comes before the order.
        let high = orderPlace(notBefore: times.upperBound.advanced(bySeconds: 1))
        let serials = (0..<high).filter { serial in
            guard let deal = orders[serial].paid, times.contains(deal) else { return false }
            return isListed(serial)
        }
        .map { (SplitMix64.mixed(orders[$0].salt), $0) }
        .sorted { $0 < $1 }
        var result = OrderPlaces()
        result.serials = serials.dropFirst(page.offset).prefix(page.size).map(\.1)
        result.total = Int64(serials.count)
        result.hasNext = serials.count > page.offset + page.size
        return result
    }
}
