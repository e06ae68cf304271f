/// Reads the history of watched prices beside the database's writer, who is never kept waiting.
public final class PriceReader {
    private let database: Database
    private let rows: Statement

    /// - Throws: `.cannotOpen`, and what an old, new or foreign file calls for.
    public init(path: String) throws(StoreError) {
        database = try Database(path: path, isReadOnly: true)
        let version = try Migrations.check(database)
        guard version == Migrations.latest else {
            throw .failed(
                path: path,
                reason: "it holds no prices yet; start `ordersync run` once with a [[price_watch]]")
        }
        rows = try database.prepare(
            """
            SELECT \(WatchedPrice.columns) FROM goods_prices
            WHERE shop_id = (SELECT shop_id FROM shops WHERE name = :name)
              AND goods_sign = :goods_sign AND pid = :pid ORDER BY observed_at, price_id
            """)
    }

    /// Of one good of a promoter's account, oldest first; empty if it was never watched.
    public func history(
        of goods: String, pid: String, account: String
    ) throws(StoreError) -> [WatchedPrice] {
        rows.bind(.name, account)
        rows.bind(.goodsSign, goods)
        rows.bind(.pid, pid)
        defer { rows.reset() }
        var history: [WatchedPrice] = []
        while try rows.step() { history.append(WatchedPrice(rows)) }
        return history
    }
}
