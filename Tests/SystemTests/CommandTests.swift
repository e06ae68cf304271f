import Foundation
import Testing

extension SystemTests {
    /// Exit codes, and errors of one line that say what to do.
    @Suite struct CommandTests {
        private func expect(
            _ result: (code: Int32, output: String, errors: String), _ code: Int32, _ text: String
        ) {
            #expect(result.code == code, "\(result)")
            let said = result.errors + result.output
            #expect(said.contains(text), "\(said)")
            #expect(result.errors.split(separator: "\n").count <= 1, "\(result.errors)")
        }

        @Test func wrongConfigurationsAreRefused() async throws {
            let site = try await Site(Site.Settings(orders: 5))
            let good = ["--config", site.configuration]
            let none = ["--config", "/nonexistent/ordersync.toml"]
            for command in ["run", "status"] {
                expect(
                    try await ordersync([command] + none, folder: site.folder), 78,
                    "/nonexistent/ordersync.toml: cannot be read")
            }
            expect(
                try await ordersync(["status"] + good, folder: site.folder), 73,
                "\(site.database) cannot be opened")
            #expect(!FileManager.default.fileExists(atPath: site.database))
            try site.writeConfiguration(shops: 1, extra: "# one\n\nshops = 3")
            for command in ["run", "check", "status"] {
                expect(
                    try await ordersync([command] + good, folder: site.folder), 78,
                    "\(site.configuration):3: shops: unknown")
            }
        }

        @Test func aForeignDatabaseIsRefused() async throws {
            let site = try await Site(Site.Settings(orders: 5))
            try site.execute("CREATE TABLE theirs (a)")
            for command in ["run", "check", "status"] {
                expect(
                    try await ordersync(
                        [command, "--config", site.configuration], folder: site.folder), 73,
                    "is a database of another program")
            }
        }

        @Test(arguments: [
            ["--no-such-flag"], ["run", "--no-such-flag"], ["no-such-command"],
            ["demo", "--orders", "0"], ["sandbox", "--listen", "nowhere"],
            ["sandbox", "--shops", "many"],
        ])
        func wrongUsageIsRefused(arguments: [String]) async throws {
            let result = try await ordersync(arguments, folder: NSTemporaryDirectory())
            #expect(result.code == 64)
            #expect(result.errors.contains("Error:"))
        }

        @Test(arguments: [
            [], ["demo"], ["run"], ["check"], ["status"], ["report"], ["sandbox"], ["version"],
        ])
        func everyCommandHelps(command: [String]) async throws {
            let result = try await ordersync(command + ["--help"], folder: NSTemporaryDirectory())
            #expect(result.code == 0)
            #expect(result.output.contains("USAGE: ordersync"))
        }

        @Test func statusHasTheFixedShape() async throws {
            let site = try await Site(Site.Settings(orders: 50))
            let run = try site.start()
            try await site.waitForOrders(50)
            try await site.terminate(run)
            let status = try await site.status()
            #expect(status["version"] is String)
            #expect(status["database"] as? String == site.database)
            let shop = try #require((status["shops"] as? [[String: Any]])?.first)
            #expect(Set(["name", "platform", "state", "streams"]).isSubset(of: shop.keys))
            let streams = try #require(shop["streams"] as? [[String: Any]])
            #expect(
                Set(streams.compactMap { $0["stream"] as? String })
                    == [
                        "orders", "backfill", "sweep", "sweep_2", "sweep_3", "details", "refunds",
                        "refunds_backfill", "shipments",
                    ])
            let keys = Set(
                ["stream", "cursor_at", "lag_s", "rows", "last_success_at", "last_error"])
            #expect(streams.allSatisfy { keys.isSubset(of: $0.keys) }, "\(streams)")
            let app = try #require((status["apps"] as? [[String: Any]])?.first)
            let named = Set(["name", "calls_today", "calls_per_day", "banned_until_at"])
            #expect(named.isSubset(of: app.keys), "\(app)")
        }

        /// One shop, and then the same one and that of another platform in the same database.
        @Test func theDemoEndsAutomaticallyAndContinues() async throws {
            let folder = NSTemporaryDirectory() + "ordersync-demo-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let demo = ["demo", "--orders", "300", "--database", folder + "/demo.db"]
            let first = try await ordersync(demo, folder: folder, within: 40)
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.output.contains("total "))
            #expect(first.output.contains("Try:"))
            #expect(first.errors.isEmpty)
            #expect(!first.output.contains("pinduoduo"))
            let second = try await ordersync(
                demo + ["--platform", "all"], folder: folder, within: 40)
            #expect(second.code == 0, "\(second.errors)")
            #expect(second.output.contains("Went on where the last run stopped"))
            for shop in ["demo +taobao", "demo-pinduoduo +pinduoduo"] {
                let expression = try Regex("(?m)^\(shop) +[23]\\d\\d ")
                #expect(second.output.contains(expression), "\(second.output)")
            }
        }
    }
}
