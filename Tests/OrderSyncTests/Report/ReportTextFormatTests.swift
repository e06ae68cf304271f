import Foundation
import OrderStore
import Testing

@testable import ProgramSupport
@testable import Report

/// Table, CSV and JSON: what they look like, and what text from outside cannot do to them.
@Suite struct ReportTextFormatTests {
    private typealias Sample = ReportSample
    private let day = ReportSample.day

    private var days: SalesReport {
        Sample.report(
            .day,
            [
                Sample.group(.day(day), 2, paid: 1_001, refunded: 1),
                Sample.group(.day(day + 1), paid: 5, refunded: 10, unknown: 3),
            ], days: 3)
    }

    private var goods: SalesReport {
        Sample.report(
            .item,
            [
                Sample.group(.item(shop: "demo", id: "7"), paid: 200, title: "猫粮"),
                Sample.group(.item(shop: "demo", id: nil), paid: 100, title: nil),
            ]
        ) {
            $0.total.paidFen = 350
            $0.unattributed = SalesFigures(paidFen: 50)
        }
    }

    @Test func theTableAlignsWideCharacters() {
        #expect(
            TableRenderer.render(days, Sample.chinese) == """
                每日销售  2025-11-11 至 2025-11-13
                店铺：demo

                日期        订单数  买家数  实付金额  退款   净额  客单价  金额待定
                2025-11-11       2       2     10.01  0.01  10.00    5.01         0
                2025-11-12       1       1      0.05  0.10  -0.05    0.05         3
                2025-11-13       0       0      0.00  0.00   0.00       -         0
                -------------------------------------------------------------------
                合计             3       3     10.06  0.11   9.95    3.35         3

                ! 3 笔订单的付款金额平台尚未给出，未计入任何金额。
                """)
    }

    @Test func theTableOfGoodsIsAligned() {
        #expect(
            TableRenderer.render(goods, Sample.english) == """
                Sales by item  2025-11-11
                Shop: demo

                Item                       Orders  Buyers  Pieces  Paid  Refunds   Net  Average
                猫粮                            1       1       1  2.00     0.00  2.00     2.00
                Unnamed item                    1       1       1  1.00     0.00  1.00     1.00
                Not attributable to items                          0.50     0.00  0.50         
                -------------------------------------------------------------------------------
                Total                           2       2       2  3.50     0.00  3.50     1.75
                """)
    }

    @Test func tableKeepsItsLinesWhateverTheTitles() {
        let text = TableRenderer.render(Sample.attacked, Sample.english)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3)
        #expect(lines.count == Sample.attacks.count + 3)
        #expect(Set(lines.map { DisplayText.width(String($0)) }).count == 1)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(!text.unicodeScalars.contains("\u{202E}"))
    }

    @Test func longTitlesAreCut() {
        let title = String(repeating: "猫", count: 60)
        let cut = PlainText.cut(title, columnsMax: 48)
        #expect(cut == String(repeating: "猫", count: 23) + "…")
        #expect(PlainText.cut("short", columnsMax: 5) == "short")
        #expect(PlainText.cut("longer", columnsMax: 5) == "long…")
        #expect(PlainText.cut("", columnsMax: 5).isEmpty)
    }

    @Test func theCSVHasEveryFigure() {
        let header =
            "orders,buyers,paid_yuan,refund_yuan,net_yuan,average_yuan,amount_unknown_orders"
        #expect(
            CSVRenderer.render(days).components(separatedBy: "\r\n") == [
                "row,day,\(header)", "group,2025-11-11,2,2,10.01,0.01,10.00,5.01,0",
                "group,2025-11-12,1,1,0.05,0.10,-0.05,0.05,3",
                "group,2025-11-13,0,0,0.00,0.00,0.00,,0", "total,,3,3,10.06,0.11,9.95,3.35,3", "",
            ])
        let goodsHeader = header.replacing("buyers", with: "buyers,quantity")
        #expect(
            CSVRenderer.render(goods).components(separatedBy: "\r\n") == [
                "row,item,title,shop,\(goodsHeader)",
                "group,7,猫粮,demo,1,1,1,2.00,0.00,2.00,2.00,0",
                "group,,,demo,1,1,1,1.00,0.00,1.00,1.00,0",
                "unattributed,,,,,,,0.50,0.00,0.50,,0", "total,,,,2,2,2,3.50,0.00,3.50,1.75,0",
                "",
            ])
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
        ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("=1+1", "'=1+1"), ("+1", "'+1"),
        ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\r=x", "\"'\r=x\""), ("  =x", "'  =x"),
        ("＝x", "'＝x"), ("　=x", "'　=x"), ("a=b", "a=b"), ("1-2", "1-2"), (" a", "\" a\""),
        ("=\"a\",b", "\"'=\"\"a\"\",b\""), ("\"", "\"\"\"\""), ("猫粮", "猫粮"),
    ])
    func csvCellsAreQuoted(text: String, cell: String) {
        #expect(CSVRenderer.cell(text) == cell)
    }

    /// Every line has as many cells as the header, whatever the titles hold.
    @Test func csvKeepsItsShape() {
        var cells = [[""]]
        var isQuoted = false
        for scalar in CSVRenderer.render(Sample.attacked).unicodeScalars {
            let (row, cell) = (cells.count - 1, cells[cells.count - 1].count - 1)
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: cells[row].append("")
            case "\n" where !isQuoted: cells.append([""])
            default: cells[row][cell].unicodeScalars.append(scalar)
            }
        }
        #expect(cells.count == Sample.attacks.count + 3)
        #expect(Set(cells.dropLast().map(\.count)) == [12])
        let starters: Set<Character> = ["=", "+", "@", "\t"]
        for text in cells.flatMap({ $0 }) {
            #expect(text.first.map { !starters.contains($0) } ?? true, "\(text)")
        }
    }

    @Test func theJSONHasEveryFigure() throws {
        let report = Sample.report(.province, [Sample.group(.province(nil), 0, paid: 0)]) {
            $0.syncedUntilAt = 5
        }
        let figures = """
            "orders":0,"buyers":0,"paid_fen":0,"refund_fen":0,"net_fen":0,"average_fen":null,\
            "amount_unknown_orders":0
            """
        #expect(
            JSONRenderer.render(report) == """
                {"version":"\(orderSyncVersion)","from":"2025-11-11","to":"2025-11-11",\
                "time_zone":"Asia/Shanghai","by":"province","shops":["demo"],\
                "promoters":[],"made_at":1762845000,"synced_until_at":5,"loaded_from_at":null,\
                "rows":[{"province":null,\(figures)}],"unattributed":null,"total":{\(figures)},\
                "not_counted":{"orders_without_payment_time":0,\
                "orders_without_payment_time_fen":0,"refunds_of_orders_not_counted":0,\
                "refunds_of_orders_not_counted_fen":0,"refunds_without_order":0,\
                "refunds_without_order_fen":0,"refunds_without_amount":0,"promoted_orders":0,\
                "promoted_commission_fen":0,"promoted_commission_settled_fen":0}}
                """)
    }

    @Test func theJSONOfEveryReportIsValid() throws {
        for report in [days, goods, Sample.attacked, Sample.report(.status, [])] {
            let data = Data(JSONRenderer.render(report).utf8)
            let object = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let rows = try #require(object["rows"] as? [[String: Any]])
            #expect(rows.count == report.lines.count)
            #expect(rows.allSatisfy { $0[report.grouping.rawValue] != nil })
        }
        let data = Data(JSONRenderer.render(goods).utf8)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let rest = object?["unattributed"] as? [String: Int]
        #expect(
            rest == ["paid_fen": 50, "refund_fen": 0, "net_fen": 50, "amount_unknown_orders": 0])
    }
}
