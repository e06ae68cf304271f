import ArgumentParser
import OrderStore
import SyncCore
import WireFormat

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows how far each stream has come, read from the database.")

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let now = SystemClocks.wall()
            let status = try OrderStore.readStatus(
                path: configuration.storePath, day: BeijingDay.text(now), now: now)
            Console.write(
                json
                    ? Self.json(status, configuration, now)
                    : Self.text(status, configuration, now))
        }
    }

    static func json(
        _ status: StoreStatus, _ configuration: Configuration, _ now: UTCInstant
    ) -> String {
        StatusJSON(configuration: configuration, now: now).text(status)
    }

    static func text(
        _ status: StoreStatus, _ configuration: Configuration, _ now: UTCInstant
    ) -> String {
        StatusText(configuration: configuration, now: now).text(status)
    }
}
