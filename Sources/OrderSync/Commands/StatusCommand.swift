import ArgumentParser
import Configuration
import OrderStore
import ProgramSupport
import StatusPage
import SyncCore
import WireFormat

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the progress of each stream, from the database.",
        discussion: """
            Exits with 3 when no daemon is running; the output is then the last state that it \
            stored.
            """)

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let now = SystemClocks.wall()
            let status = try OrderStore.readStatus(
                path: configuration.storePath, day: BeijingDay.text(now), now: now)
            let isRunning = DatabaseLock.isHeld(databasePath: configuration.storePath)
            Console.write(
                json
                    ? Self.json(status, configuration, now, isRunning: isRunning)
                    : Self.text(status, configuration, now))
            guard !isRunning else { return }
            Console.error(Self.notRunning)
            throw ExitCode(ExitStatus.notRunning.rawValue)
        }
    }

    static let notRunning =
        "the daemon is not running: nothing is synced. Start it: systemctl start ordersync"

    static func json(
        _ status: StoreStatus, _ configuration: Configuration, _ now: UTCInstant,
        isRunning: Bool? = nil
    ) -> String {
        var json = StatusJSON(configuration: configuration, now: now)
        json.isRunning = isRunning
        return json.text(status)
    }

    static func text(
        _ status: StoreStatus, _ configuration: Configuration, _ now: UTCInstant
    ) -> String {
        StatusText(configuration: configuration, now: now).text(status)
    }
}
