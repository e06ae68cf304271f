import ArgumentParser
import HTTPTransport
import OrderStore
import Platforms
import SyncCore
import WireFormat

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks configuration, secrets, database, gateway, clock and authorisations.",
        discussion: "One line each, with the remedy. Costs two calls per app and one per shop.")

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON.")
    var json = false

    /// One line of the report.
    struct Finding: Sendable {
        var subject: String
        var isGood: Bool
        var text: String
        /// What to exit with if this is the first that is not good.
        var status = ExitStatus.failed
    }

    func run() async throws {
        try await reporting {
            let findings = await examine()
            Console.write(json ? Self.json(findings) : Self.text(findings))
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
            return [
                Finding(
                    subject: "config", isGood: false, text: error.text,
                    status: .configurationWrong)
            ]
        }
        let counts =
            "\(Console.count(configuration.apps.count, "app")), "
            + Console.count(configuration.shops.count, "shop")
        var findings = [
            Finding(subject: "config", isGood: true, text: "\(options.config): \(counts)")
        ]
        findings.append(examineDatabase(configuration.storePath))
        let transport = CurlTransport()
        for app in configuration.apps {
            findings += await examine(app, configuration, transport)
        }
        return findings
    }

    private func examineDatabase(_ path: String) -> Finding {
        do {
            let isNew = try OrderStore.probe(path: path)
            return Finding(
                subject: "database", isGood: true,
                text: isNew ? "\(path): not there yet, `run` will make it" : "\(path): writable")
        } catch {
            return Finding(
                subject: "database", isGood: false, text: error.line, status: error.exitStatus)
        }
    }

    private func examine(
        _ app: Configuration.App, _ configuration: Configuration, _ transport: CurlTransport
    ) async -> [Finding] {
        let subject = "app \(app.name)"
        let secret: String
        do {
            secret = try app.secret.read()
        } catch {
            return [
                Finding(
                    subject: subject, isGood: false, text: error.line,
                    status: .configurationWrong)
            ]
        }
        if let end = configuration.banEnd(of: app) {
            return [
                Finding(
                    subject: subject, isGood: false,
                    text: "banned by the platform until \(BeijingTime.text(end)) Beijing time; "
                        + "nothing is called until then, no action needed",
                    status: .tryAgainLater)
            ]
        }
        var prober = GatewayProber(app: app, secret: secret, transport: transport)
        let clock = await prober.examineClock()
        var findings = [clock]
        guard clock.isGood else { return findings }
        for shop in configuration.shops where shop.app == app.name {
            findings.append(await prober.examine(shop))
        }
        return findings
    }

    // MARK: Report

    private static func text(_ findings: [Finding]) -> String {
        Console.table(findings.map { [$0.isGood ? "ok  " : "FAIL", $0.subject, $0.text] })
    }

    private static func json(_ findings: [Finding]) -> String {
        var json = JSONWriter()
        json.array { json in
            for finding in findings {
                json.object { json in
                    json.member("subject", finding.subject)
                    json.member("ok", finding.isGood)
                    json.member("text", finding.text)
                }
            }
        }
        return json.text
    }
}
