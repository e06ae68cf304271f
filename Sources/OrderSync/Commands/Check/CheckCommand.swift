import ArgumentParser
import Configuration
import HTTPTransport
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks configuration, secrets, database, gateway, clock and authorisations.",
        discussion: """
            Prints one line per check, with the fix. Makes up to five calls per app, two per shop \
            and one per PID with watched products; they count toward the day's calls. Lines that \
            begin with "note" are not errors.
            """)

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Check only configuration and secrets: make no calls, do not open the database.")
    var offline = false
    @Flag(help: "Print only problems.")
    var quiet = false
    @Flag(help: "Print JSON.")
    var json = false

    /// One line of the report.
    struct Finding: Sendable {
        var subject: String
        var isGood: Bool
        var text: String
        /// Good, but worth knowing.
        var isNote = false
        /// What to exit with if this is the first that is not good.
        var status = ExitStatus.failed
    }

    func run() async throws {
        try await reporting {
            let findings = await examine()
            let shown = quiet ? findings.filter { !$0.isGood } : findings
            if json || !shown.isEmpty {
                Console.write(json ? Self.json(shown) : Self.text(shown))
            }
            if let first = findings.first(where: { !$0.isGood }) {
                throw ExitCode(first.status.rawValue)
            }
        }
    }

    // MARK: Examining

    private func examine() async -> [Finding] {
        let configuration: Configuration
        do {
            configuration = try options.read()
        } catch {
            return error.lines.map {
                Finding(subject: "config", isGood: false, text: $0, status: .configurationWrong)
            }
        }
        let counts =
            "\(DisplayText.count(configuration.apps.count, "app")), "
            + DisplayText.count(configuration.shops.count, "shop")
        var findings = [
            Finding(subject: "config", isGood: true, text: "\(options.config): \(counts)")
        ]
        if let fault = configuration.caFile.flatMap(CAFile.fault) {
            findings.append(
                Finding(
                    subject: "ca_file", isGood: false, text: fault, status: .configurationWrong))
        }
        findings += ConfigurationTraps.notes(configuration).map {
            Finding(subject: "config", isGood: true, text: $0, isNote: true)
        }
        findings += SharedAccounts.lines(configuration).map {
            Finding(subject: "config", isGood: false, text: $0, status: .configurationWrong)
        }
        if offline { return findings + SecretCheck(configuration).findings() }
        let probe = DatabaseProbe(configuration)
        findings.append(probe.finding())
        findings += RefundsProbe(configuration).findings(now: SystemClocks.wall())
        findings += RejectedRowsProbe(configuration).findings()
        if let page = await PageProbe(configuration).finding() { findings.append(page) }
        let transport = CurlTransport(caFile: configuration.caFile)
        var uncounted: StoreError?
        var sellers = SellerProbe(configuration)
        findings += sellers.notes()
        for app in configuration.apps {
            let (found, trouble) = await examine(app, configuration, transport, &sellers)
            findings += found
            uncounted = uncounted ?? trouble
        }
        if let uncounted { findings.append(probe.uncounted(uncounted)) }
        return findings
    }

    /// - Returns: also why its calls could not be counted, if they could not.
    private func examine(
        _ app: Configuration.App, _ configuration: Configuration, _ transport: CurlTransport,
        _ sellers: inout SellerProbe
    ) async -> ([Finding], uncounted: StoreError?) {
        let secret: Secret
        let calls: CommandCalls
        do {
            secret = try app.secret.read()
            calls = try await CommandCalls(app, configuration, needsBook: false)
        } catch {
            let failure = CommandFailure(error)
            return ([Self.finding(app, failure.line, failure.status)], nil)
        }
        if let end = configuration.banEnd(of: app) {
            let text =
                "banned by the platform until \(BeijingTime.text(end)) Beijing time; "
                + "nothing is called until then, no action needed"
            return ([Self.finding(app, text, .tryAgainLater)], nil)
        }
        var prober = GatewayProber(app: app, secret: secret, transport: transport, calls: calls)
        let findings = await examine(app, configuration, &prober, &sellers)
        return (findings, prober.calls.trouble)
    }

    private static func finding(
        _ app: Configuration.App, _ text: String, _ status: ExitStatus
    ) -> Finding {
        Finding(subject: "app \(app.name)", isGood: false, text: text, status: status)
    }

    private func examine(
        _ app: Configuration.App, _ configuration: Configuration, _ prober: inout GatewayProber,
        _ sellers: inout SellerProbe
    ) async -> [Finding] {
        let clock = await prober.examineClock()
        var findings = [clock]
        guard clock.isGood else { return findings }
        var permissions: [Finding]?
        for shop in configuration.shops where shop.app == app.name {
            let standing = await prober.examine(shop)
            findings.append(standing)
            // An expired session that the daemon refreshes is noted, but cannot call.
            let canCall = standing.isGood && !standing.isNote
            if canCall, !shop.isPromoter {
                findings += await examineSeller(of: shop, app, &prober, &sellers)
            }
            if canCall, shop.isPromoter {
                findings += await PlaceProbe(app: app, configuration: configuration).findings(shop)
            }
            // Permissions are the app's: one shop that works is enough to look at them.
            guard canCall, permissions == nil else { continue }
            permissions = await prober.examinePermissions(with: shop)
        }
        findings += permissions ?? []
        return findings
    }

    /// A seller that the platform does not answer is no fault: rows are read all the same, and
    /// compared.
    private func examineSeller(
        of shop: Configuration.Shop, _ app: Configuration.App, _ prober: inout GatewayProber,
        _ sellers: inout SellerProbe
    ) async -> [Finding] {
        if let seller = try? await prober.seller(of: shop).get() {
            let wrong = sellers.finding(shop, app, seller) ?? sellers.finding(shop, app, read: nil)
            return wrong.map { [$0] } ?? []
        }
        let read = await prober.ordersOfDay(of: shop)
        return sellers.finding(shop, app, read: read).map { [$0] } ?? []
    }

    // MARK: Report

    private static func text(_ findings: [Finding]) -> String {
        DisplayText.table(findings.map { [word($0), $0.subject, $0.text] })
    }

    private static func word(_ finding: Finding) -> String {
        if finding.isNote { return "note" }
        return finding.isGood ? "ok" : "FAIL"
    }

    private static func json(_ findings: [Finding]) -> String {
        var json = JSONWriter()
        json.array { json in
            for finding in findings {
                json.object { json in
                    json.member("subject", finding.subject)
                    json.member("ok", finding.isGood)
                    json.member("note", finding.isNote)
                    json.member("text", finding.text)
                }
            }
        }
        return json.text
    }
}
