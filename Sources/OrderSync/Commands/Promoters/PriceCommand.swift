import ArgumentParser
import Configuration
import Glibc
import OrderStore
import ProgramSupport
import Report
import SyncCore
import WireFormat

struct PriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "Shows prices of Pinduoduo products after coupon (到手价), with all components.",
        discussion: """
            Goods are named by goods_sign, as links and searches carry it. The price is what one \
            piece costs in a group, less the coupon if that can be used now; what the platform's \
            own discounts may take off is separate, because how discounts combine is not \
            documented. \
            Where the platform refuses the PID, the price is that for everyone, and says so.

            A product that is not offered or cannot be read does not keep the others from being \
            printed; the command then exits with 1. If nothing else can be asked for (the platform \
            is unreachable, the day's calls are used up), it prints what it has and exits with the \
            code of that failure.

            Its calls count for the day like the daemon's: where there is a database it must be \
            one that this user may write.

            With the history that [[price_watch]] has gathered, as a page:
                ordersync price SIGN --html price.html
            """)

    @Argument(help: "The products, by goods_sign.")
    var goods: [String]
    @OptionGroup var promoter: PromoterOptions
    @Option(help: "The PID to query with. (default: the PID of the price watch)")
    var pid: String?
    @Option(
        help: ArgumentHelp(
            "The custom parameters that go with the PID. (default: those of the watch)",
            valueName: "json"))
    var customParameters: String?
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(help: "Print the history as well.")
    var history = false
    @Option(
        help: ArgumentHelp("Write a page with a chart of the history.", valueName: "file"))
    var html: String?
    @Option(
        help: ArgumentHelp(
            "Language of table and page. (default: that of the environment)", valueName: "lang"))
    var lang: ReportLanguage?

    func validate() throws {
        guard goods.allSatisfy(PromoterReader.isSign) else {
            throw ValidationError("A goods_sign has letters, digits, _ and - only.")
        }
        if let customParameters, !customParameters.isEmpty,
            let fault = CustomParameters.fault(customParameters)
        {
            throw ValidationError("--custom-parameters: \(fault)")
        }
    }

    func run() async throws {
        try await reporting {
            let (configuration, app) = try promoter.read()
            let account = configuration.account(of: app)
            let watch = watch(account)
            let pid = pid ?? watch?.pid ?? ""
            let parameters = customParameters ?? watch?.customParameters ?? ""
            var gateway = try await PromoterGateway(app, configuration)
            var signs: [String] = []
            for sign in goods where !signs.contains(sign) { signs.append(sign) }
            let (found, end) = try await gateway.prices(
                of: signs, pid: pid, customParameters: parameters)
            var reports = found.map { found in
                PriceReport(
                    goods: found.goods, pid: pid, askedAt: found.askedAt, now: found.price,
                    failure: found.failure)
            }
            if history || html != nil {
                try Self.addHistory(to: &reports, configuration.storePath, account)
            }
            let text = PriceText(
                language: lang ?? ReportLanguage { getenv($0).map { String(cString: $0) } })
            if let html {
                try OutputFile.write(PricePage(reports: reports, text: text).html(), path: html)
            }
            if html == nil || json || history, end == nil || !reports.isEmpty {
                Console.write(
                    json
                        ? PriceJSON.text(reports) : PriceTable.text(reports, text, history: history)
                )
            }
            if let end {
                let missing = signs.count - reports.count { $0.failure == nil }
                throw CommandFailure(
                    end.status,
                    "\(end.line); \(DisplayText.count(missing, "price")) of \(signs.count) not read"
                )
            }
            guard reports.allSatisfy({ $0.now?.state == .listed }) else {
                throw ExitCode(ExitStatus.failed.rawValue)
            }
        }
    }

    /// How one of the goods is watched, else how any is; of the PID, if one is given.
    private func watch(_ account: Configuration.Shop?) -> GoodsWatch? {
        let watches = (account?.watches ?? []).filter { pid == nil || $0.pid == pid }
        return watches.first { goods.contains($0.goods) } ?? watches.first
    }

    /// A database that is not there yet, or older, has no history: that is no failure.
    private static func addHistory(
        to reports: inout [PriceReport], _ path: String, _ account: Configuration.Shop?
    ) throws {
        guard let account else { return }
        let reader: PriceReader
        do throws(StoreError) {
            reader = try PriceReader(path: path)
        } catch {
            return Console.error("no history: \(error.line)")
        }
        for index in reports.indices {
            reports[index].history = try reader.history(
                of: reports[index].goods, pid: reports[index].pid, account: account.name)
        }
    }
}
