import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// What a machine does to a daemon over the months: disks fill up, files vanish, everything
    /// fails at once.
    @Suite struct EnduranceTests {
        /// A file system of some megabytes at a folder; gone with it.
        private final class SmallDisk {
            let path: String

            private init(_ path: String) { self.path = path }

            /// Nil where this user may not mount.
            static func mount(_ path: String, megabytes: Int) async -> SmallDisk? {
                try? FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true)
                let isMounted = await run(
                    "mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path)
                return isMounted ? SmallDisk(path) : nil
            }

            deinit { _ = try? ChildProcess("/usr/bin/env", ["umount", "-l", path]) }

            static func run(_ arguments: String...) async -> Bool {
                (try? await TestSupport.run("/usr/bin/env", arguments).ending) == .exited(0)
            }

            /// Takes all the room that is left.
            func fill() async {
                _ = await Self.run("dd", "if=/dev/zero", "of=\(path)/ballast", "bs=4k")
            }

            func makeRoom() throws {
                try FileManager.default.removeItem(atPath: "\(path)/ballast")
            }
        }

        private static func mayMount() async -> Bool {
            let path = NSTemporaryDirectory() + "ordersync-mount-" + UUID().uuidString
            return await SmallDisk.mount(path, megabytes: 1) != nil
        }

        private func count(_ log: String, _ message: String) -> Int {
            log.split(separator: "\n").count { $0.contains("\"msg\":\"\(message)\"") }
        }

        /// The daemon pauses, says so once, asks for nothing that it could not store, and
        /// continues automatically.
        @Test(
            .enabled("SKIPPED: this user may not mount a small file system") {
                await mayMount()
            })
        func theDaemonPausesOnAFullDisk() async throws {
            var settings = Site.Settings(shops: 2, orders: 150, rate: 10)
            settings.databaseFolder = "disk/"
            let site = try await Site(settings)
            let mounted = await SmallDisk.mount("\(site.folder)/disk", megabytes: 24)
            let disk = try #require(mounted)
            let run = try site.start()
            try await site.waitForOrders(300)
            await disk.fill()
            try await site.waitForLog("database cannot be written")
            #expect(site.log.contains("no space left for database"))
            // What was under way comes back, and nothing else is asked for: at a hundred calls a
            // second there would be hundreds.
            let before = try await site.calls()
            for _ in 0..<100 { _ = try await site.statistics() }
            #expect(try await site.calls() - before <= 16)
            #expect(count(run.errors, "database cannot be written") == 1)
            #expect(try await site.shopState("shop1") == "active")
            try disk.makeRoom()
            try await site.waitForLog("database is written again")
            try await site.control("quiet=true")
            try await site.converge()
            #expect(count(run.errors, "database cannot be written") == 1)
            try await site.terminate(run)
            try site.checkLog()

            // A start without room pauses too, as soon as there is something to write.
            await disk.fill()
            let full = try site.start()
            try await wait("the start to meet the full disk") {
                full.errors.contains("no space left for database")
            }
            try disk.makeRoom()
            try await wait("it to continue") { full.errors.contains("database is written again") }
            try await site.terminate(full)
            // A start without the right to write ends.
            #expect(await SmallDisk.run("mount", "-o", "remount,ro", disk.path))
            let readOnly = try site.start()
            #expect(try await readOnly.exitCode() == 73)
            #expect(readOnly.errors.contains("Read-only file system"), "\(readOnly.errors)")
            #expect(await SmallDisk.run("mount", "-o", "remount,rw", disk.path))
            let last = try site.start()
            try await wait("the last run to begin") { last.errors.contains("window stored") }
            try await site.converge()
            try await site.terminate(last)
        }

        /// The content is saved while it can be, the daemon ends, and the next start makes a new
        /// database.
        @Test func theDaemonNoticesThatItsDatabaseIsDeleted() async throws {
            let site = try await Site(Site.Settings(orders: 100, rate: 10))
            let run = try site.start()
            try await site.waitForOrders(100)
            for suffix in ["", "-wal", "-shm"] {
                try FileManager.default.removeItem(atPath: site.database + suffix)
            }
            #expect(try await run.exitCode() == 73)
            #expect(count(run.errors, "database was moved or replaced") == 1, "\(run.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: site.folder)
            let copy = try #require(names.first { $0.hasPrefix("orders.db.rescued-") })
            #expect(run.errors.contains(copy))
            // As the log's line says: the copy back to its place, and on it goes.
            try FileManager.default.moveItem(
                atPath: "\(site.folder)/\(copy)", toPath: site.database)
            #expect((Int(try site.rows("SELECT count(*) FROM orders")[0]) ?? 0) >= 100)
            let second = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(second)
        }

        /// A file of version 1 is copied unchanged, and migrated.
        @Test func theDaemonMigratesAndKeepsACopy() async throws {
            let site = try await Site(Site.Settings(orders: 30))
            let initial = "Sources/OrderStore/Migrations/0001_initial.sql"
            let root = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let schema = try String(contentsOf: root.appending(path: initial), encoding: .utf8)
            try site.execute(
                "\n" + schema
                    + """
                    ;INSERT INTO shops (name, platform, app) VALUES ('shop1', 'taobao', 'main');
                    PRAGMA user_version = 1; PRAGMA application_id = 0x4F53594E
                    """)
            let run = try site.start()
            try await site.waitForLog("database migrated")
            #expect(run.errors.contains("\"copy\":\"\(site.database).v1\""))
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            #expect(FileManager.default.fileExists(atPath: "\(site.database).v1"))
        }

        /// Six shops of which every call fails for a while: the log says it, and stays small.
        @Test func aStormOfFailuresIsAFewLines() async throws {
            let site = try await Site(Site.Settings(shops: 6, orders: 20, rate: 10))
            let run = try site.start()
            try await site.waitForOrders(120)
            let before = run.errors.split(separator: "\n").count
            let calls = try await site.calls()
            try await site.control("server_error_rate=0.4&garbage_rate=0.3&reset_rate=0.3")
            try await wait("a hundred calls to fail", within: 60) {
                try await site.calls() > calls + 100
            }
            let lines = run.errors.split(separator: "\n").dropFirst(before)
            // Without the lines about calls that succeeded.
            let count = lines.count { !$0.contains("\"msg\":\"window stored\"") }
            // Sixty lines a minute, however long a busy machine takes for the calls.
            let minutes = 1 + Set(lines.compactMap { $0.firstMatch(of: /T\d\d:\d\d/)?.0 }).count
            #expect(count < 60 * minutes, "\(count) lines")
            #expect(count > 0, "\(count) lines")
            #expect(lines.contains { $0.contains("\"msg\":\"call failed\"") })
            try await site.control("calm=true")
            try await site.control("quiet=true")
            try await site.converge(within: 60)
            try await site.terminate(run)
            try site.checkLog()
        }
    }
}
