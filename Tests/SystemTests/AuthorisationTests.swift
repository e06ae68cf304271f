import Foundation
import FoundationNetworking
import Testing

extension SystemTests {
    @Suite struct AuthorisationTests {
        /// From a shop without a session to one that renews it automatically, loses it, and
        /// continues after a new login, with one and the same daemon.
        @Test(arguments: SimulatedPlatform.allCases)
        func theDaemonLivesThroughTheLifeOfASession(platform: SimulatedPlatform) async throws {
            let site = try await Site(Site.Settings(platform: platform, orders: 60, rate: 5))
            try site.useStoredSession()
            let run = try site.start()
            try await wait("shop1 to be unauthorized") {
                guard FileManager.default.fileExists(atPath: site.database) else { return false }
                return (try? await site.shopState("shop1")) == "unauthorized"
            }
            #expect(run.errors.contains("ordersync auth login shop1"))

            try await site.control("token_life_seconds=12")
            let said = try await site.login()
            #expect(said.contains("测试旗舰店1"))
            #expect(said.contains("refreshed automatically"))
            var secrets = [try site.stored(member: "access_token")]
            secrets.append(try site.stored(member: "refresh_token"))
            #expect(!said.contains(secrets[0]))
            #expect(!said.contains(secrets[1]))
            try await site.waitForOrders(60)
            #expect(try site.rows("SELECT nick FROM shops") == ["测试旗舰店1"])
            try await wait("the end of the session") {
                try site.rows("SELECT authorized_until_at > 0 FROM shops") == ["1"]
            }

            // Renewed ahead: no call was ever refused.
            try await site.waitForLog("session refreshed", within: 30)
            #expect(try site.stored(member: "access_token") != secrets[0])
            try await site.waitForState("active")
            #expect(log(run, "shop needs authorisation") == 1)

            // The platform refuses: a person has to act, then the daemon continues automatically.
            try await site.control("refreshes_refused=1")
            secrets.append(try site.stored(member: "refresh_token"))
            try await site.waitForLog("session must be authorised again", within: 30)
            let status = try await site.auth("status")
            #expect(status.code == 77)
            #expect(status.output.contains("ordersync auth login shop1"))
            try await site.waitForState("unauthorized", within: 30)
            try await site.control("refreshes_refused=0&token_life_seconds=86400")
            _ = try await site.login()
            try await site.waitForState("active")
            #expect(try await site.auth("status").code == 0)
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            try site.checkLog()
            try await countsTokenCalls(site)
            secrets.append(try site.stored(member: "access_token"))
            for secret in secrets { #expect(!site.log.contains(secret)) }
        }

        /// A session that ended while the daemon was down is refreshed, and nothing is wrong then:
        /// neither in the log, nor in `status`, nor in the database.
        @Test(arguments: SimulatedPlatform.allCases)
        func aSessionThatIsRefreshedIsNoError(platform: SimulatedPlatform) async throws {
            let site = try await Site(Site.Settings(platform: platform, orders: 40, rate: 0))
            try site.useStoredSession()
            _ = try await site.login()
            let token = try site.stored(member: "access_token")
            try await site.control("expire_session=shop1")
            let check = try await ordersync(
                ["check", "--config", site.configuration], folder: site.folder)
            #expect(check.code == 0, "\(check)")
            #expect(check.output.contains("the daemon refreshes it"), "\(check)")
            let run = try site.start()
            try await site.waitForLog("session refreshed", within: 30)
            try await site.waitForOrders(40)
            #expect(try site.stored(member: "access_token") != token)
            try await site.waitForState("active")
            #expect(
                try site.rows("SELECT count(*) FROM checkpoints WHERE last_error <> ''") == ["0"])
            for message in ["shop needs authorisation", "session not refreshed"] {
                #expect(log(run, message) == 0, "\(message)")
            }
            #expect(!run.errors.contains("\"level\":\"error\""))
            #expect(!run.errors.contains("\"level\":\"warning\""))
            try await site.terminate(run)
            // Nothing runs: `status` says so.
            let status = try await ordersync(
                ["status", "--config", site.configuration], folder: site.folder)
            #expect(status.code == 3, "\(status)")
            #expect(status.errors.contains("not running"), "\(status)")
            #expect(status.output.contains("shop1"))
        }

        /// Where tokens are had by calls of the API, those of commands and of the daemon count.
        private func countsTokenCalls(_ site: Site) async throws {
            let made = try await site.statistics()["calls_by_method"] as? [String: Int] ?? [:]
            let tokens = made.filter { $0.key.contains("auth.token") }
            #expect(tokens.isEmpty == (site.settings.platform == .taobao))
            #expect(
                try site.rows(
                    "SELECT method, sum(calls) FROM quota_usage "
                        + "WHERE method LIKE '%auth.token%' GROUP BY method ORDER BY method")
                    == tokens.map { "\($0.key)|\($0.value)" }.sorted())
        }

        private func log(_ run: Child, _ message: String) -> Int {
            run.errors.split(separator: "\n").count { $0.contains("\"msg\":\"\(message)\"") }
        }

        /// An answer that is lost loses the refresh token too: that is said, and not tried again
        /// while the session lives.
        @Test(arguments: SimulatedPlatform.allCases)
        func theDaemonSaysWhenTheAnswerToARefreshIsLost(platform: SimulatedPlatform) async throws {
            let site = try await Site(Site.Settings(platform: platform, orders: 20, rate: 0))
            try site.useStoredSession()
            _ = try await site.login()
            try await site.control("token_answers_lost=1")
            let lost = try await site.auth("refresh", "shop1")
            #expect(lost.code == 77)
            #expect(lost.errors.contains("ordersync auth login shop1"))
            let status = try await site.auth("status")
            #expect(status.code == 77)
            #expect(status.output.contains("authorise again"))
            _ = try await site.login()
            #expect(try await site.auth("refresh", "shop1").code == 0)
            #expect(try await site.auth("status", "--json").code == 0)
        }

        /// A token that Pinduoduo does not know is refreshed once; then a person is asked, and
        /// every command says so.
        @Test func theDaemonRefreshesAnUnknownTokenOnce() async throws {
            let site = try await Site(Site.Settings(platform: .pinduoduo, orders: 20, rate: 0))
            try site.useStoredSession()
            _ = try await site.login()
            let run = try site.start()
            try await site.waitForOrders(10)
            try await site.control("refuse=20032:20032")
            try await site.waitForLog("session must be authorised again", within: 30)
            try await site.waitForState("unauthorized", within: 30)
            #expect(log(run, "session not refreshed") == 1)
            let status = try await site.auth("status")
            #expect(status.code == 77, "\(status)")
            #expect(status.output.contains("20032"), "\(status)")
            #expect(status.output.contains("ordersync auth login shop1"))
            try await site.control("refuse=nothing")
            _ = try await site.login()
            try await site.waitForState("active", within: 60)
            #expect(try await site.auth("status").code == 0)
            try await site.terminate(run)
        }

        /// Tokens are signed for too: an hour off, they are asked for by the platform's clock.
        @Test func theDaemonDoesNotNeedTheMachinesClock() async throws {
            let site = try await Site(Site.Settings(platform: .pinduoduo, orders: 20, rate: 0))
            try site.useStoredSession()
            try await site.control("clock_skew_seconds=3600")
            _ = try await site.login()
            let renewed = try await site.auth("refresh", "shop1")
            #expect(renewed.code == 0, "\(renewed)")
        }

        @Test func theDaemonWarnsOfASessionThatCannotBeRefreshed() async throws {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            try site.useStoredSession()
            try await site.control("token_life_seconds=864000&refresh_life_seconds=0")
            let said = try await site.login()
            #expect(said.contains("cannot be refreshed"))
            let run = try site.start()
            try await site.waitForLog("session ends soon")
            try await site.waitForOrders(20)
            let check = try await ordersync(
                ["check", "--config", site.configuration], folder: site.folder)
            #expect(check.code == 77)
            #expect(check.output.contains("ordersync auth login shop1"))
            #expect(try await site.auth("refresh", "shop1").code == 77)
            try await site.terminate(run)
        }

        @Test func theDaemonStoresAPastedSession() async throws {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            try site.useStoredSession()
            let imported = try await site.auth(
                "import", "shop1", "--file", site.sessionFile("shop1"), "--expires", "365d")
            #expect(imported.code == 0)
            #expect(!imported.output.contains(site.gateway.shops[0].session))
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(site.folder)/sessions.json")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            let check = try await ordersync(
                ["check", "--config", site.configuration], folder: site.folder)
            #expect(check.code == 0)
            #expect(check.output.contains("orders can be read"))
            let run = try site.start()
            try await site.waitForOrders(20)
            try await site.terminate(run)
        }

        /// The browser comes back to this machine; a forged visit before it is turned away.
        @Test func theDaemonWaitsForTheBrowser() async throws {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            try site.useStoredSession()
            let port = Int.random(in: 20_000...29_999)
            let login = try Child(
                [
                    "auth", "login", "shop1", "--listen", "127.0.0.1:\(port)", "--config",
                    site.configuration,
                ], folder: site.folder, name: "login")
            defer { login.kill() }
            try await wait("the page") { login.output.contains("Waiting on") }
            let forged = try #require(
                URL(string: "http://127.0.0.1:\(port)/?code=stolen&state=guessed"))
            let (page, _) = try await URLSession.shared.data(from: forged)
            #expect(String(decoding: page, as: UTF8.self).contains("not the login"))
            let start = try #require(login.output.firstRange(of: "http://"))
            let shown = login.output[start.lowerBound...].prefix { $0 != "\n" }
            let (done, _) = try await URLSession.shared.data(
                from: try #require(URL(string: String(shown))))
            #expect(String(decoding: done, as: UTF8.self).contains("Done"))
            #expect(try await login.exitCode(within: 10) == 0)
            #expect(try site.stored(member: "source") == "login")
        }

        /// Every failure is one line with the next step, and says no secret.
        @Test func theDaemonSaysWhatIsWrong() async throws {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            let wins = try await site.auth("refresh", "shop1")
            #expect(wins.code == 77)
            #expect(wins.errors.contains("its session_* key wins"))
            try site.useStoredSession()
            func expect(_ arguments: [String], _ code: Int32, _ text: String) async throws {
                let result = try await ordersync(
                    ["auth"] + arguments + ["--config", site.configuration], folder: site.folder)
                #expect(result.code == code, "\(result)")
                #expect(result.errors.contains(text), "\(result)")
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
                #expect(!result.errors.contains(site.gateway.appSecret))
            }
            try await expect(["login", "shop9"], 64, "there are: shop1")
            try await expect(["login", "shop1", "--code", "never"], 77, "get a new one")
            try await expect(
                ["login", "shop1", "--code", "http://a/?code=c&state=s"], 77, "`state` is another")
            try await expect(
                ["login", "shop1", "--code", "http://a/?error=access_denied"], 77, "refused")
            try await expect(["login", "shop1", "--code", "a b"], 64, "neither a code")
            try await expect(["login", "shop1", "--listen", "0.0.0.0:1"], 64, "127.0.0.1:PORT")
            try await expect(["refresh", "shop1"], 77, "no session is stored")
            try await expect(["import", "shop1"], 64, "no session was given")
            let code = try await site.agree()
            try site.writePrivate("wrong", "\(site.folder)/app.secret")
            try await expect(["login", "shop1", "--code", code], 78, "key and secret")
            try site.writePrivate(site.gateway.appSecret, "\(site.folder)/app.secret")
            try Data("{".utf8).write(to: URL(filePath: "\(site.folder)/sessions.json"))
            chmod("\(site.folder)/sessions.json", 0o600)
            try await expect(["status"], 78, "is damaged")
            try await expect(["login", "shop1", "--code", code], 78, "is damaged")
            await site.stopSandbox()
            try FileManager.default.removeItem(atPath: "\(site.folder)/sessions.json")
            try await expect(["login", "shop1", "--code", code], 69, "`token_url`")
        }
    }
}
