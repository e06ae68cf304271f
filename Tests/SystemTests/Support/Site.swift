import Foundation
import FoundationNetworking

/// A sandbox gateway and a daemon that syncs from it, in a folder of their own; both end with it.
final class Site {
    struct Settings {
        var platform = SimulatedPlatform.taobao
        var shops = 1
        var orders = 200
        var rate = 5.0
        var seed: UInt64 = 7
        var faults: [String] = []
        var callsPerSecond = 100
        var burst = 100
        /// Shops that the configuration names; all if nil.
        var configuredShops: Int?
        var callsPerDay = 1_000_000
        /// Days of history to load; all that there is if nil.
        var backfillDays: Int?
        /// Seconds that live reads reach back.
        var overlap = 15
        /// More lines of every shop.
        var shopLines = ""
        /// The keys of `[http]`: most tests need no page.
        var http = "listen = \"\""
        /// The database's folder within the site's, with a slash at its end.
        var databaseFolder = ""
    }

    struct Announcement: Decodable {
        struct Shop: Decodable {
            var name: String
            var session: String
        }
        var url: String
        var appKey: String
        var appSecret: String
        var shops: [Shop]
    }

    let folder: String
    let settings: Settings
    let gateway: Announcement
    private let sandbox: Child
    private(set) var runs: [Child] = []

    var database: String { "\(folder)/\(settings.databaseFolder)orders.db" }
    var configuration: String { "\(folder)/ordersync.toml" }
    func sessionFile(_ shop: String) -> String { "\(folder)/\(shop).session" }

    init(_ settings: Settings = Settings()) async throws {
        self.settings = settings
        folder = NSTemporaryDirectory() + "ordersync-system-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let faults = (["index_lag_seconds_max=0"] + settings.faults).flatMap { ["--fault", $0] }
        let sandbox = try Child(
            [
                "sandbox", "--platform", settings.platform.rawValue, "--seed",
                "\(settings.seed)", "--shops", "\(settings.shops)", "--orders-per-shop",
                "\(settings.orders)", "--rate", "\(settings.rate)", "--history-days",
                "\(settings.platform.historyDays)",
            ] + faults, folder: folder, name: "sandbox")
        self.sandbox = sandbox
        do {
            try await wait("the sandbox") { sandbox.output.hasSuffix("\n") }
        } catch {
            sandbox.kill()
            throw error
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        gateway = try decoder.decode(Announcement.self, from: Data(sandbox.output.utf8))
        try writePrivate(gateway.appSecret, "\(folder)/app.secret")
        for shop in gateway.shops { try writePrivate(shop.session, sessionFile(shop.name)) }
        try writeConfiguration(shops: settings.configuredShops ?? settings.shops)
    }

    deinit {
        for run in runs { run.kill() }
        sandbox.kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Files

    func writePrivate(_ text: String, _ path: String) throws {
        try Data("\(text)\n".utf8).write(to: URL(filePath: path))
        chmod(path, 0o600)
    }

    func writeConfiguration(shops: Int, extra: String = "") throws {
        var text = """
            \(extra)
            [store]
            path = "\(database)"
            [log]
            level = "debug"
            [http]
            \(settings.http)
            [[app]]
            name = "main"
            platform = "\(settings.platform.rawValue)"
            \(settings.platform.appLines)
            key = "\(gateway.appKey)"
            secret_file = "\(folder)/app.secret"
            gateway = "\(gateway.url)"
            calls_per_second = \(settings.callsPerSecond)
            burst = \(settings.burst)
            calls_per_day = \(settings.callsPerDay)

            """
        for shop in gateway.shops.prefix(shops) {
            text += """
                [[shop]]
                name = "\(shop.name)"
                app = "main"
                session_file = "\(sessionFile(shop.name))"
                backfill_days = \(settings.backfillDays ?? settings.platform.historyDays + 1)
                poll_interval = "500ms"
                settle = "1s"
                overlap = "\(settings.overlap)s"
                \(settings.shopLines)

                """
        }
        try Data(text.utf8).write(to: URL(filePath: configuration))
    }

    // MARK: The daemon

    @discardableResult
    func start(shell: String? = nil) throws -> Child {
        let run = try Child(
            ["run", "--config", configuration], folder: folder, name: "run\(runs.count)",
            shell: shell)
        runs.append(run)
        return run
    }

    /// All that the daemons wrote.
    var log: String { runs.map(\.errors).joined() }

    func status() async throws -> [String: Any] {
        let result = try await ordersync(
            ["status", "--json", "--config", configuration], folder: folder)
        // 3: the daemon does not run.
        guard [0, 3].contains(result.code) else {
            throw Child.Failure(description: result.errors)
        }
        let status = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return status as? [String: Any] ?? [:]
    }

    func shopState(_ name: String) async throws -> String {
        let shops = try await status()["shops"] as? [[String: Any]] ?? []
        return shops.first { $0["name"] as? String == name }?["state"] as? String ?? ""
    }

    // MARK: The gateway

    func stopSandbox() async { await sandbox.killNow() }

    private func root(_ path: String) throws -> URL {
        let base = URL(string: gateway.url)
        guard let host = base?.host(), let port = base?.port,
            let url = URL(string: "http://\(host):\(port)\(path)")
        else { throw Child.Failure(description: "no URL: \(gateway.url)") }
        return url
    }

    private func get(_ path: String) async throws -> Data {
        try await URLSession.shared.data(from: try root(path)).0
    }

    /// Switches something in the sandbox: `quiet=true&burst=350`.
    func control(_ body: String) async throws {
        var request = URLRequest(url: try root("/_control"))
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw Child.Failure(description: String(decoding: data, as: UTF8.self))
        }
    }

    /// The calls that the gateway has received.
    func calls() async throws -> Int { try await statistics()["calls"] as? Int ?? 0 }

    /// Lets the daemon make some calls; fewer where it is made to wait for long.
    func letCall(_ count: Int) async throws {
        let before = try await calls()
        _ = try? await wait("\(count) calls", within: 0.2) {
            try await calls() >= before + count
        }
    }

    /// Waits until a call gets no answer.
    func waitForHang() async throws {
        try await wait("a call without an answer") {
            let faults = try await statistics()["injected_by_fault"] as? [String: Int]
            return (faults?["hang"] ?? 0) > 0
        }
    }

    func statistics() async throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: try await get("/_stats")) as? [String: Any] ?? [:]
    }

    /// What the platform holds, as `stored` words it.
    func truth(_ shop: String) async throws -> Set<String> {
        try await truth(shop, of: "orders", ["tid", "status", "modified", "payment"])
    }

    /// The members of what the platform holds of a part, joined by `|`.
    func truth(_ shop: String, of part: String, _ members: [String]) async throws -> Set<String> {
        let path = "/_truth?shop=\(shop)&of=\(part)"
        let text = String(decoding: try await get(path), as: UTF8.self)
        return Set(
            try text.split(separator: "\n").map { line in
                let fields =
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return members.map { "\(fields?[$0] ?? "-")" }.joined(separator: "|")
            })
    }
}
