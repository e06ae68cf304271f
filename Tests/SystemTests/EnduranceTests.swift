import Foundation
import Testing

extension SystemTests {
    /// What a machine does to a daemon over the months: disks fill up, files vanish, everything
    /// fails at once.
    @Suite(.serialized) struct EnduranceTests {
        /// A file system of some megabytes at a folder; gone with it.
        private final class SmallDisk {
            let path: String

            /// Nil where this user may not mount.
            init?(_ path: String, megabytes: Int) {
                self.path = path
                try? FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true)
                let isMounted = Self.run(
                    "mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path)
                if !isMounted { return nil }
            }

            deinit { _ = Self.run("umount", "-l", path) }

            static func run(_ arguments: String...) -> Bool {
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/env")
                process.arguments = arguments
                process.standardError = FileHandle.nullDevice
                guard (try? process.run()) != nil else { return false }
                process.waitUntilExit()
                return process.terminationStatus == 0
            }

            /// Takes all the room that is left.
            func fill() { _ = Self.run("dd", "if=/dev/zero", "of=\(path)/ballast", "bs=4k") }

            func makeRoom() throws {
                try FileManager.default.removeItem(atPath: "\(path)/ballast")
            }
        }

        private static let mayMount: Bool = {
            let path = NSTemporaryDirectory() + "ordersync-mount-" + UUID().uuidString
            defer { try? FileManager.default.removeItem(atPath: path) }
            return SmallDisk(path, megabytes: 1) != nil
        }()

        private func count(_ log: String, _ message: String) -> Int {
            log.split(separator: "\n").count { $0.contains("\"msg\":\"\(message)\"") }
        }

        private func calls(_ site: Site) async throws -> Int {
            try await site.statistics()["calls"] as? Int ?? -1
        }

        /// The daemon pauses, says so once, asks for nothing that it could not store, and goes on
        /// by itself.
        @Test(.enabled(if: mayMount, "SKIPPED: this user may not mount a small file system"))
        func pausesOnAFullDisk() async throws {
            var settings = Site.Settings(shops: 2, orders: 150, rate: 10)
            settings.databaseFolder = "disk/"
            let site = try await Site(settings)
            let disk = try #require(SmallDisk("\(site.folder)/disk", megabytes: 24))
            let run = try site.start()
            try await site.waitForOrders(300)
            disk.fill()
            try await site.waitForLog("database cannot be written")
            #expect(site.log.contains("no space left for database"))
            // What was under way comes back; after that nobody is asked any more.
            try await wait("the calls to end") {
                let before = try await calls(site)
                try await Task.sleep(for: .milliseconds(500))
                return try await calls(site) == before
            }
            let before = try await calls(site)
            try await Task.sleep(for: .seconds(4))
            #expect(try await calls(site) == before)
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
            disk.fill()
            let full = try site.start()
            try await wait("the start to meet the full disk") {
                full.errors.contains("no space left for database")
            }
            try disk.makeRoom()
            try await wait("it to go on") { full.errors.contains("database is written again") }
            try await site.terminate(full)
            // A start without the right to write ends.
            #expect(SmallDisk.run("mount", "-o", "remount,ro", disk.path))
            let readOnly = try site.start()
            #expect(try await readOnly.exitCode() == 73)
            #expect(readOnly.errors.contains("Read-only file system"), "\(readOnly.errors)")
            #expect(SmallDisk.run("mount", "-o", "remount,rw", disk.path))
            let last = try site.start()
            try await site.converge()
            try await site.terminate(last)
        }

        /// The content is saved while it can be, the daemon ends, and the next start makes a new
        /// database.
        @Test func noticesThatItsDatabaseIsDeleted() async throws {
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

        /// A file of version 1 is kept as it was, and brought up to date.
        @Test func migratesAndKeepsACopy() async throws {
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

        /// Six shops of which every call fails for a while: the log tells it, and stays small.
        @Test func aStormOfFailuresIsAFewLines() async throws {
            let site = try await Site(Site.Settings(shops: 6, orders: 20, rate: 10))
            let run = try site.start()
            try await site.waitForOrders(120)
            let before = run.errors.split(separator: "\n").count
            let calls = try await calls(site)
            try await site.control("server_error_rate=0.4&garbage_rate=0.3&reset_rate=0.3")
            try await wait("a hundred calls to fail", within: 60) {
                try await self.calls(site) > calls + 100
            }
            let lines = run.errors.split(separator: "\n").dropFirst(before)
            // Besides what is said of calls that succeeded.
            let told = lines.count { !$0.contains("\"msg\":\"window stored\"") }
            #expect(told < 50 && told > 0, "\(told) lines")
            #expect(lines.contains { $0.contains("\"msg\":\"call failed\"") })
            try await site.control("calm=true")
            try await site.control("quiet=true")
            try await site.converge(within: 60)
            try await site.terminate(run)
            try site.checkLog()
        }
    }
}
