import Engine
import OrderStore
import ProgramSupport
import WireFormat

/// What the demo says at its end: what is in the database, and what to try next.
struct DemoSummary {
    let path: String
    let totals: OrderTotals
    let progress: EngineProgress
    /// Until everything was loaded.
    let seconds: Double
    let isResumed: Bool

    var text: String {
        var rows = [["status", "orders", "payment (yuan)"]]
        var orders: Int64 = 0
        var fen: Int64 = 0
        for row in totals.byStatus {
            orders += row.orders
            fen += row.paymentFen
            rows.append([row.status, DisplayText.grouped(row.orders), Fen.yuanText(row.paymentFen)])
        }
        rows.append(["total", DisplayText.grouped(orders), Fen.yuanText(fen)])
        let rate = Int64(Double(progress.ordersStored) / max(0.001, seconds))
        let stored = DisplayText.grouped(Int64(progress.ordersStored))
        return """

            \(DisplayText.table(rows, rightAligned: [1, 2]))
            \(shops)
            \(isResumed ? "Went on where the last run stopped: " : "")\(stored) orders and changes \
            stored in \(tenths(seconds)) s (\(DisplayText.grouped(rate)) a second), \
            \(progress.calls) calls.
            The database: \(path)  (\(DisplayText.grouped(totals.items)) goods lines, \
            \(DisplayText.grouped(totals.parcels)) parcels, \(DisplayText.grouped(totals.refunds)) \
            refunds, \(DisplayText.grouped(totals.changes)) changes in the feed)

            Try:
              sqlite3 -readonly -box \(path) "SELECT * FROM orders_readable \
            ORDER BY modified DESC LIMIT 5"
              sqlite3 -readonly -box \(path) "SELECT date(created_at,'unixepoch','+8 hours') \
            AS day, count(*) AS orders, sum(payment_fen)/100.0 AS yuan FROM orders \
            WHERE status<>'closed' GROUP BY day ORDER BY day DESC LIMIT 7"
              sqlite3 -readonly -box \(path) "SELECT seq, entity_id, kind, old_status, new_status \
            FROM changes ORDER BY seq DESC LIMIT 5"

            Next: run the demo again, it continues where it stopped; or run it with --live and watch
            orders change. For your own shop: README.md, "Your own shop".
            """
    }

    /// Of several shops, what each has.
    private var shops: String {
        guard totals.byShop.count > 1 else { return "" }
        let rows = totals.byShop.map {
            [$0.name, $0.platform, DisplayText.grouped($0.orders), Fen.yuanText($0.paymentFen)]
        }
        let head = ["shop", "platform", "orders", "payment (yuan)"]
        return "\n\(DisplayText.table([head] + rows, rightAligned: [2, 3]))\n"
    }

    private func tenths(_ seconds: Double) -> String {
        let tenths = Int64((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
