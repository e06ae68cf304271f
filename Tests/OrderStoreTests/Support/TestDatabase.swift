import Foundation
import SyncCore

@testable import OrderStore

/// A database file in a separate folder, removed with it.
final class TestDatabase: Sendable {
    let folder: String
    let path: String

    init() throws {
        folder = NSTemporaryDirectory() + "ordersync-store-" + UUID().uuidString
        path = folder + "/orders.db"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func open() throws -> OrderStore { try OrderStore(path: path) }

    /// Runs SQL as another program.
    func execute(_ sql: String) throws { try Connection(path).execute(sql) }

    func rows(_ sql: String) throws -> [String] {
        try Connection(path, isReadOnly: true).rows(sql)
    }

    func value(_ sql: String) throws -> String { try rows(sql).first ?? "" }

    /// Everything that every table holds, bytes and types included.
    func content() throws -> [String] {
        let database = try Connection(path, isReadOnly: true)
        let tables = try database.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'fault' ORDER BY 1")
        var content: [String] = []
        for table in tables {
            let columns = try database.rows("SELECT name FROM pragma_table_info('\(table)')")
            let values = columns.map { "typeof(\($0)) || hex(\($0))" }.joined(separator: ", ")
            content += try database.rows("SELECT \(values) FROM \(table)").sorted()
                .map { "\(table): \($0)" }
        }
        return content
    }
}

extension PageCommit {
    /// A page of orders.
    init(page: OrderPage?, change: LedgerChange) {
        self.init(content: page.map { .orders($0) }, change: change)
    }
}

extension OrderStore {
    /// Stores orders of a shop without moving a cursor.
    @discardableResult
    func store(
        _ orders: [TestOrder], _ source: RecordSource = .list, shop: ShopID, now: Int64 = 1_000
    ) throws -> StoredCounts {
        let stream = StreamID(shop: shop, kind: .orders)
        let commit = PageCommit(
            content: .orders(page(orders, source)), change: LedgerChange(stream: stream))
        return try apply([.page(commit)], now: UTCInstant(seconds: now)).counts
    }

    func registerShop(_ name: String = "one") throws -> ShopID {
        try registerShop(name: name, platform: "taobao", app: "main")
    }

    /// Runs SQL on the store's own connection.
    func execute(_ sql: String) throws { try database.execute(sql) }

    func integer(_ sql: String) throws -> Int64 { try database.integer(sql) }
}

extension TestDatabase {
    /// The database's file, or with `-wal` its log.
    func bytes(_ suffix: String = "") throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path + suffix)))
    }

    func write(_ bytes: [UInt8], _ suffix: String = "") throws {
        try Data(bytes).write(to: URL(filePath: path + suffix))
    }
}
