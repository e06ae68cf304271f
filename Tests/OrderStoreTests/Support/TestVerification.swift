import SyncCore

@testable import OrderStore

/// A verification of the orders created in [0, 100), as the daemon and its command do it.
struct TestVerification {
    static let range = TimeWindow(start: UTCInstant(seconds: 0), end: UTCInstant(seconds: 100))

    let shop: TestShop
    let id: Int64

    init(_ shop: TestShop, repair: Bool = false, at now: Int64 = 5_000) async throws {
        self.shop = shop
        id = try await shop.store.beginVerification(
            shop.id, Self.range, isRepair: repair, now: UTCInstant(seconds: now))
    }

    /// The platform shows these orders, in one page.
    /// - Parameter machineBehind: seconds that the platform's clock is ahead of the machine's.
    @discardableResult
    func read(
        _ orders: [TestOrder], asked: Int64 = 6_000, machineBehind: Int64 = 0,
        isLast: Bool = true, isComplete: Bool = false, rejected: [RejectedRow] = []
    ) async throws -> StoreOutcome {
        let commit = Self.commit(
            shop, orders, asked: asked, machineBehind: machineBehind, isLast: isLast,
            isComplete: isComplete, rejected: rejected)
        return try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: asked))
    }

    static func commit(
        _ shop: TestShop, _ orders: [TestOrder], asked: Int64, machineBehind: Int64 = 0,
        isLast: Bool = true, isComplete: Bool = false, rejected: [RejectedRow] = []
    ) -> PageCommit {
        var change = LedgerChange(stream: shop.stream(.verify))
        change.askedAt = UTCInstant(seconds: asked)
        change.rowCount = orders.count
        if isLast { change.removed = [range.start] }
        var page = page(orders)
        page.askedMilliseconds = (asked - machineBehind) * 1_000
        page.isComplete = isComplete
        page.rejected = rejected
        return PageCommit(
            content: .orders(page), change: change, details: .changed, parcelPlan: TestShop.plan)
    }

    func result() async throws -> VerifyResult {
        try await shop.store.result(ofVerification: id, shop: shop.id, range: Self.range)
    }

    /// What stands, as kind and order.
    func standing() async throws -> [String] {
        try await result().standing.map { "\($0.kind) \($0.order)" }
    }
}

extension TestOrder {
    /// A whole order of two items, created at 50.
    static func whole(
        _ id: String, at modified: Int64 = 60, _ status: OrderStatus = .shipped,
        payment: Int64 = 500
    ) -> TestOrder {
        TestOrder(id, at: modified, status, payment: payment).with {
            $0.items = [TestItem("a", quantity: 1), TestItem("b", quantity: 2).sent("SF\(id)")]
            $0.edit = { $0.createdAt = UTCInstant(seconds: 50) }
        }
    }
}
