import Foundation
import FoundationNetworking

extension Site {
    /// Lets the first shop use what `ordersync auth` stores.
    func useStoredSession() throws {
        try writeConfiguration(shops: settings.configuredShops ?? settings.shops)
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let line = "session_file = \"\(sessionFile("shop1"))\"\n"
        try Data(text.replacing(line, with: "").utf8).write(to: URL(filePath: configuration))
    }

    func auth(_ arguments: String...) async throws -> (code: Int32, output: String, errors: String)
    {
        try await ordersync(
            ["auth"] + arguments + ["--config", configuration], folder: folder)
    }

    /// What the seller gets who opens the page of `auth login` and agrees.
    func agree() async throws -> String {
        let shown = try await auth("login", "shop1")
        guard shown.code == 77, let start = shown.output.firstRange(of: "http://"),
            let url = URL(string: String(shown.output[start.lowerBound...].prefix { $0 != "\n" }))
        else { throw Child.Failure(description: "\(shown)") }
        let (data, _) = try await URLSession.shared.data(from: url)
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Logs the first shop in.
    func login() async throws -> String {
        let done = try await auth("login", "shop1", "--code", try await agree())
        guard done.code == 0 else { throw Child.Failure(description: "\(done)") }
        return done.output
    }

    /// A member of the first stored session.
    func stored(member: String) throws -> String {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/sessions.json"))
        let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let sessions = root?["sessions"] as? [[String: Any]]
        return sessions?.first?[member].map { "\($0)" } ?? ""
    }
}
