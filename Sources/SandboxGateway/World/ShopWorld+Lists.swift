internal import SyncCore

extension ShopWorld {
    /// Reads one page of a list, newest first. With `has_next` it stops at the first row behind
    /// the page; otherwise it counts them all.
    func page(_ query: TradeQuery) -> TradePage {
        switch query.order {
        case .created:
            let low = orderPlace(notBefore: query.start)
            let high = orderPlace(notBefore: query.end.advanced(bySeconds: 1))
            return collect(query, places: low..<max(low, high)) { $0 }
        case .modified:
            let low = index.firstPlace(notBefore: query.start)
            let high = index.firstPlace(notBefore: query.end.advanced(bySeconds: 1))
            return collect(query, places: low..<max(low, high)) { index.entries[$0].serial }
        }
    }

    private func collect(
        _ query: TradeQuery, places: Range<Int>, serial: (Int) -> Int
    ) -> TradePage {
        var result = TradePage()
        let last = query.page.offset + query.page.size
        var matched = 0
        for place in places.reversed() {
            let serial = serial(place)
            guard isListed(serial, query) else { continue }
            if matched >= query.page.offset, matched < last { result.serials.append(serial) }
            matched += 1
            if query.page.wantsHasNext, matched > last {
                result.hasNext = true
                return result
            }
        }
        result.total = Int64(matched)
        return result
    }

    private func isListed(_ serial: Int, _ query: TradeQuery) -> Bool {
        if hasLateChanges {
            guard let order = listed(serial) else { return false }
            return query.matches(type: order.type, status: order.status, salt: order.salt)
        }
        return query.matches(
            type: orders[serial].type, status: orders[serial].status, salt: orders[serial].salt)
    }

    /// The first place of an order that was not created before `instant`.
    private func orderPlace(notBefore instant: UTCInstant) -> Int {
        var low = 0
        var high = orders.count
        while low < high {
            let middle = (low + high) / 2
            if orders[middle].created < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
