import SyncCore

@testable import OrderStore

/// A database with orders, goods lines and refunds as a sales test states them, written by SQL.
/// Shop 1 is `east`, shop 2 `west`.
final class SalesDatabase {
    let database: TestDatabase
    private let connection: Connection

    /// Midnight in Beijing, the first second of `day`.
    static let start: Int64 = 1_762_790_400  // 2025-11-11 00:00:00 +08:00
    static let day: Int64 = 20_403

    init() throws {
        database = try TestDatabase()
        _ = try database.open()
        connection = try Connection(database.path)
        try connection.execute(
            """
            INSERT INTO shops (shop_id, name, platform, app)
            VALUES (1, 'east', 'taobao', 'a'), (2, 'west', 'taobao', 'a')
            """)
    }

    struct Order {
        var shop = 1
        var status = "paid"
        var paidAt: Int64? = SalesDatabase.start
        var payment: Int64? = 100
        var buyer: String?
        var province: String?
        var openID: String?
        var createdAt: Int64? = SalesDatabase.start
    }

    func execute(_ sql: String) throws { try connection.execute(sql) }
    func rows(_ sql: String) throws -> [String] { try connection.rows(sql) }

    func add(_ id: String, _ edit: (inout Order) -> Void = { _ in }) throws {
        var order = Order()
        edit(&order)
        try execute(
            """
            INSERT INTO order_raw (shop_id, order_id, source, raw)
            VALUES (\(order.shop), '\(id)', 'list', '{}')
            """)
        try execute(
            """
            INSERT INTO orders (shop_id, order_id, status, platform_status, buyer, item_count,
                payment_fen, created_at, paid_at, modified_at, receiver_state, has_details,
                content_hash, list_hash, raw_id, first_seen_at, synced_at, asked_ms,
                buyer_id)
            VALUES (\(order.shop), '\(id)', '\(order.status)', 'P', \(quoted(order.buyer)), 1,
                \(sql(order.payment)), \(sql(order.createdAt)), \(sql(order.paidAt)),
                \(Self.start), \(quoted(order.province)), 0, 0, 0, last_insert_rowid(), 0, 0, 0,
                \(quoted(order.openID)))
            """)
    }

    func addLine(
        _ order: String, _ item: String, goods: String?, title: String? = nil, shop: Int = 1,
        quantity: Int64? = 1, payment: Int64? = nil, divided: Int64? = nil
    ) throws {
        try execute(
            """
            INSERT INTO order_items (shop_id, order_id, item_id, title, goods_id, quantity,
                payment_fen, divided_fen, status)
            VALUES (\(shop), '\(order)', '\(item)', \(quoted(title)), \(quoted(goods)),
                \(sql(quantity)), \(sql(payment)), \(sql(divided)), 'paid')
            """)
    }

    func addRefund(
        _ id: String, of order: String?, item: String? = nil, fen: Int64?, shop: Int = 1,
        status: String = "completed", at time: Int64 = SalesDatabase.start
    ) throws {
        try execute(
            """
            INSERT INTO refunds (shop_id, refund_id, order_id, item_id, status, platform_status,
                refund_fen, modified_at, content_hash, asked_ms, first_seen_at, synced_at, raw)
            VALUES (\(shop), '\(id)', \(quoted(order)), \(quoted(item)), '\(status)', 'P',
                \(sql(fen)), \(time), 0, 0, 0, 0, '{}')
            """)
    }

    func read(
        _ grouping: SalesGrouping = .day, days: ClosedRange<Int64> = day...day,
        shops: [String] = []
    ) throws(StoreError) -> Sales {
        try SalesReader(path: database.path).read(
            SalesQuery(
                firstDay: days.lowerBound, lastDay: days.upperBound, grouping: grouping,
                shops: shops))
    }

    private func sql(_ number: Int64?) -> String { number.map { "\($0)" } ?? "NULL" }

    private func quoted(_ text: String?) -> String { text.map { "'\($0)'" } ?? "NULL" }
}

extension Sales {
    func figures(_ key: SalesKey) -> SalesFigures? {
        groups.first { $0.key == key }?.figures
    }
}
