import OrderStore
import WireFormat

/// CSV after RFC 4180: UTF-8, lines end with CR LF. Money is yuan with two decimals. The header
/// is a contract: see docs/REPORT.md.
public enum CSVRenderer {
    /// Marks a file as UTF-8 for Excel; other programs take it for part of the first name.
    public static let byteOrderMark = "\u{FEFF}"

    public static func render(_ report: SalesReport) -> String {
        let isByItem = report.grouping == .item
        var header = ["row", report.grouping.rawValue]
        if isByItem { header += ["title", "shop"] }
        header += ["orders", "buyers"]
        if isByItem { header.append("quantity") }
        header += [
            "paid_yuan", "refund_yuan", "net_yuan", "average_yuan", "amount_unknown_orders",
        ]
        var rows = [header]
        for line in report.lines {
            rows.append(["group"] + names(line) + cells(line.figures, isByItem: isByItem))
        }
        let blank = isByItem ? ["", "", ""] : [""]
        if let rest = report.unattributed {
            rows.append(["unattributed"] + blank + rest.unattributedCells)
        }
        rows.append(["total"] + blank + cells(report.total, isByItem: isByItem))
        return rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A cell of text: quoted where needed. One that a spreadsheet would run as a formula gets an
    /// apostrophe in front (OWASP, "CSV Injection").
    static func cell(_ text: String) -> String {
        let first = text.unicodeScalars.first { $0 != " " && $0 != "\u{3000}" && $0 != "\u{A0}" }
        let safe = first.map { starters.contains($0) } ?? false ? "'" + text : text
        let needsQuotes = safe.unicodeScalars.contains {
            $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n"
        }
        guard needsQuotes || safe.hasPrefix(" ") || safe.hasSuffix(" ") else { return safe }
        return "\""
            + safe.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// What begins a formula, fullwidth forms included, because some spreadsheets accept both.
    private static let starters: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠",
    ]

    private static func names(_ line: SalesReport.Line) -> [String] {
        switch line.key {
        case .day(let day): [ReportPeriod.text(day)]
        case .shop(let name), .status(let name): [cell(name)]
        case .province(let name): [cell(name ?? "")]
        case .item(let shop, let id): [cell(id ?? ""), cell(line.title ?? ""), cell(shop)]
        }
    }

    private static func cells(_ figures: SalesFigures, isByItem: Bool) -> [String] {
        ["\(figures.orders)", "\(figures.buyers)"]
            + (isByItem ? ["\(figures.quantity ?? 0)"] : [])
            + [
                Fen.yuanText(figures.paidFen), Fen.yuanText(figures.refundFen),
                Fen.yuanText(figures.netFen), figures.averageFen.map(Fen.yuanText) ?? "",
                "\(figures.unknownOrders)",
            ]
    }
}

extension SalesFigures {
    /// What is left over by goods has money, but no orders, buyers or pieces.
    fileprivate var unattributedCells: [String] {
        [
            "", "", "", Fen.yuanText(paidFen), Fen.yuanText(refundFen), Fen.yuanText(netFen), "",
            "\(unknownOrders)",
        ]
    }
}
