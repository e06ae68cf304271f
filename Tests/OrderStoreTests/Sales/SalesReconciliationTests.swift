import SyncCore
import Testing

@testable import OrderStore

/// The groups of every report add up to its total, and the total is what the tables hold, to
/// the fen.
@Suite struct SalesReconciliationTests {
    private static let start = SalesDatabase.start
    private static let day = SalesDatabase.day

    /// Three hundred orders of twenty days, with everything that may be missing missing somewhere.
    private static func world(seed: UInt64) throws -> SalesDatabase {
        let sales = try SalesDatabase()
        var random = SplitMix64(seed: seed)
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        let statuses = ["unpaid", "paid", "part_shipped", "shipped", "completed", "closed"]
        try sales.execute("BEGIN")
        for id in 0..<300 {
            let paidAt = start + Int64.random(in: 0..<(20 * 86_400), using: &random)
            var order = SalesDatabase.Order()
            order.shop = Int.random(in: 1...2, using: &random)
            order.status = statuses.randomElement(using: &random) ?? "paid"
            order.paidAt = chance(85) ? paidAt : nil
            order.createdAt = paidAt
            order.payment = chance(90) ? Int64.random(in: 0...1_000_00, using: &random) : nil
            order.buyer = chance(80) ? "buyer \(Int.random(in: 0..<40, using: &random))" : nil
            order.province = chance(80) ? "province \(id % 40)" : nil
            try sales.add("\(id)") { $0 = order }
            for line in 0..<Int.random(in: 0...3, using: &random) {
                let goods = Int.random(in: 0..<50, using: &random)
                try sales.addLine(
                    "\(id)", "\(line)", goods: chance(90) ? "\(goods)" : nil,
                    title: chance(50) ? "title" : nil, shop: order.shop,
                    payment: chance(80) ? Int64(goods) : nil,
                    divided: chance(60) ? Int64.random(in: 0...50_000, using: &random) : nil)
                guard chance(30) else { continue }
                try sales.addRefund(
                    "\(id)-\(line)", of: "\(id)", item: chance(80) ? "\(line)" : nil,
                    fen: Int64.random(in: 1...60_000, using: &random), shop: order.shop,
                    status: chance(80) ? "completed" : "requested")
            }
        }
        try sales.execute("COMMIT")
        return sales
    }

    /// Counted by separate SQL, which shares nothing with the reader's.
    private static func truth(
        _ sales: SalesDatabase, from: Int64, to: Int64
    ) throws -> [String] {
        let counted = """
            FROM orders WHERE payment_fen IS NOT NULL AND paid_at BETWEEN \(from) AND \(to - 1)
            """
        return try sales.rows("SELECT count(*), coalesce(sum(payment_fen), 0) \(counted)")
            + sales.rows(
                """
                SELECT coalesce(sum(refund_fen), 0) FROM refunds
                WHERE status = 'completed'
                  AND (shop_id, order_id) IN (SELECT shop_id, order_id \(counted))
                """)
            + sales.rows(
                """
                SELECT count(DISTINCT buyer) + count(*) FILTER (WHERE buyer IS NULL) \(counted)
                """)
    }

    @Test(arguments: SalesGrouping.allCases, [1, 2, 3] as [UInt64])
    func groupsAddUp(grouping: SalesGrouping, seed: UInt64) throws {
        let sales = try Self.world(seed: seed)
        for days in [Self.day...Self.day + 19, Self.day + 3...Self.day + 3] {
            let read = try sales.read(grouping, days: days)
            let start = Self.start + (days.lowerBound - Self.day) * 86_400
            let end = Self.start + (days.upperBound + 1 - Self.day) * 86_400
            let total = read.total
            #expect(
                try Self.truth(sales, from: start, to: end) == [
                    "\(total.orders)|\(total.paidFen)", "\(total.refundFen)", "\(total.buyers)",
                ], "seed \(seed)")
            let all = read.groups.map(\.figures) + (read.unattributed.map { [$0] } ?? [])
            func sum(_ figure: (SalesFigures) -> Int64) -> Int64 {
                all.reduce(0) { $0 + figure($1) }
            }
            #expect(sum(\.paidFen) == total.paidFen, "seed \(seed)")
            #expect(sum(\.refundFen) == total.refundFen, "seed \(seed)")
            #expect(sum(\.netFen) == total.netFen, "seed \(seed)")
            #expect(sum(\.unknownOrders) == total.unknownOrders, "seed \(seed)")
            if grouping == .item {
                #expect(sum { $0.quantity ?? 0 } == total.quantity, "seed \(seed)")
                #expect(read.groups.count > 30 || days.count == 1)
            } else {
                #expect(sum(\.orders) == total.orders, "seed \(seed)")
                #expect(read.unattributed == nil)
            }
        }
    }

    /// Goods lines by separate SQL.
    @Test func goodsAreWhatTheLinesHold() throws {
        let sales = try Self.world(seed: 4)
        let read = try sales.read(.item, days: Self.day...Self.day + 19)
        let truth = try sales.rows(
            """
            SELECT shop_id, ifnull(goods_id, ifnull(title, '')),
                   sum(ifnull(divided_fen, ifnull(order_items.payment_fen, 0)))
            FROM order_items WHERE (SELECT payment_fen IS NOT NULL AND paid_at IS NOT NULL
                                    FROM orders WHERE orders.shop_id = order_items.shop_id
                                      AND orders.order_id = order_items.order_id)
            GROUP BY 1, 2
            """)
        let found = read.groups.map { group in
            guard case .item(let shop, let id) = group.key else { return "" }
            return "\(shop == "east" ? 1 : 2)|\(id ?? "")|\(group.figures.paidFen)"
        }
        #expect(found.sorted() == truth.sorted())
    }
}
