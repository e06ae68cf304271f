import Foundation
import Testing

extension SystemTests {
    /// The orders of two sellers do not mix, and those of one are not counted twice.
    @Suite(.serialized) struct SellerTests {
        private func session(_ site: Site, _ shop: Int) -> String {
            site.gateway.shops[shop].session
        }

        private func check(_ site: Site) async throws -> (code: Int32, output: String) {
            let result = try await ordersync(
                ["check", "--config", site.configuration], folder: site.folder)
            return (result.code, result.output)
        }

        /// A wrong file: nothing of the other seller is stored, and the right one continues.
        @Test(arguments: SimulatedPlatform.allCases)
        func aSessionOfAnotherSellerIsRefused(platform: SimulatedPlatform) async throws {
            var settings = Site.Settings(platform: platform, shops: 2, orders: 60, rate: 5)
            settings.configuredShops = 1
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(platform.orders(of: 60))
            #expect(try site.rows("SELECT seller_nick FROM shops") == ["测试旗舰店1"])
            try site.writePrivate(session(site, 1), site.sessionFile("shop1"))
            try await site.waitForLog("session of another seller")
            try await site.waitForState("paused")
            let reason = try site.rows("SELECT state_reason FROM shops")[0]
            #expect(reason.contains("测试旗舰店2"))
            #expect(reason.contains("测试旗舰店1"))
            #expect(reason.contains("ordersync auth login shop1"))
            #expect(
                try site.stored("shop1").isDisjoint(with: try await site.truth("shop2")))
            let found = try await check(site)
            #expect(found.code == 77, "\(found)")
            #expect(found.output.contains("belongs to seller"), "\(found)")
            try site.writePrivate(session(site, 0), site.sessionFile("shop1"))
            try await site.waitForState("active")
            try await site.control("quiet=true")
            let before = try site.rows("SELECT count(*) FROM orders")[0]
            #expect((Int(before) ?? 0) >= platform.orders(of: 60))
            try await site.terminate(run)
        }

        @Test func oneSellerUnderTwoNamesIsRefused() async throws {
            let site = try await Site(Site.Settings(shops: 2, orders: 30))
            try site.writePrivate(session(site, 0), site.sessionFile("shop2"))
            let found = try await check(site)
            #expect(found.code == 78)
            #expect(found.output.contains("shops shop1 and shop2"))
            let run = try await ordersync(
                ["run", "--config", site.configuration], folder: site.folder)
            #expect(run.code == 78, "\(run)")
            #expect(run.errors.contains("shops shop1 and shop2"), "\(run)")
        }

        /// The platform does not answer whose a session is: the orders show it.
        @Test(arguments: SimulatedPlatform.allCases)
        func oneSellerUnderTwoNamesIsFoundByItsOrders(
            platform: SimulatedPlatform
        ) async throws {
            var settings = Site.Settings(platform: platform, shops: 2, orders: 40, rate: 5)
            settings.configuredShops = 1
            let site = try await Site(settings)
            let method =
                platform == .taobao ? "taobao.user.seller.get" : "pdd.mall.info.get"
            let code = platform == .taobao ? "11:isv.permission-api-package-limit" : "20031:x"
            try await site.control("refuse=\(code):\(method)")
            let first = try site.start()
            try await site.waitForOrders(platform.orders(of: 40))
            try await site.control("quiet=true")
            let truth = try await site.truth("shop1")
            try await wait("shop1 to be complete") { try site.stored("shop1") == truth }
            try await site.terminate(first)
            // The second session of a seller is another text: the first one is no session now.
            try site.writeConfiguration(shops: 2)
            try site.writePrivate("no-session", site.sessionFile("shop1"))
            try site.writePrivate(session(site, 0), site.sessionFile("shop2"))
            // Rows of Taobao name the seller, but refunds do not, and may be answered first.
            func namesTwin(_ text: String) -> Bool {
                text.contains("is synced as shop shop1 already")
                    || text.contains("shops shop1 and shop2 both read order ")
            }
            let found = try await check(site)
            #expect(namesTwin(found.output), "\(found)")
            let run = try site.start()
            try await wait("shop2 to be paused") {
                try site.rows("SELECT state FROM shops WHERE name = 'shop2'") == ["paused"]
            }
            let reason = try site.rows("SELECT state_reason FROM shops WHERE name = 'shop2'")[0]
            #expect(namesTwin(reason), "\(reason)")
            #expect(reason.contains("Remove one of the two [[shop]] entries"))
            let counted = "SELECT count(*) FROM orders JOIN shops USING (shop_id) WHERE name ="
            #expect(try site.rows("\(counted) 'shop2'") == ["0"])
            // With the session of its seller it continues.
            try site.writePrivate(session(site, 0), site.sessionFile("shop1"))
            try site.writePrivate(session(site, 1), site.sessionFile("shop2"))
            try await wait("both to be active") {
                try site.rows("SELECT DISTINCT state FROM shops") == ["active"]
                    && site.rows("\(counted) 'shop2'") != ["0"]
            }
            #expect(
                try site.stored("shop2").isSubset(of: try await site.truth("shop2")))
            try await site.terminate(run)
        }

        @Test func aRenamedShopKeepsItsRows() async throws {
            let site = try await Site(Site.Settings(orders: 40, rate: 5))
            let run = try site.start()
            try await site.waitForOrders(40)
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            let count = try site.rows("SELECT count(*) FROM orders")
            let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
            let renamed = text.replacing("name = \"shop1\"", with: "name = \"better\"")
            try Data(renamed.utf8).write(to: URL(filePath: site.configuration))
            let refused = try await ordersync(
                ["run", "--config", site.configuration], folder: site.folder)
            #expect(refused.code == 78, "\(refused)")
            #expect(refused.errors.contains("ordersync db rename-shop shop1 better"))
            let found = try await check(site)
            #expect(found.code == 78)
            #expect(found.output.contains("db rename-shop shop1 better"))
            let done = try await ordersync(
                ["db", "rename-shop", "shop1", "better", "--config", site.configuration],
                folder: site.folder)
            #expect(done.code == 0)
            #expect(done.output.contains("shop shop1 is now better"))
            let again = try site.start()
            try await wait("the shop to be read") {
                try site.rows("SELECT state FROM shops WHERE name = 'better'") == ["active"]
                    && again.errors.contains("platform clock known")
            }
            #expect(try site.rows("SELECT name FROM shops") == ["better"])
            #expect(try site.rows("SELECT count(*) FROM orders") == count)
            try await site.terminate(again)
        }

        /// The platform's refusal of that one call blocks nothing.
        @Test(arguments: SimulatedPlatform.allCases)
        func aMissingPermissionBlocksNothing(platform: SimulatedPlatform) async throws {
            let site = try await Site(
                Site.Settings(platform: platform, orders: 30, rate: 5))
            let method =
                platform == .taobao ? "taobao.user.seller.get" : "pdd.mall.info.get"
            let code = platform == .taobao ? "11:isv.permission-api-package-limit" : "10033:x"
            try await site.control("refuse=\(code):\(method)")
            let run = try site.start()
            try await site.waitForOrders(platform.orders(of: 30))
            try await site.waitForLog("seller unknown")
            try await site.waitForState("active")
            try await site.terminate(run)
        }
    }
}
