import ArgumentParser
import Authorisation
import Configuration
import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

struct AuthStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows when each shop's session expires, and what to do. Makes no calls.",
        discussion: """
            Includes sessions that the platform rejected. Exits with 77 if a shop needs \
            action. Tokens are never shown.
            """)

    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Print JSON.")
    var json = false

    struct Line {
        var shop: String
        var source: String
        var nick = ""
        var until: UTCInstant?
        var isRefreshable = false
        var levels: [String: UTCInstant] = [:]
        var isGood: Bool
        var text: String
    }

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let now = SystemClocks.wall()
            let sessions = try configuration.sessionFile.read()
            // Without a database the sessions are shown all the same.
            let refusals = try? OrderStore.sessionRefusals(path: configuration.storePath)
            let lines = configuration.shops.filter { !$0.isPromoter }
                .map { Self.line($0, sessions, refusals ?? [:], now) }
            Console.write(json ? Self.json(lines) : Self.table(lines))
            if lines.contains(where: { !$0.isGood }) {
                throw ExitCode(ExitStatus.notAuthorised.rawValue)
            }
        }
    }

    static func line(
        _ shop: Configuration.Shop, _ sessions: [String: StoredSession],
        _ refusals: [String: OrderStore.SessionRefusal], _ now: UTCInstant
    ) -> Line {
        guard case .stored(_, _, let key) = shop.session else {
            var text = "session_* key in the configuration: its end is unknown"
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
        var line = Line(
            shop: shop.name, source: session.source.rawValue, nick: session.nick,
            until: session.expiresAt, isRefreshable: session.refreshToken != nil,
            levels: session.levels, isGood: advice.isGood, text: advice.text)
        // An older refusal was of the session before.
        if line.isGood, let refusal = refusals[shop.name], refusal.lastAt > session.issuedAt {
            line.isGood = false
            line.text =
                "the platform refuses it (\(refusal.code)): see `ordersync explain "
                + "\(refusal.code)`, or run `ordersync auth login \(shop.name)`"
        }
        return line
    }

    private static func table(_ lines: [Line]) -> String {
        let rows = lines.map { line in
            [
                line.shop, line.nick.isEmpty ? "-" : line.nick, line.source,
                line.isRefreshable ? "yes" : "no", line.text,
            ]
        }
        return DisplayText.table([["SHOP", "SELLER", "SOURCE", "REFRESHABLE", "STATE"]] + rows)
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
                    json.member("r1_until_at", line.levels["r1"]?.seconds)
                    json.member("r2_until_at", line.levels["r2"]?.seconds)
                    json.member("refreshable", line.isRefreshable)
                    json.member("ok", line.isGood)
                    json.member("text", line.text)
                }
            }
        }
        return json.text
    }
}
