import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite struct OperationTests {
        /// The failure of one shop does not affect the other, is shown, and ends with a new
        /// session.
        @Test(arguments: SimulatedPlatform.allCases)
        func oneShopLosesItsSession(platform: SimulatedPlatform) async throws {
            let site = try await Site(
                Site.Settings(platform: platform, shops: 2, orders: 100, rate: 10))
            let run = try site.start()
            try await site.waitForOrders(200)
            try site.writePrivate("not-a-session-any-more", site.sessionFile("shop1"))
            try await site.waitForState("unauthorized")
            #expect(try await site.shopState("shop2") == "active")
            try await site.waitForLog("shop needs authorisation")
            let query =
                "SELECT count(*) FROM changes JOIN shops USING (shop_id) WHERE name = 'shop2'"
            let before = Int(try site.rows(query).first ?? "") ?? 0
            try await wait("shop2 to continue") {
                (Int(try site.rows(query).first ?? "") ?? 0) > before + 5
            }
            let session = site.gateway.shops[0].session
            try site.writePrivate(session, site.sessionFile("shop1"))
            try await site.waitForState("active")
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            try site.checkLog()
            #expect(!site.log.contains("not-a-session-any-more"))
        }

        @Test func theDaemonEndsOnSIGTERMAndContinues() async throws {
            let site = try await Site(Site.Settings(orders: 1_500, rate: 10))
            var run = try site.start()
            try await site.waitForOrders(50)
            try await site.terminate(run)
            #expect(site.log.contains("\"msg\":\"stopped\""))
            let stored = Int(try site.rows("SELECT count(*) FROM orders").first ?? "") ?? 0
            run = try site.start()
            try await site.waitForOrders(stored + 1)
            // Nothing answers: the calls in flight are cut off.
            try await site.control("hang_rate=1")
            try await site.letCall(1)
            try await site.terminate(run)
            try await site.control("calm=true")
            run = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
        }

        @Test func theDaemonReadsItsConfigurationAgain() async throws {
            var settings = Site.Settings(shops: 2, orders: 100, rate: 5)
            settings.configuredShops = 1
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(100)
            try site.writeConfiguration(shops: 1, extra: "nonsense = 1")
            run.signal(SIGHUP)
            try await site.waitForLog("configuration refused, the old one stays")
            #expect(site.log.contains("ordersync.toml:1"))
            #expect(try site.rows("SELECT name FROM shops") == ["shop1"])
            try site.writeConfiguration(shops: 2)
            run.signal(SIGHUP)
            try await site.waitForLog("configuration loaded")
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            try site.checkLog()
        }

        /// A file-size limit stands for a full disk: the daemon waits, says so, ends on request
        /// to, and loses nothing.
        @Test func theDaemonWaitsForRoomOnTheDisk() async throws {
            let site = try await Site(Site.Settings(orders: 800, rate: 5))
            let limit = "trap '' XFSZ; ulimit -S -f 1600"
            var run = try site.start(shell: limit)
            try await site.waitForLog("database cannot be written")
            // It says of nothing that it is stored which is not, and it can be ended.
            run.signal(SIGTERM)
            #expect([1, 73].contains(try await run.exitCode(within: 5)))
            #expect(!run.errors.contains("history loaded"))
            run = try site.start(shell: limit)
            try await wait("the second run to meet the limit") {
                run.errors.contains("database cannot be written")
            }
            let raised = ["--pid", "\(run.identifier)", "--fsize=unlimited:unlimited"]
            #expect(try await TestSupport.run("/usr/bin/prlimit", raised).ending == .exited(0))
            try await site.waitForLog("database is written again")
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
        }

        /// Another program holds the database; the daemon waits, and can be ended.
        @Test func theDaemonWaitsForALockedDatabase() async throws {
            let site = try await Site(Site.Settings(orders: 300, rate: 10))
            var run = try site.start()
            try await site.waitForOrders(50)
            let holder = try ChildProcess(
                "/usr/bin/sqlite3", ["-cmd", ".timeout 5000", site.database], input: .pipe)
            defer { holder.signal(SIGKILL) }
            holder.write("BEGIN IMMEDIATE;\n")
            try await site.waitForLog("database cannot be written")
            run.signal(SIGTERM)
            #expect(try await run.exitCode(within: 5) == 75)
            holder.write("ROLLBACK;\n")
            holder.closeInput()
            run = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
        }

        /// The index that holds the locks is deleted; other programs open a new one.
        @Test func theDaemonStopsWhereTheIndexIsDeleted() async throws {
            let site = try await Site(Site.Settings(orders: 100, rate: 10))
            var run = try site.start()
            try await site.waitForOrders(100)
            try FileManager.default.removeItem(atPath: "\(site.database)-shm")
            try site.execute("CREATE TABLE theirs (a)")
            #expect(try await run.exitCode(within: 20) == 73)
            #expect(run.errors.contains("-shm was deleted or replaced"), "\(run.errors)")
            #expect(!run.errors.contains("damage"))
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
            run = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            #expect(try site.rows("SELECT count(*) FROM theirs") == ["0"])
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
            try await site.terminate(run)
        }

        /// The kernel ends a program that uses the part of a mapped file which is gone.
        @Test func theDaemonEndsWhereTheIndexIsCutShort() async throws {
            let site = try await Site(Site.Settings(orders: 100, rate: 10))
            var run = try site.start()
            try await site.waitForOrders(100)
            try #require(truncate("\(site.database)-shm", 0) == 0)
            #expect(try await run.exitCode(within: 20) == 73)
            #expect(run.errors.contains("-shm was cut short"), "\(run.errors)")
            run = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
            try await site.terminate(run)
        }

        /// Appended to, the log would have a hole; read, it lacks what was committed.
        @Test func theDaemonEndsWhereTheLogIsCutShort() async throws {
            let site = try await Site(Site.Settings(orders: 100, rate: 10))
            var run = try site.start()
            try await site.waitForOrders(100)
            try #require(truncate("\(site.database)-wal", 0) == 0)
            #expect(try await run.exitCode(within: 20) == 73)
            #expect(run.errors.contains("-wal was cut short"), "\(run.errors)")
            run = try site.start()
            // The log contained all of it, the tables too.
            try await site.waitForOrders(100)
            try await site.control("quiet=true")
            try await site.converge()
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
            try await site.terminate(run)
        }

        /// A second name has a second log and second locks.
        @Test func theDaemonRefusesASecondName() async throws {
            let site = try await Site(Site.Settings(orders: 20))
            let run = try site.start()
            try await site.waitForOrders(20)
            let link = "\(site.folder)/link.db"
            try FileManager.default.linkItem(atPath: site.database, toPath: link)
            let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
            let other = "\(site.folder)/other.toml"
            try Data(text.replacing(site.database, with: link).utf8).write(
                to: URL(filePath: other))
            let second = try await ordersync(["run", "--config", other], folder: site.folder)
            #expect(second.code == 75)
            #expect(second.errors.contains("another ordersync"))
            try await site.terminate(run)
            let alone = try await ordersync(["run", "--config", other], folder: site.folder)
            #expect(alone.code == 73, "\(alone)")
            #expect(alone.errors.contains("2 hard links"), "\(alone)")
            try FileManager.default.removeItem(atPath: link)
            let again = try site.start()
            try await wait("the daemon to start") { again.errors.contains("started") }
            try await site.terminate(again)
        }

        @Test func theDaemonRefusesASecondInstance() async throws {
            let site = try await Site(Site.Settings(orders: 20))
            let run = try site.start()
            try await site.waitForOrders(1)
            let second = try await ordersync(
                ["run", "--config", site.configuration], folder: site.folder)
            #expect(second.code == 75)
            #expect(second.errors.contains("another ordersync"))
            try await site.terminate(run)
        }
    }
}
