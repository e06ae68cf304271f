import ArgumentParser
import SyncCore
import WireFormat

struct AuthStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows until when each shop is authorised, and what to do. Asks no platform.",
        discussion: "Exits with 77 if a shop needs somebody. Tokens are never shown.")

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON.")
    var json = false

    struct Line {
        var shop: String
        var source: String
        var nick = ""
        var until: UTCInstant?
        var isRefreshable = false
        var isGood: Bool
        var text: String
    }

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let now = SystemClocks.wall()
            let sessions = try configuration.sessionFile.read()
            let lines = configuration.shops.filter { !$0.isPromoter }
                .map { Self.line($0, configuration, sessions, now) }
            Console.write(json ? Self.json(lines) : Self.table(lines))
            if lines.contains(where: { !$0.isGood }) {
                throw ExitCode(ExitStatus.notAuthorised.rawValue)
            }
        }
    }

    private static func line(
        _ shop: Configuration.Shop, _ configuration: Configuration,
        _ sessions: [String: StoredSession], _ now: UTCInstant
    ) -> Line {
        guard case .stored(_, _, let key) = shop.session else {
            var text = "session_* key in the configuration: nobody knows until when"
            if sessions[shop.name] != nil { text += "; it wins over the stored session" }
            return Line(
                shop: shop.name, source: shop.session.place, isGood: true, text: text)
        }
        guard let session = sessions[shop.name], session.appKey == key else {
            return Line(
                shop: shop.name, source: "-", isGood: false,
                text: "no session: run `ordersync auth login \(shop.name)`")
        }
        let advice = SessionAdvice(session, step: session.plan().step(now: now), now: now)
        return Line(
            shop: shop.name, source: session.source.rawValue, nick: session.nick,
            until: session.expiresAt, isRefreshable: session.refreshToken != nil,
            isGood: advice.isGood, text: advice.text)
    }

    private static func table(_ lines: [Line]) -> String {
        let rows = lines.map { line in
            [
                line.shop, line.nick.isEmpty ? "-" : line.nick, line.source,
                line.isRefreshable ? "yes" : "no", line.text,
            ]
        }
        return Console.table([["SHOP", "SELLER", "SOURCE", "REFRESHABLE", "STATE"]] + rows)
    }

    private static func json(_ lines: [Line]) -> String {
        var json = JSONWriter()
        json.array { json in
            for line in lines {
                json.object { json in
                    json.member("shop", line.shop)
                    json.member("seller", line.nick)
                    json.member("source", line.source)
                    json.member("authorized_until_at", line.until?.seconds)
                    json.member("refreshable", line.isRefreshable)
                    json.member("ok", line.isGood)
                    json.member("text", line.text)
                }
            }
        }
        return json.text
    }
}
