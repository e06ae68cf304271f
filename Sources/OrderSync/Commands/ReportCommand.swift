import ArgumentParser
import Configuration
import Glibc
import OrderStore
import ProgramSupport
import Report
import SyncCore

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Reports sales by day, shop, status, item or province, from the database.",
        discussion: """
            Only reads, and never blocks a running daemon. Orders count on the Beijing day of \
            their payment, refunds on the day of their order. A report contains no buyer's data. \
            docs/REPORT.md defines every figure.

            The last 30 days as a page:     ordersync report --output sales.html
            Goods of a week, for Excel:     ordersync report --by item --from 2025-11-11 \
            --to 2025-11-17 --excel --output goods.csv
            """)

    @Option(
        help: ArgumentHelp(
            "First day: yyyy-mm-dd in Beijing, today or yesterday. (default: 30 days in all)",
            valueName: "day"))
    var from: String?
    @Option(help: ArgumentHelp("Last day, included. (default: today)", valueName: "day"))
    var to: String?
    @Option(
        help: ArgumentHelp("A shop; give it again for more. (default: all)", valueName: "name"))
    var shop: [String] = []
    @Option(
        help: ArgumentHelp(
            "What a line stands for: day, shop, status, item or province.", valueName: "group"),
        transform: grouping)
    var by = SalesGrouping.day
    @Option(
        help: ArgumentHelp(
            "How to write it. (default: as the output file is called, else table)",
            valueName: "format"))
    var format: ReportFormat?
    @Option(
        help: ArgumentHelp(
            "Language of table and page. (default: that of the environment)", valueName: "lang"))
    var lang: ReportLanguage?
    @Option(help: ArgumentHelp("Write to a file.", valueName: "file"))
    var output: String?
    @Flag(help: "Begin the CSV with a byte order mark: Excel needs it to read Chinese.")
    var excel = false
    @Option(
        help: ArgumentHelp(
            "The configuration file, which names the database. "
                + "(default: \(ConfigurationOption.standardPath))", valueName: "path"))
    var config: String?
    @Option(help: ArgumentHelp("The database; no configuration is read.", valueName: "path"))
    var database: String?

    func validate() throws {
        guard config == nil || database == nil else {
            throw ValidationError("give --config or --database, not both")
        }
        guard !excel || chosenFormat == .csv else {
            throw ValidationError("--excel is for --format csv")
        }
    }

    func run() async throws {
        try await reporting {
            let now = SystemClocks.wall()
            let period = try ReportPeriod(from: from, to: to, now: now)
            let reader = try SalesReader(path: try databasePath())
            if let unknown = shop.first(where: { !reader.shopNames.contains($0) }) {
                let names = reader.shopNames.joined(separator: ", ")
                throw CommandFailure(
                    .wrongUsage, "no shop \(unknown) in the database; it has \(names)")
            }
            let sales = try reader.read(
                SalesQuery(
                    firstDay: period.firstDay, lastDay: period.lastDay, grouping: by, shops: shop))
            let report = SalesReport(sales, period: period, grouping: by, madeAt: now)
            let text = rendered(report)
            guard let output else {
                return Console.write(text, terminator: text.hasSuffix("\n") ? "" : "\n")
            }
            try OutputFile.write(text.hasSuffix("\n") ? text : text + "\n", path: output)
        }
    }

    private static func grouping(_ text: String) throws -> SalesGrouping {
        guard let grouping = SalesGrouping(rawValue: text) else {
            throw ValidationError(
                "expected one of "
                    + SalesGrouping.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return grouping
    }

    private var chosenFormat: ReportFormat {
        format ?? output.flatMap { ReportFormat(path: $0) } ?? .table
    }

    private func databasePath() throws(ConfigurationError) -> String {
        if let database { return database }
        let path = config ?? ConfigurationOption.standardPath
        return try ConfigurationReader.read(path: path).storePath
    }

    private func rendered(_ report: SalesReport) -> String {
        let language =
            lang ?? ReportLanguage { getenv($0).map { String(cString: $0) } }
        let text = ReportText(language: language)
        return switch chosenFormat {
        case .table: TableRenderer.render(report, text)
        case .csv: (excel ? CSVRenderer.byteOrderMark : "") + CSVRenderer.render(report)
        case .json: JSONRenderer.render(report)
        case .html: HTMLRenderer.render(report, text)
        }
    }
}
