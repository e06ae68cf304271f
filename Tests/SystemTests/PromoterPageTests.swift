import Foundation
import Testing

extension SystemTests {
    /// Where one looks: page, metrics, `status`, `report` and `db`, of a promoter's account.
    @Suite struct PromoterPageTests {
        /// Goods that are read with bound parameters, and two that no one bound.
        private func site() async throws -> PromoterSite {
            try await PromoterSite(orders: 240, rate: 20, listen: "127.0.0.1:0") { site in
                let goods = try await site.truth("goods", ["goods_sign"]).sorted()
                    .map { "\"\($0)\"" }
                return """
                    [[price_watch]]
                    app = "jinbao"
                    pid = "\(PromoterSite.boundPID)"
                    custom_parameters = '\(PromoterSite.boundParameters)'
                    goods = [\(goods.dropFirst(2).joined(separator: ", "))]
                    interval = "10s"
                    below = "50.00"
                    [[price_watch]]
                    app = "jinbao"
                    pid = "\(PromoterSite.boundPID)"
                    custom_parameters = '{"uid":"stranger"}'
                    goods = [\(goods.prefix(2).joined(separator: ", "))]
                    """
            }
        }

        private func page(_ site: PromoterSite, _ path: String) async throws -> String {
            let url = try #require(
                site.log.firstMatch(of: /status page served","url":"([^"]*)"/).map { $0.1 })
            return try await site.get(try #require(URL(string: "\(url)\(path)")))
        }

        /// Nil for a page that is served before anything was looked at.
        private func account(_ text: String) throws -> [String: Any]? {
            let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return (json?["shops"] as? [[String: Any]])?.first
        }

        @Test func everythingIsShown() async throws {
            let site = try await site()
            try site.start()
            try await wait("the page") { site.log.contains("status page served") }
            let count = try await site.truth("goods", ["goods_sign"]).count
            try await wait("orders, prices and failures") {
                guard let shop = try account(try await page(site, "api/status")) else {
                    return false
                }
                let goods = shop["watched_goods"] as? [String: Any]
                let hours = shop["orders_by_hour"] as? [Int] ?? []
                return goods?["failing"] as? Int == 2 && goods?["count"] as? Int == count
                    && (shop["goods"] as? [[String: Any]] ?? []).contains { $0["read_at"] is Int }
                    && hours.reduce(0, +) > 0
            }
            let text = try await page(site, "api/status")
            let shop = try #require(try account(text))
            #expect(shop["promoter"] as? Bool == true)
            #expect(shop["lag_s"] is Int)
            let goods = try #require(shop["goods"] as? [[String: Any]])
            let stored = try site.rows("SELECT goods_sign, final_fen FROM goods_prices")
            for product in goods where product["read_at"] is Int {
                let line = "\(product["goods_sign"] ?? "")|\(product["final_fen"] as? Int ?? 0)"
                #expect(stored.contains(line) || product["delisted"] as? Bool == true, "\(line)")
            }
            #expect(goods.count { $0["last_error"] as? String == "50001 60001" } == 2)
            // Who clicked is the promoter's to know, in the database.
            #expect(!text.contains("uid"))
            #expect(!text.contains("u-0"))
            let metrics = try await page(site, "metrics")
            for line in [
                "ordersync_goods_watched{shop=\"promoter\"} \(count)",
                "ordersync_goods_failing{shop=\"promoter\"} 2",
                "ordersync_queue_entries{shop=\"promoter\",queue=\"prices\"} \(count)",
            ] { #expect(metrics.contains("\n\(line)\n"), "\(line)") }
            #expect(metrics.contains("\nordersync_price_age_seconds{shop=\"promoter\"} "))
            let status = try await site.call("status")
            #expect(status.output.contains("\(count) goods watched, 2 of them failing"))
            let report = try await site.call("report", "--lang", "en")
            #expect(report.output.contains("Promoters have no sales, so promoter is not counted"))
            let check = try await site.call("db", "check")
            #expect(check.code == 0, "\(check)")
            #expect(check.output.contains("promoted"), "\(check)")
        }
    }
}
