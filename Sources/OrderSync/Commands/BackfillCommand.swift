import ArgumentParser
import Configuration
import Glibc
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Loads the orders created in a range of days.",
        discussion: """
            A running daemon does the work, within its quota; without one the command does it \
            itself. What is asked for is in the database: an interrupted backfill continues \
            when it is run again, or with the daemon's next start. The platform shows orders of \
            the last three months. Exit code 69 if the platform does not answer for a minute, or \
            answers with nothing but failures for five (beside a daemon: no progress for two); \
            75 during a ban or without calls left; 77 without authorisation.
            """)

    @OptionGroup var range: RangeOptions
    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON at the end, and no progress.")
    var json = false

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let shop = try range.configured(configuration)
            umask(0o027)
            let store = try DatabaseLock.openStore(path: configuration.storePath)
            let now = SystemClocks.wall()
            let window = try range.range(now: now)
            guard let app = configuration.app(named: shop.app) else { return }
            let id = try await store.registerShop(
                name: shop.name, platform: app.platform.rawValue, app: shop.app)
            let stream = StreamID(shop: id, kind: .requested)
            let before = try await store.orderCount(id, in: window)
            try await store.request(stream, window, now: now)
            let runner = RangeRunner(
                configuration: configuration, shop: shop, store: store, stream: stream,
                range: window, title: "backfill \(shop.name)", isQuiet: json)
            _ = try await runner.run()
            let after = try await store.orderCount(id, in: window)
            Console.write(json ? Self.json(shop, before, after) : Self.text(before, after))
        }
    }

    private static func text(_ before: Int64, _ after: Int64) -> String {
        "\(DisplayText.grouped(after)) orders of these days are stored, "
            + "\(DisplayText.grouped(after - before)) of them new"
    }

    private static func json(
        _ shop: Configuration.Shop, _ before: Int64, _ after: Int64
    ) -> String {
        RangeJSON.text { json in
            json.member("shop", shop.name)
            json.member("orders", after)
            json.member("new", after - before)
        }
    }
}
