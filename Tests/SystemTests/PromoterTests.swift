import Foundation
import Testing

extension SystemTests {
    /// What a promoter of Pinduoduo gets, against a simulated gateway.
    @Suite struct PromoterTests {
        private func stored(_ site: PromoterSite) throws -> Set<String> {
            try site.rows(
                """
                SELECT order_sn, platform_status, datetime(modified_at, 'unixepoch', '+8 hours'),
                       order_amount_fen, promotion_amount_fen FROM affiliate_orders
                """)
        }

        /// Every order at its newest version, whatever happens: faults, a kill, and orders that
        /// change all the while.
        @Test func ordersConverge() async throws {
            let site = try await PromoterSite(
                faults: [
                    "reset_rate=0.05", "garbage_rate=0.05", "truncated_rate=0.05",
                    "hollow_rate=0.05", "server_error_rate=0.05",
                ])
            let first = try site.start()
            try await wait("some orders") { try stored(site).count > 50 }
            await first.killNow()
            let second = try site.start()
            try await wait("the second run to store orders") {
                second.errors.contains("window stored") || second.errors.contains("caught up")
            }
            try await site.control("quiet=true")
            let members = ["order_sn", "status", "modified", "amount", "promotion_amount"]
            let truth = try await site.truth("promotions", members)
            #expect(truth.count > 200)
            do {
                try await wait("the orders to converge") { try stored(site) == truth }
            } catch {
                let stored = try stored(site)
                throw Child.Failure(
                    description: "\(error): missing \(truth.subtracting(stored).prefix(3)), "
                        + "others \(stored.subtracting(truth).prefix(3)); "
                        + "log: \(site.log.suffix(2_000))")
            }
            #expect(
                try site.rows("SELECT count(*) FROM orders") == ["0"], "a promoter has no shop")
            #expect(
                try site.rows(
                    "SELECT count(DISTINCT entity_id) FROM changes "
                        + "WHERE entity = 'affiliate_order' AND kind = 'created'")
                    == ["\(truth.count)"])
            #expect(!site.log.contains(site.gateway.appSecret))
        }

        @Test func pricesAreWatched() async throws {
            let site = try await PromoterSite(orders: 60, rate: 0) { site in
                let goods = try await site.truth("goods", ["goods_sign"]).map { "\"\($0)\"" }
                return """
                    [[price_watch]]
                    app = "jinbao"
                    pid = "\(PromoterSite.boundPID)"
                    goods = [\(goods.joined(separator: ", "))]
                    interval = "10s"
                    below = "50.00"
                    """
            }
            try site.start()
            let truth = try await site.truth("goods", ["goods_sign", "final_price"])
            try await wait("the prices") {
                try site.rows("SELECT goods_sign FROM goods_prices").count == truth.count
            }
            #expect(
                try site.rows(
                    "SELECT goods_sign, CASE state WHEN 'listed' THEN final_fen ELSE '-' END "
                        + "FROM goods_prices") == truth)
            let components = ["mall_coupon_percent", "follow_coupon", "extra_coupon", "cash_gift"]
            let offered = try await site.truth(
                "goods", ["goods_sign", "final_price"] + components)
            #expect(
                try site.rows(
                    """
                    SELECT goods_sign, final_fen, coalesce(mall_coupon_percent, '-'),
                           coalesce(follow_coupon_fen, '-'), coalesce(extra_coupon_fen, '-'),
                           coalesce(cash_gift_fen, '-')
                    FROM goods_prices WHERE state = 'listed'
                        AND raw ->> 'goods_sign' = goods_sign
                    """)
                    == offered.filter { $0.split(separator: "|").dropFirst().first != "-" })
            #expect(offered.contains { !$0.hasSuffix("-|-|-|-") }, "some have something")
            let below = truth.filter { line in
                line.split(separator: "|").last.flatMap { Int($0) }.map { $0 < 5_000 } ?? false
            }
            #expect(
                try site.rows(
                    "SELECT entity_id, new_status FROM changes WHERE kind = 'below'") == below)
            #expect(
                site.log.matches(of: /price fell below its threshold/).count == below.count)
            // What was asked for is what a command gets now.
            let sign = try #require(truth.first { !$0.hasSuffix("-") }?.split(separator: "|"))
            let now = try await site.call("price", String(sign[0]), "--json")
            #expect(now.code == 0)
            #expect(now.output.contains("\"final_fen\":\(sign[1])"))
            let page = "\(site.folder)/price.html"
            let made = try await site.call("price", String(sign[0]), "--html", page)
            #expect(made.code == 0, "\(made.errors)")
            #expect(made.output.isEmpty, "\(made.errors)")
            let html = try String(contentsOfFile: page, encoding: .utf8)
            #expect(html.contains("<svg"))
            #expect(html.hasSuffix("</html>\n"))
        }

        /// A PID is made, found not to be bound, bound on the page, and then it can search.
        @Test func pidsAreMadeAndBound() async throws {
            let site = try await PromoterSite(orders: 6, rate: 0)
            let checked = try await site.call("check")
            #expect(checked.code == 0, "\(checked)")
            let made = try await site.call("pid", "generate", "--name", "新位置", "--json")
            #expect(made.code == 0, "\(made)")
            #expect(made.output.contains("新位置"), "\(made)")
            let pid = try #require(
                made.output.firstMatch(of: /"pid":"([0-9_]+)"/).map { String($0.1) })
            let listed = try await site.call("pid", "list")
            #expect(listed.output.contains(pid))
            #expect(listed.output.contains("新位置"))
            let goods = try await site.offeredGoods(2)
            let refused = try await site.call(
                "price", goods[0], goods[1], "--pid", pid, "--lang", "en")
            #expect(refused.code == 0)
            #expect(refused.errors.contains("ordersync pid bind"))
            #expect(refused.output.contains("price for everyone"), "\(refused)")
            let open = try await site.call("pid", "bind", pid)
            #expect(open.code == 77, "\(open)")
            let link = try #require(open.output.firstMatch(of: /http:\S+/).map { String($0.0) })
            _ = try await site.get(try #require(URL(string: link)))
            let bound = try await site.call("pid", "bind", pid)
            #expect(bound.code == 0)
            #expect(bound.output.contains("is bound"))
            let asked = try await site.call("price", goods[0], goods[1], "--pid", pid, "--json")
            #expect(asked.code == 0, "\(asked)")
            #expect(!asked.output.contains("\"public\":true"), "\(asked)")
            let foreign = try await site.call("pid", "bind", "9_9")
            #expect(foreign.code == 78)
            #expect(foreign.errors.contains("ordersync pid list"))
        }

        /// `check` finds a PID of no account here, or one that is not bound. It blocks no goods
        /// of others; its own have the public price until it is bound.
        @Test func refusedPIDsBlockNoOthers() async throws {
            let open = "10000001_100000002"
            let site = try await PromoterSite(orders: 6, rate: 0) { site in
                let goods = try await site.offeredGoods(3)
                    .map { "\"\($0)\"" }.joined(separator: ", ")
                return [PromoterSite.boundPID, open, "9_9"].map { pid in
                    """
                    [[price_watch]]
                    app = "jinbao"
                    pid = "\(pid)"
                    goods = [\(goods)]
                    interval = "10s"
                    """
                }.joined(separator: "\n")
            }
            let checked = try await site.call("check")
            #expect(checked.code == 77, "\(checked)")
            #expect(checked.output.contains("run `ordersync pid bind \(open)`"))
            #expect(checked.output.contains("10000: this PID is of another account"))
            #expect(checked.output.contains("\(PromoterSite.boundPID)  bound"))
            let first = try site.start()
            try await wait("all goods twice, whatever their PID", within: 40) {
                try site.rows(
                    "SELECT pid FROM goods_watch GROUP BY pid HAVING min(poll_count) >= 2"
                ).count
                    == 3
            }
            let asked = "SELECT pid, max(is_public), min(is_public) FROM goods_prices GROUP BY pid"
            #expect(
                try site.rows(asked)
                    == ["\(PromoterSite.boundPID)|0|0", "\(open)|1|1", "9_9|1|1"])
            #expect(
                try site.rows("SELECT DISTINCT pid, pid_error, last_error FROM goods_watch")
                    == ["\(PromoterSite.boundPID)||", "\(open)|50001 60001|", "9_9|10000|"])
            // Once it is bound, the next start takes it; without one it takes effect automatically.
            let page = try await site.call("pid", "bind", open)
            let link = try #require(page.output.firstMatch(of: /http:\S+/).map { String($0.0) })
            _ = try await site.get(try #require(URL(string: link)))
            await first.killNow()
            try site.start()
            try await wait("prices for the PID that is bound now") {
                try site.rows(asked).contains("\(open)|1|0")
            }
            try await wait("all of its goods to be asked for with it", within: 40) {
                let refused = "pid = '\(open)' AND pid_error <> ''"
                return try site.rows("SELECT count(*) FROM goods_watch WHERE \(refused)") == ["0"]
            }
        }

        /// A product that has left the programme comes as an error, and so does the search that
        /// names it: the others have their prices.
        @Test func aRefusedProductHidesNoOther() async throws {
            let gone = "E9nobodyHasIt"
            let site = try await PromoterSite(orders: 6, rate: 0) { site in
                let goods = try await site.offeredGoods(2)
                    .map { "\"\($0)\"" }.joined(separator: ", ")
                return """
                    [[price_watch]]
                    app = "jinbao"
                    pid = "\(PromoterSite.boundPID)"
                    goods = [\(goods), "\(gone)"]
                    interval = "10s"
                    """
            }
            try await site.control("gone_goods_refused=1")
            try site.start()
            try await wait("the prices of the others") {
                try site.rows("SELECT goods_sign FROM goods_prices WHERE state = 'listed'").count
                    == 2
            }
            let asked = try await site.call("price", gone)
            #expect(asked.code == 1, "\(asked)")
            #expect(asked.errors.contains("50001"), "\(asked)")
        }
    }
}
