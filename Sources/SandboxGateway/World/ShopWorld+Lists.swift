internal import SyncCore

/// Reads one page of a list, newest first; bounds are inclusive, at a second's resolution. With
/// `has_next` it stops at the first row behind the page; otherwise it counts them all.
extension ShopWorld {
    func created(
        _ times: ClosedRange<UTCInstant>, _ page: ListPage, where isListed: (Int) -> Bool
    ) -> OrderPlaces {
        let low = orderPlace(notBefore: times.lowerBound)
        let high = orderPlace(notBefore: times.upperBound.advanced(bySeconds: 1))
        return collect(low..<max(low, high), page, serial: { $0 }, where: isListed)
    }

    func modified(
        _ times: ClosedRange<UTCInstant>, _ page: ListPage, where isListed: (Int) -> Bool
    ) -> OrderPlaces {
        let low = index.firstPlace(notBefore: times.lowerBound)
        let high = index.firstPlace(notBefore: times.upperBound.advanced(bySeconds: 1))
        return collect(
            low..<max(low, high), page, serial: { index.entries[$0].serial }, where: isListed)
    }

    private func collect(
        _ places: Range<Int>, _ page: ListPage, serial: (Int) -> Int, where isListed: (Int) -> Bool
    ) -> OrderPlaces {
        var result = OrderPlaces()
        let last = page.offset + page.size
        var matched = 0
        for place in places.reversed() {
            let serial = serial(place)
            guard isListed(serial) else { continue }
            if matched >= page.offset, matched < last { result.serials.append(serial) }
            matched += 1
            if page.wantsHasNext, matched > last {
                result.hasNext = true
                return result
            }
        }
        result.total = Int64(matched)
        return result
    }

    /// The first place of an order that was not created before `instant`.
    func orderPlace(notBefore instant: UTCInstant) -> Int {
        var low = 0
        var high = orders.count
        while low < high {
            let middle = (low + high) / 2
            if orders[middle].created < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
