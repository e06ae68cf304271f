/// Gives a shop of the database another name: its orders, cursors and history stay.
public enum ShopRename {
    /// - Parameter replaces: deletes what is stored under the new name; else only an empty shop
    ///   of that name is deleted.
    /// - Returns: how many orders the shop has.
    public static func run(
        path: String, from old: String, to new: String, replaces: Bool
    ) throws(StoreError) -> Int64 {
        let database = try ExistingDatabase.open(path: path)
        let found = try Migrations.check(database)
        guard found == Migrations.latest else {
            throw .olderSchema(path: path, found: found, known: Migrations.latest)
        }
        try database.execute("PRAGMA synchronous = FULL")
        database.keepWriteAheadLog()
        return try database.transaction { () throws(StoreError) in
            let sellers = try database.sellers(nil)
            guard let shop = sellers.first(where: { $0.row.shop == old }) else {
                throw .failed(path: path, reason: "no shop \(old) in it")
            }
            if let taken = sellers.first(where: { $0.row.shop == new }) {
                guard taken.row.platform == shop.row.platform else {
                    throw .failed(path: path, reason: "shop \(new) is of another platform")
                }
                guard !taken.row.hasRows || replaces else {
                    throw .failed(
                        path: path,
                        reason: "shop \(new) has its own orders. If they are the same seller's, "
                            + "--replace deletes them: what \(old) lacks of them is read again, "
                            + "three months back at most")
                }
                try delete(taken.key, database)
            }
            let rename = try database.prepare(
                "UPDATE shops SET name = :name, state = 'active', state_reason = '' "
                    + "WHERE shop_id = :shop_id")
            rename.bind(.shopID, shop.key)
            rename.bind(.name, new)
            try rename.run()
            return try database.integer(
                "SELECT count(*) FROM orders WHERE shop_id = \(shop.key)")
        }
    }

    /// Whether a shop was renamed before: the database has the new name and not the old one.
    public static func isDone(
        path: String, from old: String, to new: String
    ) throws(StoreError) -> Bool {
        let shops = try OrderStore.readSellers(path: path).map(\.shop)
        return shops.contains(new) && !shops.contains(old)
    }

    /// Deletes a shop's rows in every table.
    private static func delete(_ shop: Int64, _ database: Database) throws(StoreError) {
        for table in ["verify_findings", "verify_seen"] {
            try database.execute(
                "DELETE FROM \(table) WHERE verify_id IN "
                    + "(SELECT verify_id FROM verifications WHERE shop_id = \(shop))")
        }
        let tables = try database.prepare(
            """
            SELECT tables.name FROM sqlite_schema AS tables
            JOIN pragma_table_info(tables.name) AS columns ON columns.name = 'shop_id'
            WHERE tables.type = 'table'
            """)
        var names: [String] = []
        while try tables.step() { names.append(tables.text(0)) }
        for name in names {
            try database.execute("DELETE FROM \(name) WHERE shop_id = \(shop)")
        }
    }
}
