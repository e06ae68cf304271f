import Foundation
import Testing

extension SystemTests {
    /// `backfill` and `verify`, beside a daemon and without one.
    @Suite struct RangeTests {
        /// The days of the sandbox's history, Beijing time. The last is tomorrow, which the command
        /// cuts off: a test may begin before midnight in Beijing and end after it.
        static var days: [String] {
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
            format.dateFormat = "yyyy-MM-dd"
            let first = Date(timeIntervalSinceNow: -32 * 86_400)
            let last = Date(timeIntervalSinceNow: 86_400)
            return ["--from", format.string(from: first), "--to", format.string(from: last)]
        }

        private func arguments(_ command: String, _ site: Site) -> [String] {
            [command, "shop1"] + Self.days + ["--json", "--config", site.configuration]
        }

        private func verify(
            _ site: Site, _ more: [String] = []
        ) async throws -> (code: Int32, verdict: [String: Any]) {
            let result = try await ordersync(
                arguments("verify", site) + more, folder: site.folder, within: 30)
            let verdict = try? JSONSerialization.jsonObject(with: Data(result.output.utf8))
            let found = try #require(verdict as? [String: Any], "\(result)")
            #expect(found["equal"] as? Bool == (result.code == 0))
            return (result.code, found)
        }

        /// One order gone, one older, one with another amount, one without an item.
        private func damage(_ site: Site) throws {
            let ids = try site.rows(
                "SELECT order_id FROM orders WHERE item_count > 0 ORDER BY modified_at LIMIT 4")
            try site.execute(
                """
                DELETE FROM orders WHERE order_id = '\(ids[0])';
                UPDATE orders SET modified_at = modified_at - 1 WHERE order_id = '\(ids[1])';
                UPDATE orders SET payment_fen = payment_fen + 1 WHERE order_id = '\(ids[2])';
                DELETE FROM order_items WHERE order_id = '\(ids[3])';
                """)
        }

        private func verifyTwice(_ site: Site) async throws {
            let before = try site.rows(
                "SELECT order_id, status, payment_fen FROM orders ORDER BY 1")
            try damage(site)
            let found = try await verify(site)
            #expect(found.code == 1)
            #expect(found.verdict["missing"] as? Int == 1)
            #expect(found.verdict["stale"] as? Int == 1)
            #expect(found.verdict["differs"] as? Int == 2, "\(found)")
            #expect(found.verdict["extra"] as? Int == 0)
            #expect(found.verdict["behind"] as? Int == 0)
            let repaired = try await verify(site, ["--repair"])
            #expect(repaired.code == 0, "\(repaired)")
            #expect(repaired.verdict["repaired"] as? Int == 4, "\(repaired)")
            let proven = try await verify(site)
            #expect(proven.code == 0, "\(proven)")
            #expect(proven.verdict["platform_orders"] as? Int == before.count)
            #expect(proven.verdict["stored_orders"] as? Int == before.count)
            let after = try site.rows("SELECT order_id, status, payment_fen FROM orders ORDER BY 1")
            #expect(after == before)
        }

        @Test(arguments: SimulatedPlatform.allCases)
        func verifyFindsAndRepairs(platform: SimulatedPlatform) async throws {
            var settings = Site.Settings(platform: platform, orders: 250, rate: 5)
            settings.overlap = 1
            // No other stream may repair what is broken here.
            settings.shopLines = "audit = false\nsweep = []"
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(250)
            try await site.control("quiet=true")
            try await site.converge()
            try await wait("all details") {
                try site.rows("SELECT count(*) FROM detail_queue") == ["0"]
            }
            try await verifyTwice(site)
            try await site.terminate(run)
            try await verifyTwice(site)
            #expect(try site.rows("SELECT count(*) FROM verify_seen") == ["0"])
            #expect(try site.rows("SELECT count(*) FROM windows WHERE stream = 'verify'") == ["0"])
            try site.checkLog()
        }

        /// Taobao's lists state neither memo nor message: orders are read in full to compare them.
        @Test func verifyReadsDetails() async throws {
            var settings = Site.Settings(orders: 40, rate: 5)
            settings.overlap = 1
            settings.shopLines = "audit = false\nsweep = []"
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(40)
            try await site.control("quiet=true")
            try await site.converge()
            try await wait("all details") {
                try site.rows("SELECT count(*) FROM detail_queue") == ["0"]
            }
            try await site.terminate(run)
            let query = "SELECT order_id, seller_memo, buyer_message FROM orders ORDER BY order_id"
            let before = try site.rows(query)
            // Two that were changed long ago: a fresh change may still be on its way.
            let noted = try site.rows(
                "SELECT order_id FROM orders WHERE seller_memo <> '' ORDER BY modified_at LIMIT 2")
            try #require(noted.count == 2)
            try site.execute(
                """
                UPDATE orders SET seller_memo = 'other' WHERE order_id = '\(noted[0])';
                UPDATE orders SET seller_memo = NULL WHERE order_id = '\(noted[1])';
                """)
            let unseen = try await verify(site)
            #expect(unseen.code == 0)
            #expect(unseen.verdict["details_calls"] == nil)
            #expect(unseen.verdict["unstated"] as? Int == before.count, "\(unseen)")
            let found = try await verify(site, ["--details"])
            #expect(found.code == 1, "\(found)")
            #expect(found.verdict["differs"] as? Int == 2, "\(found)")
            #expect(found.verdict["details_calls"] as? Int == before.count, "\(found)")
            let repaired = try await verify(site, ["--details", "--repair"])
            #expect(repaired.code == 0, "\(repaired)")
            #expect(repaired.verdict["repaired"] as? Int == 2, "\(repaired)")
            #expect(try site.rows(query) == before)
        }

        /// The daemon is killed in the middle; the next one continues, within the quota.
        @Test(arguments: SimulatedPlatform.allCases)
        func backfillOutlivesTheDaemon(platform: SimulatedPlatform) async throws {
            var settings = Site.Settings(platform: platform, orders: 2_000, rate: 2)
            (settings.callsPerSecond, settings.burst, settings.backfillDays) = (12, 12, 0)
            settings.shopLines = "details = \"never\"\naudit = false\nstreams = [\"orders\"]"
            let site = try await Site(settings)
            var run = try site.start()
            try await site.waitForOrders(1)
            // Half of the orders, and then no answer.
            try await site.control("calls_until_hang=\(platform == .taobao ? 12 : 20)")
            let command = try Child(
                arguments("backfill", site), folder: site.folder, name: "backfill")
            defer { command.kill() }
            try await site.waitForHang()
            await run.killNow()
            let stored = Int(try site.rows("SELECT count(*) FROM orders").first ?? "") ?? 0
            #expect(stored < 1_400)
            try await site.control("calls_until_hang=1000000")
            run = try site.start()
            try await site.control("quiet=true")
            #expect(try await command.exitCode(within: 40) == 0, "\(command.errors)")
            try await site.converge()
            #expect(command.output.contains("\"shop\":\"shop1\""))
            try await site.terminate(run)
            let statistics = try await site.statistics()
            let most = statistics["calls_per_second_max"] as? Int ?? .max
            let calls = statistics["calls"] as? Int ?? 0
            #expect(most <= 12, "\(most) in a second, \(calls) in all")
            #expect(calls > 30, "\(most) in a second, \(calls) in all")
            let booked = Int(try site.rows("SELECT sum(calls) FROM quota_usage").first ?? "") ?? 0
            #expect(booked >= calls, "booked \(booked) of \(calls)")
            #expect(
                try site.rows("SELECT count(*) FROM windows WHERE stream = 'backfill_range'")
                    == ["0"])
        }
    }
}
