import ArgumentParser
import Authorisation
import Configuration
import Glibc
import ProgramSupport
import SyncCore
import WireFormat

struct AuthImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Stores a session that you have, from stdin or a file; never from the command line.",
        discussion: """
            For sessions that the platform's console shows. They cannot be refreshed: with \
            --expires, the daemon and `auth status` say 14 and 3 days ahead that they end.
            """)

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The shop's name.")
    var shop: String
    @Option(help: "The file that contains the session. (default: stdin)")
    var file: String?
    @Option(
        help: ArgumentHelp(
            "When it ends: a day or time such as 2026-12-31 (Beijing), or a life: 365d, 24h.",
            valueName: "time"))
    var expires: String?

    func run() async throws {
        try await reporting {
            let subject = try AuthSubject(try options.read(), shop: shop)
            subject.printOverride()
            let now = SystemClocks.wall()
            let end = try expires.map { text throws(CommandFailure) in
                try Self.end(text, now: now)
            }
            var session = StoredSession(
                shop: shop, appKey: subject.app.key, accessToken: try token(), source: .pasted,
                issuedAt: now)
            session.expiresAt = end
            try subject.store(session)
            let advice = SessionAdvice(session, step: session.plan().step(now: now), now: now)
            Console.write("shop \(shop): \(advice.text)")
        }
    }

    private func token() throws -> Secret {
        if let file { return try Self.checked(try SecretSource.file(file).read().exposedText) }
        let prompt = "Paste the session of \(shop), then Enter (it is not shown): "
        return try Self.checked(HiddenInput.readLine(prompt: prompt) ?? "")
    }

    /// A session is one word; more is a mistake of pasting.
    static func checked(_ text: String) throws(CommandFailure) -> Secret {
        let words = SecretSource.trimmed(text).split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let word = words.first, word.utf8.count >= 8,
            word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw CommandFailure(.wrongUsage, "no session was given: expected one word, 8 or more")
        }
        return Secret(String(word))
    }

    static func end(_ text: String, now: UTCInstant) throws(CommandFailure) -> UTCInstant {
        let end: UTCInstant? =
            switch text.last {
            case "d":
                Int64(text.dropLast()).map { now.advanced(bySeconds: min($0, 36_500) * 86_400) }
            case "h":
                Int64(text.dropLast()).map { now.advanced(bySeconds: min($0, 876_000) * 3_600) }
            default: BeijingTime.parse(text.utf8.count == 10 ? "\(text) 00:00:00" : text)
            }
        guard let end, end > now else {
            throw CommandFailure(
                .wrongUsage, "--expires takes a day or time to come, or a life such as 365d")
        }
        return end
    }
}
