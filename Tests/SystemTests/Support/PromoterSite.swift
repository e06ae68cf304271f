import Foundation
import FoundationNetworking

/// A simulated Pinduoduo gateway and what a promoter has there, in a separate folder; the gateway
/// ends with it.
final class PromoterSite {
    let folder: String
    let gateway: Site.Announcement
    private let sandbox: Child
    private var runs: [Child] = []

    /// The one PID that is bound from the beginning, alone and with these parameters.
    static let boundPID = "10000001_100000001"
    static let boundParameters = #"{"uid":"u-0","sid":"测试"}"#

    var configuration: String { "\(folder)/ordersync.toml" }
    var database: String { "\(folder)/orders.db" }

    /// - Parameters:
    ///   - listen: where the status page is; empty for none.
    ///   - extra: further lines of the configuration, such as a `[[price_watch]]`.
    init(
        orders: Int = 1_200, rate: Double = 30, faults: [String] = [], listen: String = "",
        callsPerDay: Int = 1_000_000,
        extra: (PromoterSite) async throws -> String = { _ in "" }
    ) async throws {
        folder = NSTemporaryDirectory() + "ordersync-promoter-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let sandbox = try Child(
            [
                "sandbox", "--platform", "pinduoduo", "--orders-per-shop", "\(orders)", "--rate",
                "\(rate)", "--history-days", "60",
            ] + faults.flatMap { ["--fault", $0] }, folder: folder, name: "sandbox")
        self.sandbox = sandbox
        do {
            try await wait("the sandbox") { sandbox.output.hasSuffix("\n") }
        } catch {
            sandbox.kill()
            throw error
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        gateway = try decoder.decode(
            Site.Announcement.self, from: Data(sandbox.output.utf8))
        // Offers change every ten minutes otherwise, and some products are then not offered: what a
        // test finds must not depend on the time of day.
        try await control("offer_seconds=100000000")
        try await writeConfiguration(callsPerDay, listen, extra(self))
    }

    deinit {
        for run in runs { run.kill() }
        sandbox.kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func writeConfiguration(
        _ callsPerDay: Int, _ listen: String, _ extra: String
    ) throws {
        let text = """
            [store]
            path = "\(database)"
            [http]
            listen = "\(listen)"
            [[app]]
            name = "jinbao"
            platform = "pinduoduo"
            key = "\(gateway.appKey)"
            state = "online"
            secret = "\(gateway.appSecret)"
            gateway = "\(gateway.url)"
            calls_per_second = 100
            burst = 100
            calls_per_day = \(callsPerDay)
            [[shop]]
            name = "promoter"
            app = "jinbao"
            streams = ["affiliate"]
            poll_interval = "500ms"
            sweep = ["3s"]
            \(extra)
            """
        try Data(text.utf8).write(to: URL(filePath: configuration))
    }

    // MARK: The program

    @discardableResult
    func start() throws -> Child {
        let run = try Child(
            ["run", "--config", configuration], folder: folder, name: "run\(runs.count)")
        runs.append(run)
        return run
    }

    var log: String { runs.map(\.errors).joined() }

    func call(
        _ arguments: String...
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await call(arguments)
    }

    func call(
        _ arguments: [String]
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await ordersync(arguments + ["--config", configuration], folder: folder)
    }

    var hasDatabase: Bool { FileManager.default.fileExists(atPath: database) }

    /// None while the daemon has not made the database and its tables.
    func rows(_ sql: String) throws -> Set<String> {
        guard hasDatabase else { return [] }
        do {
            return Set(try Queries.rows(sql, of: database))
        } catch let failure as Child.Failure
            where failure.description.hasPrefix("no such table")
        {
            return []
        }
    }

    // MARK: The gateway

    private func address(_ path: String) throws -> URL {
        guard let url = URL(string: gateway.url.replacing("/api/router", with: path)) else {
            throw Child.Failure(description: "no URL: \(path)")
        }
        return url
    }

    func get(_ url: URL) async throws -> String {
        String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
    }

    func statistics() async throws -> [String: Any] {
        let text = try await get(address("/_stats"))
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    func control(_ body: String) async throws {
        var request = URLRequest(url: try address("/_control"))
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        _ = try await URLSession.shared.data(for: request)
    }

    /// Products that the platform offers: others have no price.
    func offeredGoods(_ count: Int) async throws -> [String] {
        let listed = try await truth("goods", ["goods_sign", "final_price"])
        return listed.filter { !$0.hasSuffix("|-") }.sorted().prefix(count)
            .map { String($0.prefix { $0 != "|" }) }
    }

    /// The members of what the platform holds of a part, joined by `|`.
    func truth(_ part: String, _ members: [String]) async throws -> Set<String> {
        let text = try await get(address("/_truth?of=\(part)"))
        return Set(
            try text.split(separator: "\n").map { line in
                let fields =
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return members.map { name in
                    let value = fields?[name]
                    return value == nil || value is NSNull ? "-" : "\(value ?? "")"
                }.joined(separator: "|")
            })
    }
}
