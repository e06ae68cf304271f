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

    /// Seconds behind: of history, those that are still to be read.
    static func lag(_ stream: StoreStatus.Stream, _ now: UTCInstant) -> Int64 {
        stream.stream == StreamKind.backfill.rawValue
            ? stream.openSeconds : max(0, now.seconds - stream.cursorAt)
    }

    static func json(
        _ status: StoreStatus, _ configuration: Configuration, _ now: UTCInstant
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("version", orderSyncVersion)
            json.member("database", configuration.storePath)
            json.key("shops")
            json.array { json in
                for shop in status.shops { write(shop, now, to: &json) }
            }
            json.key("apps")
            json.array { json in
                for app in status.apps {
                    json.object { json in
                        json.member("name", app.name)
                        json.member("calls_today", app.callsToday)
                        json.member(
                            "calls_per_day",
                            configuration.app(named: app.name).map { Int64($0.callsPerDay) })
                        json.member("banned_until_at", app.bannedUntilAt)
                    }
                }
            }
        }
        return json.text
    }

    private static func write(
        _ shop: StoreStatus.Shop, _ now: UTCInstant, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("name", shop.name)
            json.member("platform", shop.platform)
            json.member("state", shop.state)
            json.member("state_reason", shop.stateReason)
            json.member("orders", shop.orderCount)
            json.key("streams")
            json.array { json in
                for stream in shop.streams {
                    json.object { json in
                        json.member("stream", stream.stream)
                        json.member("cursor_at", stream.cursorAt)
                        json.member("lag_s", lag(stream, now))
                        json.member("rows", stream.rows)
                        json.member("last_success_at", stream.lastSuccessAt)
                        json.member(
                            "last_error", stream.lastError.isEmpty ? nil : stream.lastError)
                        json.member("open_windows", stream.windows)
                    }
                }
            }
        }
    }

    static func text(
        _ status: StoreStatus, _ configuration: Configuration, _ now: UTCInstant
    ) -> String {
        var rows = [["SHOP", "STREAM", "STATE", "LAG", "ROWS", "ORDERS", "LAST ERROR"]]
        for shop in status.shops {
            for stream in shop.streams {
                let isHistory = stream.stream == StreamKind.backfill.rawValue
                let lag = lag(stream, now)
                rows.append([
                    shop.name, stream.stream,
                    shop.state + (shop.stateReason.isEmpty ? "" : " (\(shop.stateReason))"),
                    isHistory && lag == 0 ? "done" : Console.duration(lag),
                    Console.grouped(stream.rows),
                    isHistory ? "" : Console.grouped(shop.orderCount),
                    stream.lastError.isEmpty ? "-" : stream.lastError,
                ])
            }
        }
        var text = Console.table(rows, rightAligned: [3, 4, 5])
        for app in status.apps {
            let limit = configuration.app(named: app.name).map { Int64($0.callsPerDay) }
            text += "\napp \(app.name): \(Console.grouped(app.callsToday))"
            text += " of \(limit.map { Console.grouped($0) } ?? "?") calls today"
            if let until = app.bannedUntilAt {
                let end = BeijingTime.text(UTCInstant(seconds: until))
                text += ", banned until \(end) Beijing time"
            }
        }
        return text
    }
}
