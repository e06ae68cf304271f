import Configuration
import Engine
import OrderStore
import SyncCore

/// What one look at the database says about every shop, judged.
struct StatusSnapshot: Sendable {
    var found: WatchedStatus
    var configuration: Configuration
    /// By the shop's name.
    var health: [String: ShopHealth]
    /// What concerns no one shop.
    var problems: [Problem]
    var now: UTCInstant
    var startedAt: UTCInstant

    init(_ found: WatchedStatus, _ state: RunState, now: UTCInstant) {
        self.found = found
        configuration = state.configuration
        self.now = now
        startedAt = state.startedAt
        problems = []
        if let trouble = state.storeTrouble {
            problems.append(Problem(kind: .databaseUnwritable, detail: trouble))
        }
        if let bytes = state.stuckLogBytes {
            problems.append(Problem(kind: .logGrows, amount: bytes >> 20))
        }
        let shops = Dictionary(
            configuration.shops.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let apps = Dictionary(
            found.status.apps.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        health = [:]
        for shop in found.status.shops {
            let limit = configuration.app(named: shop.app).map { Int64($0.callsPerDay) }
            health[shop.name] = ShopHealth.judge(
                ShopHealth.Facts(
                    shop: shop, configured: shops[shop.name], app: apps[shop.app],
                    callsPerDay: limit,
                    oldestWindowAt: found.windows[shop.name]?.oldestLiveOpenedAt,
                    newStreams: found.newStreams[shop.name] ?? [], now: now,
                    startedAt: startedAt))
        }
    }

    /// The snapshot of a database that cannot be read.
    init(unreadable error: StoreError, _ state: RunState, now: UTCInstant) {
        self.init(WatchedStatus(), state, now: now)
        problems.append(Problem(kind: .databaseUnreadable, detail: error.line))
    }

    /// All that makes the data late, the whole first.
    var reasons: [Problem] {
        problems
            + found.status.shops.flatMap { shop in
                health[shop.name]?.problems.filter(\.kind.isBad) ?? []
            }
    }

    var isHealthy: Bool {
        !problems.contains(where: \.kind.isBad) && !health.values.contains { $0.level == .bad }
    }

    func count(_ level: ShopHealth.Level) -> Int64 {
        Int64(health.values.count { $0.level == level })
    }

    /// Of all shops that are synced; nil while none is known.
    var worstLagSeconds: Int64? {
        health.values.filter { $0.level != .off }.compactMap(\.lagSeconds).max()
    }
}
