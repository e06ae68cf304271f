import ArgumentParser
import Configuration
import OrderStore
import ProgramSupport
import WireFormat

struct DatabaseCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks the database without changing it.",
        discussion: "Prints one line each for the file, the schema and the relations between rows.")

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            var findings = try DatabaseCheck.run(
                path: configuration.storePath, now: SystemClocks.wall())
            if findings.first?.isGood == false,
                DatabaseLock.isHeld(databasePath: configuration.storePath)
            {
                // Read while another process writes: only a look at rest decides.
                findings[0].text =
                    "SQLite reports damage while ordersync runs; stop the service and run "
                    + "`ordersync db check` again before you change anything"
            }
            Console.write(json ? Self.json(findings) : Self.text(findings))
            guard let first = findings.first(where: { !$0.isGood }) else { return }
            let status = first.subject == "file" ? ExitStatus.databaseUnusable : .failed
            throw ExitCode(status.rawValue)
        }
    }

    private static func text(_ findings: [DatabaseFinding]) -> String {
        DisplayText.table(findings.map { [$0.isGood ? "ok  " : "FAIL", $0.subject, $0.text] })
    }

    private static func json(_ findings: [DatabaseFinding]) -> String {
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
