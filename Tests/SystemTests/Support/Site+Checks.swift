import Foundation
import TestSupport
import Testing

extension Site {
    func rows(_ sql: String) throws -> [String] { try Queries.rows(sql, of: database) }
    func execute(_ sql: String) throws { try Queries.execute(sql, on: database) }

    /// What the database holds of a shop; money that no answer stated is `-`.
    func stored(_ shop: String) throws -> Set<String> {
        Set(
            try rows(
                """
                SELECT order_id, platform_status,
                       datetime(modified_at, 'unixepoch', '+8 hours'),
                       CASE WHEN payment_fen IS NULL THEN '-'
                            ELSE printf('%d.%02d', payment_fen / 100, payment_fen % 100) END
                FROM orders JOIN shops USING (shop_id) WHERE name = '\(shop)'
                """))
    }

    /// Waits until the database holds exactly what the platform does, order by order. The shops
    /// must be quiet.
    /// - Parameter knowsMoney: false if hollow lists left the payment out: this version reads no
    ///   details, and so may not know it. What it does know must be right.
    func converge(knowsMoney: Bool = true, within seconds: Double = 30) async throws {
        func stored(_ shop: String, _ truth: Set<String>) throws -> Set<String> {
            let stored = try self.stored(shop)
            guard !knowsMoney else { return stored }
            let whole = Dictionary(uniqueKeysWithValues: truth.map { (Self.moneyless($0), $0) })
            return Set(
                stored.map { $0.hasSuffix("|-") ? whole[Self.moneyless($0)] ?? $0 : $0 })
        }
        for shop in gateway.shops.map(\.name) {
            let truth = try await truth(shop)
            #expect(truth.count >= settings.platform.orders(of: settings.orders))
            do {
                try await wait("\(shop) to converge", within: seconds) {
                    try stored(shop, truth) == truth
                }
            } catch {
                let missing = truth.subtracting(try stored(shop, truth)).sorted()
                let surplus = try stored(shop, truth).subtracting(truth).sorted()
                throw Child.Failure(
                    description: "\(error): \(missing.count) of \(truth.count) missing or stale: "
                        + "\(missing.prefix(3)), \(surplus.count) others: \(surplus.prefix(3)); "
                        + "log: \(log.suffix(1_500))")
            }
        }
    }

    private static func moneyless(_ row: String) -> String {
        row.lastIndex(of: "|").map { String(row[..<$0]) } ?? row
    }

    func waitForLog(_ message: String, within seconds: Double = 20) async throws {
        try await wait("the log line \"\(message)\"", within: seconds) {
            log.contains("\"msg\":\"\(message)\"")
        }
    }

    /// A log line can be written before the row that it is about: wait for the row.
    func waitForState(
        _ state: String, of shop: String = "shop1", within seconds: Double = 20
    ) async throws {
        try await wait("\(shop) to be \(state)", within: seconds) {
            try await shopState(shop) == state
        }
    }

    /// - Parameter count: as the sandbox was asked to make; the platform may have less.
    func waitForOrders(_ count: Int = 1, within seconds: Double = 20) async throws {
        try await wait("\(count) orders", within: seconds) {
            guard FileManager.default.fileExists(atPath: database) else { return false }
            let stored = try? rows("SELECT count(*) FROM orders").first
            return (stored.flatMap { Int($0) } ?? 0) >= settings.platform.orders(of: count)
        }
    }

    /// Ends the daemon as systemd does.
    func terminate(_ run: Child, within seconds: Double = 5) async throws {
        run.signal(SIGTERM)
        let ending = try await run.ending(within: seconds)
        // Before its first instruction the signal itself ends it.
        let hasBegun = !run.errors.isEmpty
        let early = hasBegun ? .exited(0) : ChildProcess.Ending.killed(signal: SIGTERM)
        #expect([.exited(0), early].contains(ending))
    }

    /// Every line is an event, and none says a secret or who bought.
    func checkLog() throws {
        let people = Set(
            try rows(
                "SELECT receiver_name FROM orders UNION SELECT receiver_phone FROM orders "
                    + "UNION SELECT receiver_address FROM orders UNION SELECT buyer FROM orders")
        ).filter { $0.count > 1 }
        let secrets = [gateway.appSecret] + gateway.shops.map(\.session)
        #expect(!people.isEmpty)
        for run in runs {
            // A line cut off by SIGKILL would be the daemon's fault: each is one write.
            let lines = run.errors.split(separator: "\n")
            #expect(!lines.isEmpty)
            for line in lines {
                let event = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                let fields = event as? [String: Any]
                #expect(fields?["ts"] is String, "\(line)")
                #expect(fields?["level"] is String, "\(line)")
                #expect(fields?["msg"] is String, "\(line)")
                #expect(!secrets.contains { line.contains($0) }, "a secret in the log")
                #expect(!people.contains { line.contains($0) }, "\(line)")
            }
        }
    }
}
