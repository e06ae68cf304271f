import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `ordersync db`: beside a running daemon, killed half-way, and against what is in the way.
    @Suite struct DatabaseCommandTests {
        /// Runs SQL as another program that may write.
        private func write(_ sql: String, _ site: Site) throws {
            try site.execute(sql)
        }

        private func db(
            _ arguments: [String], _ site: Site
        ) async throws -> (code: Int32, output: String, errors: String) {
            try await ordersync(
                ["db"] + arguments + ["--config", site.configuration], folder: site.folder,
                within: 60)
        }

        private func filled(_ orders: Int = 200) async throws -> (Site, Child) {
            var settings = Site.Settings(orders: orders, rate: 20)
            // Refunds that are not over would keep their orders from the purge.
            settings.shopLines = "streams = [\"orders\"]"
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(orders)
            return (site, run)
        }

        private func files(_ site: Site) -> Data {
            ["", "-wal", "-shm", "-journal"].reduce(into: Data()) { all, suffix in
                all += FileManager.default.contents(atPath: site.database + suffix) ?? Data()
            }
        }

        @Test func aCommandWorksBesideADaemon() async throws {
            let (site, run) = try await filled()
            let copy = site.folder + "/copy.db"
            let backup = try await db(["backup", copy], site)
            #expect(backup.code == 0, "\(backup)")
            #expect(backup.output.contains("examined"), "\(backup)")
            let refused = try await db(["backup", copy], site)
            #expect(refused.code == 73, "\(refused)")
            #expect(refused.errors.contains("\(copy) exists already"), "\(refused)")
            #expect(try await db(["backup", copy, "--force"], site).code == 0)
            let check = try await db(["check"], site)
            #expect(check.code == 0, "\(check)")
            #expect(check.output.contains("ok    file"), "\(check)")
            let migrate = try await db(["migrate"], site)
            #expect(migrate.code == 0, "\(migrate)")
            #expect(migrate.output.contains("nothing to do"), "\(migrate)")
            try await site.control("quiet=true")
            // Rows that the daemon still stores would be counted by one command and not the other.
            try await site.converge()
            let old =
                "FROM orders WHERE status IN ('completed', 'closed') "
                + "AND modified_at < unixepoch() - 172800"
            let due = try site.rows("SELECT count(*) \(old)")
            let dry = try await db(["purge", "--older-than", "2d", "--dry-run"], site)
            #expect(dry.code == 0, "\(dry)")
            #expect(dry.output.contains("would be deleted"), "\(dry)")
            #expect(try site.rows("SELECT count(*) \(old)") == due)
            #expect(due != ["0"])
            let purge = try await db(["purge", "--older-than", "2d", "--yes", "--json"], site)
            #expect(purge.code == 0, "\(purge)")
            #expect(purge.output.contains("\"orders\":\(due[0])"), "\(purge)")
            #expect(try site.rows("SELECT count(*) \(old)") == ["0"])
            // The daemon continues, and does not load them again: neither now nor when restarted.
            let changes = "SELECT count(*) FROM changes WHERE kind <> 'deleted'"
            let before = Int(try site.rows(changes)[0]) ?? 0
            try await site.control("quiet=false")
            try await wait("the daemon to continue") {
                (Int(try site.rows(changes)[0]) ?? 0) > before + 5
            }
            try await site.control("quiet=true")
            try await site.terminate(run)
            let again = try site.start()
            try await wait("the second run to begin") {
                again.errors.contains("platform clock known")
            }
            #expect(try site.rows("SELECT count(*) \(old)") == ["0"])
            try await site.terminate(again)
            #expect(try await db(["check", "--json"], site).code == 0)
        }

        /// Killed at any point it leaves a valid database; run again, it finishes.
        @Test func aKilledPurgeIsRunAgain() async throws {
            let (site, run) = try await filled(300)
            try await site.terminate(run)
            try write("UPDATE orders SET status = 'completed', ended_at = 1, modified_at = 1", site)
            try write("UPDATE orders SET receiver_name = 'NEEDLE' || order_id", site)
            for number in 1...4 {
                try write(
                    """
                    BEGIN;
                    CREATE TEMP TABLE more AS SELECT * FROM orders;
                    UPDATE more SET order_id = order_id || '\(number)',
                        order_key = order_key + 1000000 * \(1 << number),
                        raw_id = raw_id + 1000000 * \(1 << number);
                    INSERT INTO order_raw SELECT order_raw.raw_id + 1000000 * \(1 << number),
                        order_raw.shop_id, order_raw.order_id || '\(number)', source,
                        raw || 'NEEDLE' FROM order_raw;
                    INSERT INTO orders SELECT * FROM more;
                    COMMIT;
                    """, site)
            }
            let count = try #require(Int(try site.rows("SELECT count(*) FROM orders")[0]))
            #expect(count >= 4_800)
            let purge = ["db", "purge", "--older-than", "1d", "--yes", "--config"]
            for round in 0..<10 {
                let child = try Child(
                    purge + [site.configuration], folder: site.folder, name: "purge\(round)")
                // Further on in each round.
                let left = count - round * count / 10
                _ = try? await wait("orders to go", within: 0.5) {
                    try !child.isRunning || Int(site.rows("SELECT count(*) FROM orders")[0])! < left
                }
                await child.killNow()
                let check = try await db(["check"], site)
                #expect(check.code == 0, "round \(round): \(check)")
            }
            let last = try await db(["purge", "--older-than", "1d", "--yes"], site)
            #expect(last.code == 0, "\(last)")
            #expect(try site.rows("SELECT count(*) FROM orders") == ["0"])
            #expect(files(site).range(of: Data("NEEDLE".utf8)) == nil)
        }

        @Test func aReaderIsNamed() async throws {
            let (site, run) = try await filled(100)
            try await site.terminate(run)
            try write("UPDATE orders SET status = 'completed', ended_at = 1, modified_at = 1", site)
            let seen = site.folder + "/reader.out"
            let reader = try ChildProcess(
                "/usr/bin/sqlite3", ["-readonly", site.database], input: .pipe, output: seen)
            defer { reader.signal(SIGKILL) }
            reader.write("BEGIN; SELECT count(*) FROM orders;\n")
            try await wait("the reader to read") {
                FileManager.default.contents(atPath: seen)?.isEmpty == false
            }
            let purge = ["purge", "--older-than", "1d", "--yes", "--wait", "1"]
            let blocked = try await db(purge, site)
            #expect(blocked.code == 75, "\(blocked)")
            #expect(blocked.errors.contains("orders.db-wal still holds them"), "\(blocked)")
            reader.closeInput()
            _ = await reader.ending()
            #expect(try await db(purge, site).code == 0)
            #expect(FileManager.default.contents(atPath: site.database + "-wal")?.isEmpty == true)
        }

        /// A limit of the file's size stands for a full disk.
        @Test func aFullDiskIsReported() async throws {
            let (site, run) = try await filled(400)
            try await site.terminate(run)
            for arguments in [
                ["db", "backup", site.folder + "/copy.db"],
                ["db", "purge", "--receivers", "--yes"],
            ] {
                let child = try Child(
                    arguments + ["--config", site.configuration], folder: site.folder,
                    name: "full-\(arguments[1])", shell: "trap '' XFSZ; ulimit -S -f 600")
                #expect(try await child.exitCode() == 73, "\(child.errors)")
                #expect(child.errors.split(separator: "\n").count == 1, "\(child.errors)")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: site.folder)
            #expect(!names.contains { $0.hasPrefix("copy.db") } as Bool)
            #expect(try await db(["check"], site).code == 0)
            #expect(try await db(["purge", "--receivers", "--yes"], site).code == 0)
            #expect(
                try site.rows("SELECT count(*) FROM orders WHERE receiver_name IS NOT NULL")
                    == ["0"])
        }

        @Test(arguments: [
            ["purge"], ["purge", "--older-than", "180"], ["purge", "--older-than", "180d"],
            ["purge", "--older-than", "180d", "--mask", "--yes"], ["backup"], ["nothing"],
        ])
        func wrongUsageIsRefused(arguments: [String]) async throws {
            let result = try await ordersync(["db"] + arguments, folder: NSTemporaryDirectory())
            #expect(result.code == 64, "\(result)")
        }

        @Test(arguments: [
            ["check"], ["migrate"], ["backup", "copy.db"], ["purge", "--receivers", "--yes"],
        ])
        func aMissingDatabaseIsNotMade(arguments: [String]) async throws {
            let site = try await Site(Site.Settings(orders: 5))
            let result = try await db(arguments, site)
            #expect(result.code == 73)
            #expect(result.errors.contains("orders.db cannot be opened"))
            #expect(!FileManager.default.fileExists(atPath: site.database))
        }

        /// As the first version made it; a daemon of that version still at work.
        @Test func theCommandMigratesUnlessADaemonRuns() async throws {
            let site = try await Site(Site.Settings(orders: 5))
            let sources = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let first = sources.appending(path: "Sources/OrderStore/Migrations/0001_initial.sql")
            try write(
                "PRAGMA journal_mode = WAL; PRAGMA user_version = 1; "
                    + "PRAGMA application_id = \(0x4F53_594E);"
                    + (try String(contentsOf: first, encoding: .utf8)), site)
            let purge = try await db(["purge", "--receivers", "--yes"], site)
            #expect(purge.code == 73, "\(purge)")
            #expect(purge.errors.contains("ordersync db migrate"), "\(purge)")
            let lock = open(site.database + ".lock", O_RDWR | O_CREAT, 0o640)
            flock(lock, LOCK_EX)
            let refused = try await db(["migrate"], site)
            #expect(refused.code == 75, "\(refused)")
            #expect(refused.errors.contains("stop it first"), "\(refused)")
            #expect(try site.rows("PRAGMA user_version") == ["1"])
            close(lock)
            let done = try await db(["migrate"], site)
            let newest = try FileManager.default.contentsOfDirectory(
                atPath: first.deletingLastPathComponent().path
            ).count
            #expect(done.code == 0, "\(done)")
            #expect(done.output.contains("schema version 1, now \(newest)"), "\(done)")
            #expect(done.output.contains("the original: \(site.database).v1"), "\(done)")
            #expect(FileManager.default.fileExists(atPath: site.database + ".v1"))
            #expect(try await db(["migrate"], site).output.contains("nothing to do"))
            #expect(try await db(["check"], site).code == 0)
        }

        @Test func aShopThatIsNotThere() async throws {
            let (site, run) = try await filled(50)
            let result = try await db(
                ["purge", "--older-than", "1d", "--shop", "x", "--yes"], site)
            #expect(result.code == 1, "\(result)")
            #expect(result.errors.contains("no shop x in it"), "\(result)")
            try await site.terminate(run)
        }
    }
}
