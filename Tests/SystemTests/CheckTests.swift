import Foundation
import Testing

extension SystemTests {
    /// `ordersync check` names each fault on one line, with the remedy and the right exit code.
    @Suite struct CheckTests {
        private typealias Result = (code: Int32, output: String, errors: String)

        private func check(_ site: Site, _ more: String...) async throws -> Result {
            try await ordersync(
                ["check", "--config", site.configuration] + more, folder: site.folder)
        }

        /// The lines that begin with a word, as a person reads them.
        private func lines(_ result: Result, _ word: String) -> [String] {
            result.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix(word) }
        }

        /// One line fails, says this, and nothing else is wrong.
        private func expect(
            _ result: Result, _ code: Int32, _ subject: String, _ texts: String...
        ) {
            #expect(result.code == code, "\(result)")
            #expect(result.errors.isEmpty, "\(result)")
            let failed = lines(result, "FAIL")
            #expect(failed.count == 1, "\(result.output)")
            #expect(failed.first?.contains("  \(subject)  ") == true, "\(result.output)")
            for text in texts { #expect(failed.joined().contains(text), "\(result.output)") }
        }

        @Test func theCheckFindsWhatThePlatformRefuses() async throws {
            let site = try await Site(Site.Settings(shops: 2, orders: 5))
            let fine = try await check(site)
            #expect(fine.code == 0, "\(fine)")
            #expect(lines(fine, "FAIL").isEmpty, "\(fine)")
            #expect(lines(fine, "ok").count == 5, "\(fine.output)")
            #expect(!fine.output.contains(site.gateway.appSecret))

            try await site.control("expire_session=shop2")
            expect(try await check(site), 77, "shop shop2", "session-expired", "authorise the shop")
            let json = try await check(site, "--json")
            let findings =
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
            #expect(findings?.count { $0["ok"] as? Bool == false } == 1)
            #expect(findings?.allSatisfy { $0["note"] is Bool } == true)
            try await site.control("restore_session=shop2")

            try await site.control(
                "refuse=11:isv.permission-api-package-limit:taobao.refunds.receive.get")
            expect(
                try await check(site), 78, "app main", "taobao.refunds.receive.get",
                "permission package", "leave \"refunds\" out of streams")
            try await site.control("refuse=11:isv.permission-ip-whitelist-limit")
            expect(try await check(site), 78, "app main", "white list", "this machine's address")
            try await site.control("refuse=nothing&ban=app:60")
            expect(try await check(site), 75, "app main", "more seconds", "no action needed")
            try await site.control("lift_bans=true&clock_skew_seconds=1200")
            let skewed = try await check(site)
            #expect(skewed.code == 0, "\(skewed)")
            #expect(lines(skewed, "note").contains { $0.contains("set up NTP") })
        }

        /// Of Pinduoduo's: a permission pack, and a list of refunds that cannot be asked so.
        @Test func theCheckFindsWhatPinduoduoRefuses() async throws {
            let site = try await Site(Site.Settings(platform: .pinduoduo, orders: 5))
            try site.useStoredSession()
            _ = try await site.login()
            let fine = try await check(site)
            #expect(fine.code == 0, "\(fine)")
            #expect(lines(fine, "note").isEmpty, "\(fine)")
            try await site.control("refuse=10000:10000:pdd.refund.list.increment.get")
            expect(
                try await check(site), 1, "app main", "pdd.refund.list.increment.get: 10000",
                "please report", "leave \"refunds\" out of streams")
            try await site.control("refuse=20031:20031:pdd.order.information.get")
            expect(
                try await check(site), 77, "app main", "permission pack",
                "`ordersync auth login shop1`")
            try await site.control("refuse=20031:20031:pdd.order.number.list.increment.get")
            expect(
                try await check(site), 77, "shop shop1", "permission pack",
                "`ordersync auth login shop1`")
        }

        @Test(arguments: SimulatedPlatform.allCases)
        func theCheckFindsWhatIsConfiguredWrong(platform: SimulatedPlatform) async throws {
            let site = try await Site(Site.Settings(platform: platform, orders: 5))
            try site.writePrivate("00000000000000000000000000000000", site.folder + "/app.secret")
            expect(try await check(site), 78, "app main", "wrong signature", "secret")
            chmod(site.folder + "/app.secret", 0o644)
            expect(try await check(site), 78, "app main", "chmod 600")
            try site.writePrivate(site.gateway.appSecret, site.folder + "/app.secret")

            let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
            func write(_ text: String) throws {
                try Data(text.utf8).write(to: URL(filePath: site.configuration))
            }
            try write(text.replacing(site.gateway.url, with: "http://127.0.0.1:9/router/rest"))
            expect(try await check(site), 69, "app main", "connect", "`gateway`")
            // Answers, but is no gateway: the sandbox under another path.
            let path = try #require(URL(string: site.gateway.url)?.path())
            try write(text.replacing(path, with: "/somewhere"))
            expect(try await check(site), 78, "app main", "http 404", "`gateway`")
            try write(text.replacing("key = \"", with: "key = \"1"))
            expect(try await check(site), 78, "app main", "`key`")
            try write("nonsense = 1\n" + text)
            expect(try await check(site), 78, "config", ":1: nonsense", "expected")
            #expect(try await check(site, "--offline").code == 78)

            // What a reload would refuse, found without a call.
            try write(text)
            await site.stopSandbox()
            let fine = try await check(site, "--offline", "--quiet")
            #expect(fine.code == 0, "\(fine)")
            #expect(fine.output.isEmpty, "\(fine)")
            try FileManager.default.removeItem(atPath: site.sessionFile("shop1"))
            let waiting = try await check(site, "--offline")
            #expect(waiting.code == 0, "\(waiting)")
            #expect(lines(waiting, "note").count == 1, "\(waiting)")
            try FileManager.default.removeItem(atPath: site.folder + "/app.secret")
            expect(try await check(site, "--offline"), 78, "app main", "app.secret", "No such file")
        }

        @Test func trapsAreMentioned() async throws {
            var settings = Site.Settings(orders: 5)
            settings.callsPerDay = 5_000
            settings.shopLines = "sweep = [\"10m\"]\noverlap_max = \"20m\""
            let site = try await Site(settings)
            let result = try await check(site)
            #expect(result.code == 0)
            let notes = lines(result, "note")
            #expect(notes.count == 2, "\(result.output)")
            #expect(notes[0].contains("first sweep (10m)"))
            #expect(notes[0].contains("40m behind"))
            #expect(notes[1].contains("174,240 of 5,000 calls"))
            #expect(notes[1].contains("poll_interval"))
        }

        @Test func theCheckFindsWhatIsWrongWithTheDatabase() async throws {
            let site = try await Site(Site.Settings(orders: 5))
            #expect(try await check(site).output.contains("not there yet, `run` will make it"))
            try site.execute("CREATE TABLE theirs (a)")
            expect(try await check(site), 73, "database", "another program", "[store] path")
            try FileManager.default.removeItem(atPath: site.database)
            try Data("order,amount".utf8).write(to: URL(filePath: site.database))
            expect(try await check(site), 73, "database", "not a SQLite database", "[store] path")
            try FileManager.default.removeItem(atPath: site.database)
            let run = try site.start()
            try await site.waitForOrders(5)
            #expect(try await check(site).output.contains("\(site.database): writable\n"))
            try await site.terminate(run)
            let version = try site.rows("PRAGMA user_version")[0]
            try site.execute("PRAGMA user_version = 99")
            expect(try await check(site), 73, "database", "version 99", "install the newer")
            try site.execute("PRAGMA user_version = 1")
            let older = try await check(site)
            #expect(older.code == 0)
            #expect(
                lines(older, "note").contains {
                    $0.contains("of schema version 1") && $0.contains("brings it to \(version)")
                        && $0.contains("orders.db.v1")
                }, "\(older.output)")
            try FileManager.default.removeItem(atPath: site.database)
            try FileManager.default.createDirectory(
                atPath: site.database, withIntermediateDirectories: false)
            expect(try await check(site), 73, "database", "check that the folder exists")
        }

        @Test func theCheckFindsAPortInUse() async throws {
            var settings = Site.Settings(orders: 5)
            settings.http = "listen = \"127.0.0.1:0\""
            let site = try await Site(settings)
            let port = try #require(
                site.gateway.url.split(separator: "/")[1].split(separator: ":").last)
            let free = try await check(site)
            #expect(free.code == 0)
            #expect(free.output.contains("is free to be listened on"))
            let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
            try Data(text.replacing("127.0.0.1:0\"", with: "127.0.0.1:\(port)\"").utf8)
                .write(to: URL(filePath: site.configuration))
            expect(
                try await check(site), 1, "page", "127.0.0.1:\(port)", "(Address already in use)",
                "`ss -ltnp`", "[http] listen")
            // While a daemon runs, it is taken to be its own.
            let run = try site.start()
            try await site.waitForOrders(5)
            let running = try await check(site)
            #expect(running.code == 0, "\(running)")
            #expect(running.output.contains("and a daemon runs"), "\(running)")
            try await site.terminate(run)
        }
    }
}
