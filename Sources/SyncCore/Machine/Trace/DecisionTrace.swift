/// The shop whose decisions are logged, and what was last logged of it.
struct DecisionTrace: Sendable {
    let shop: ShopIndex
    private var latest: [Decision] = []

    init(shop: ShopIndex) { self.shop = shop }

    /// What of these waits is news.
    mutating func news(_ waits: [Decision]) -> [Decision] {
        defer { latest = waits }
        return waits.filter { wait in !latest.contains { wait.repeats($0) } }
    }
}
