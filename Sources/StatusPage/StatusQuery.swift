import OrderStore

/// Which shops `/api/status` returns, and in what order. Without parameters: all, by name, as
/// `ordersync status --json` does.
public struct StatusQuery: Equatable, Sendable {
    public enum Order: String, Sendable {
        case name
        /// What needs a look first.
        case trouble
        case lag
        case orders
    }

    public var order = Order.name
    /// Part of a shop's or an app's name.
    public var search = ""
    /// Only shops that need a look.
    var onlyTrouble = false
    var offset = 0
    public var limit: Int?

    static let limitMax = 200

    /// Nil for a value that cannot be meant; unknown names are left alone.
    init?(_ query: [String: String]) {
        if let text = query["sort"] {
            guard let order = Order(rawValue: text) else { return nil }
            self.order = order
        }
        if let text = query["show"] {
            guard text == "all" || text == "trouble" else { return nil }
            onlyTrouble = text == "trouble"
        }
        search = query["search"]?.lowercased() ?? ""
        if let text = query["offset"] {
            guard let number = Int(text), (0...1_000_000).contains(number) else { return nil }
            offset = number
        }
        if let text = query["limit"] {
            guard let number = Int(text), (0...Self.limitMax).contains(number) else { return nil }
            limit = number
        }
    }

    /// The shops that match, in order, and how many those are before `offset` and `limit`.
    func select(_ snapshot: StatusSnapshot) -> (shops: [StoreStatus.Shop], matched: Int) {
        var shops = snapshot.found.status.shops
        if !search.isEmpty {
            shops = shops.filter {
                $0.name.lowercased().contains(search) || $0.app.lowercased().contains(search)
            }
        }
        if onlyTrouble {
            shops = shops.filter {
                let level = snapshot.health[$0.name]?.level
                return level == .bad || level == .warn
            }
        }
        let places = sorted(shops, snapshot)
        let end = limit.map { min(places.count, offset + $0) } ?? places.count
        guard offset < end else { return ([], places.count) }
        return (places[offset..<end].map { shops[$0] }, places.count)
    }

    /// Places in `shops`, which come by name, so that equal ones stay so.
    private func sorted(_ shops: [StoreStatus.Shop], _ snapshot: StatusSnapshot) -> [Int] {
        let places = Array(shops.indices)
        let keys: [(Int64, Int64)] = shops.map { shop in
            let health = snapshot.health[shop.name] ?? ShopHealth()
            let rank = Int64(ShopHealth.Level.allCases.firstIndex(of: health.level) ?? 0)
            switch order {
            case .name: return (0, 0)
            case .trouble:
                // The lag of healthy shops is never the same: rows would dance.
                return (rank, health.level == .bad ? -(health.lagSeconds ?? .max) : 0)
            case .lag: return (health.level == .off ? 1 : 0, -(health.lagSeconds ?? .max))
            case .orders: return (0, -shop.orderCount)
            }
        }
        return places.sorted { left, right in
            keys[left] != keys[right] ? keys[left] < keys[right] : left < right
        }
    }
}
