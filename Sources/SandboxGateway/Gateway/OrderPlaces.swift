/// One page of a list: places of orders, newest first.
struct OrderPlaces: Sendable {
    var serials: [Int] = []
    var hasNext = false
    /// How many rows the whole list has; counted only if asked for.
    var total: Int64 = 0
}
