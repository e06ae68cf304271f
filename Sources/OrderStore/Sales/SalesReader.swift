internal import WireFormat

/// Reads sales from a database beside its writer, who is never kept waiting. Everything it
/// answers is of one moment: the first read's.
public final class SalesReader {
    private let database: Database
    private var shops: [(id: Int64, name: String, isPromoter: Bool)] = []

    /// - Throws: `.cannotOpen`, and what an old, new or foreign file calls for.
    public init(path: String) throws(StoreError) {
        database = try Database(path: path, isReadOnly: true)
        let version = try Migrations.check(database)
        guard version > 0 else {
            throw .cannotOpen(path: path, reason: "it holds no orders yet")
        }
        guard version == Migrations.latest else {
            throw .failed(
                path: path,
                reason: "it has schema version \(version), reports need \(Migrations.latest); "
                    + "start `ordersync run` once, it brings the database up to date")
        }
        try database.execute("BEGIN")  // Closing the database ends it.
        let statement = try database.prepare(SalesSQL.shops)
        while try statement.step() {
            shops.append((statement.integer(0), statement.text(1), statement.integer(2) == 1))
        }
        shops.sort { NaturalOrder.precedes($0.name, $1.name) }
    }

    public var shopNames: [String] { shops.map(\.name) }

    /// Adds up the sales that `query` asks for. Names of shops that do not exist add nothing.
    public func read(_ query: SalesQuery) throws(StoreError) -> Sales {
        let asked = shops.filter { query.shops.isEmpty || query.shops.contains($0.name) }
        let chosen = asked.filter { !$0.isPromoter }
        let shopList = Self.list(chosen.map(\.id))
        var tally = SalesTally(isByItem: query.grouping == .item)
        try addOrders(to: &tally, query, shopList)
        if query.grouping == .item { try addLines(to: &tally, query, shopList) }
        try addRefunds(to: &tally, query, shopList)
        guard !tally.isOverflown else {
            throw .failed(path: database.path, reason: "its amounts are too large to add up")
        }
        var sales = Sales(
            shops: chosen.map(\.name),
            groups: tally.groupFigures.map { group in
                Sales.Group(
                    key: key(group.key, query.grouping), title: group.title,
                    figures: group.figures)
            }, total: tally.totalFigures)
        sales.unattributed = tally.unattributed
        sales.leftOut = tally.leftOut
        let promoters = asked.filter(\.isPromoter)
        sales.promoters = promoters.map(\.name)
        try readPromoted(into: &sales.leftOut, query, Self.list(promoters.map(\.id)))
        try readCoverage(into: &sales, shopList)
        return sales
    }

    private static func list(_ shops: [Int64]) -> String {
        "[\(shops.map { String($0) }.joined(separator: ","))]"
    }

    private func prepare(
        _ sql: String, _ query: SalesQuery, _ shopList: String
    ) throws(StoreError) -> Statement {
        let statement = try database.prepare(sql)
        statement.bind(.fromAt, query.startSeconds)
        statement.bind(.untilAt, query.endSeconds)
        statement.bind(.shops, shopList)
        return statement
    }

    private func addOrders(
        to tally: inout SalesTally, _ query: SalesQuery, _ shopList: String
    ) throws(StoreError) {
        let rows = try prepare(SalesSQL.orders(query.grouping), query, shopList)
        while try rows.step() {
            let payment = rows.optionalInteger(2)
            let isPaid = rows.integer(1) != 0
            let buyer = rows.text(4)
            tally.add(
                order: rows.integer(0),
                standing: payment == nil ? .amountUnknown : isPaid ? .counted : .unpaid,
                key: rows.text(3), paymentFen: payment ?? 0, buyer: buyer.isEmpty ? nil : buyer)
        }
    }

    private func addLines(
        to tally: inout SalesTally, _ query: SalesQuery, _ shopList: String
    ) throws(StoreError) {
        let rows = try prepare(SalesSQL.lines, query, shopList)
        while try rows.step() {
            tally.add(
                lineOf: rows.integer(0), key: rows.text(1), quantity: rows.integer(2),
                fen: rows.optionalInteger(3), paidAt: rows.integer(4), title: { rows.text(5) })
        }
    }

    private func addRefunds(
        to tally: inout SalesTally, _ query: SalesQuery, _ shopList: String
    ) throws(StoreError) {
        let rows = try prepare(SalesSQL.refunds(query.grouping), query, shopList)
        while try rows.step() {
            let fen = rows.optionalInteger(1)
            if let order = rows.optionalInteger(0) {
                let item = rows.text(3)
                tally.add(refundOf: order, item: item.isEmpty ? nil : item, fen: fen)
            } else if rows.integer(2) != 0 {
                tally.add(strayRefund: fen)
            }
        }
    }

    private func readPromoted(
        into leftOut: inout Sales.LeftOut, _ query: SalesQuery, _ shopList: String
    ) throws(StoreError) {
        let row = try prepare(SalesSQL.promoted, query, shopList)
        guard try row.step() else { return }
        leftOut.promotedOrders = row.integer(0)
        leftOut.commissionFen = row.integer(1)
        leftOut.settledFen = row.integer(2)
    }

    private func readCoverage(into sales: inout Sales, _ shopList: String) throws(StoreError) {
        let row = try database.prepare(SalesSQL.coverage)
        row.bind(.shops, shopList)
        guard try row.step() else { return }
        let count = Int64(sales.shops.count)
        sales.syncedUntilAt = row.integer(0) == count ? row.optionalInteger(1) : nil
        sales.loadedFromAt = row.integer(2) == count ? row.optionalInteger(3) : nil
    }

    private func key(_ text: String, _ grouping: SalesGrouping) -> SalesKey {
        switch grouping {
        case .day: return .day(Int64(text) ?? 0)
        case .shop: return .shop(text)
        case .status: return .status(text)
        case .province: return .province(text.isEmpty ? nil : text)
        case .item:
            let parts = text.split(separator: " ", maxSplits: 1)
            let shop = shops.first { parts.first.map(String.init) == String($0.id) }
            return .item(shop: shop?.name ?? "", id: parts.count > 1 ? String(parts[1]) : nil)
        }
    }
}
