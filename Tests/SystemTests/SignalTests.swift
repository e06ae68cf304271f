import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// What SIGINT, SIGTERM and a closed pipe do to every command: the table of `EndingSignals`.
    @Suite struct SignalTests {
        /// Commands that read a configuration, and how a signal ends them that comes then.
        private static let configured: [[String]] = [
            ["run"], ["check"], ["status"], ["report"], ["backfill", "shop1"] + days,
            ["verify", "shop1"] + days, ["price", "sign"], ["pid", "list"], ["pid", "generate"],
            ["pid", "bind", "1_1"], ["auth", "login", "shop1"], ["auth", "import", "shop1"],
            ["auth", "refresh", "shop1"], ["auth", "status"], ["db", "backup", "copy.db"],
            ["db", "check"], ["db", "purge", "--older-than", "1d", "--yes"], ["db", "migrate"],
            ["db", "rename-shop", "a", "b"],
        ]
        /// Commands without one: the first three have tests of their own, the others end at once.
        private static let others: [[String]] = [
            ["demo"], ["sandbox"], ["explain", "27"], ["version"], ["help"],
        ]
        private static let days = ["--from", "2026-01-01", "--to", "2026-01-02"]

        private func folder() throws -> String {
            let folder = NSTemporaryDirectory() + "ordersync-signals-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            return folder
        }

        private func files(_ folder: String) throws -> Set<String> {
            Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        }

        @Test func noCommandIsMissing() async throws {
            func names(_ command: [String: Any], _ path: [String]) -> [String] {
                let commands = command["subcommands"] as? [[String: Any]] ?? []
                if commands.isEmpty { return [path.joined(separator: " ")] }
                return commands.flatMap { names($0, path + [$0["commandName"] as? String ?? ""]) }
            }
            let help = try await ordersync(["--experimental-dump-help"], folder: folder())
            let root = try JSONSerialization.jsonObject(with: Data(help.output.utf8))
            let command = (root as? [String: Any])?["command"] as? [String: Any]
            let tested = (Self.configured + Self.others).map { $0.joined(separator: " ") }
            let all = names(try #require(command), [])
            #expect(all.count == Self.configured.count + Self.others.count)
            for name in all {
                #expect(tested.contains { $0 == name || $0.hasPrefix("\(name) ") }, "\(name)")
            }
        }

        /// Also `run`: to systemd it is an end in order, though its service has not begun.
        @Test(arguments: [SIGINT, SIGTERM])
        func aSignalEndsAReadOfTheConfiguration(signal: Int32) async throws {
            let folder = try folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            for command in Self.configured {
                let pipe = try NamedPipe("\(folder)/ordersync.toml")
                let child = try Child(
                    command + ["--config", pipe.path], folder: folder, name: "child")
                defer { child.kill() }
                try await pipe.waitForReader(child)
                child.signal(signal)
                let ending = try await child.ending()
                let expected: ChildProcess.Ending =
                    command == ["run"] ? .exited(0) : .killed(signal: signal)
                #expect(ending == expected, "\(command)")
                #expect(child.output + child.errors == "", "\(command)")
                #expect(
                    try files(folder) == ["ordersync.toml", "child.out", "child.err"],
                    "\(command)")
                unlink(pipe.path)
            }
        }

        /// The platform takes the call and never answers.
        @Test(arguments: [SIGINT, SIGTERM])
        func aSignalEndsAWaitForAnAnswer(signal: Int32) async throws {
            let server = try SilentServer()
            let site = try await Site(Site.Settings(orders: 5, rate: 0))
            try site.useStoredSession()
            _ = try await site.login()
            let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
            let address = "token_url = \"\(server.address)\"\n"
            let silent = text.replacing("gateway = ", with: address + "gateway = ")
            try Data(silent.utf8).write(to: URL(filePath: site.configuration))
            let promoter = "\(site.folder)/promoter.toml"
            let lines = """
                [store]
                path = "\(site.folder)/promoter.db"
                [[app]]
                name = "p"
                platform = "pinduoduo"
                key = "k"
                state = "online"
                secret = "a-secret-of-a-test"
                gateway = "\(server.address)"
                [[shop]]
                name = "promoter"
                app = "p"
                streams = ["affiliate"]
                """
            try Data(lines.utf8).write(to: URL(filePath: promoter))
            let before = try files(site.folder)
            let commands: [([String], String)] = [
                (["auth", "refresh", "shop1"], site.configuration),
                (["auth", "login", "shop1", "--code", "c"], site.configuration),
                (["price", "sign"], promoter), (["pid", "list"], promoter),
                (["pid", "generate"], promoter), (["pid", "bind", "1_1"], promoter),
                (["check"], promoter),
            ]
            for (command, configuration) in commands {
                let child = try Child(
                    command + ["--config", configuration], folder: site.folder, name: "child")
                defer { child.kill() }
                let call = try await server.waitForCall(of: child)
                child.signal(signal)
                #expect(try await child.ending() == .killed(signal: signal), "\(command)")
                #expect(child.errors == "", "\(command)")
                withExtendedLifetime(call) {}
            }
            let left = try files(site.folder).subtracting(before)
            #expect(left.isSubset(of: ["child.out", "child.err", "promoter.db.lock"]), "\(left)")
            // No lock stays: the next one gets as far.
            let login = try await site.auth("status")
            #expect(!login.output.isEmpty, "\(login)")
        }

        // MARK: Output

        private static let printing: [[String]] = [
            ["status"], ["status", "--json"], ["report", "--format", "json"], ["db", "check"],
            ["check", "--offline"], ["auth", "status"], ["db", "backup", "copy.db", "--force"],
        ]

        private func filled() async throws -> Site {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            let run = try site.start()
            try await site.waitForOrders(20)
            try await site.terminate(run)
            return site
        }

        private func commands(_ site: Site) -> [[String]] {
            Self.printing.map { $0 + ["--config", site.configuration] }
                + [["explain", "27"], ["version"]]
        }

        /// No one reads what they print.
        @Test(arguments: [SIGINT, SIGTERM])
        func aSignalEndsAWriteToAFullPipe(signal: Int32) async throws {
            let site = try await filled()
            let pipe = try NamedPipe("\(site.folder)/child.out")
            pipe.fill()
            for command in commands(site) {
                let child = try Child(command, folder: site.folder, name: "child")
                defer { child.kill() }
                child.signal(signal)
                #expect(try await child.ending() == .killed(signal: signal), "\(command)")
                #expect(child.errors == "", "\(command)")
            }
        }

        /// As in `ordersync report | head -1`, once `head` has gone.
        @Test func aClosedPipeEndsThemQuietly() async throws {
            let site = try await filled()
            let pipe = try NamedPipe("\(site.folder)/pipe")
            for command in commands(site) {
                let child = try Child(
                    command, folder: site.folder, name: "child",
                    shell: "(: < \(pipe.path)) & exec > \(pipe.path); wait")
                defer { child.kill() }
                #expect(try await child.ending() == .killed(signal: SIGPIPE), "\(command)")
                #expect(child.errors == "", "\(command)")
            }
            // What was to be done before the text was printed is done.
            #expect(try Queries.rows("SELECT 1", of: "\(site.folder)/copy.db") == ["1"])
            #expect(try await ordersync(["--help"], folder: site.folder).code == 0)
        }

        @Test func aFullDiskUnderStdoutIsReported() async throws {
            let site = try await filled()
            for command in commands(site) {
                let child = try Child(
                    command, folder: site.folder, name: "child", shell: "exec > /dev/full")
                defer { child.kill() }
                #expect(try await child.ending() == .exited(1), "\(command)")
                #expect(
                    child.errors
                        == "ordersync: stdout cannot be written: No space left on device\n",
                    "\(command)")
            }
        }

        /// A descriptor that the next file would get: the database's lock, for one.
        @Test func closedDescriptorsAreNotUsed() async throws {
            let site = try await filled()
            let backup = ["db", "migrate", "--config", site.configuration]
            let child = try Child(
                backup, folder: site.folder, name: "child", shell: "exec <&- >&- 2>&-")
            #expect(try await child.ending() == .exited(0))
            for name in ["", ".lock", "-wal"] {
                let data = FileManager.default.contents(atPath: site.database + name) ?? Data()
                #expect(data.firstRange(of: Data("nothing to do".utf8)) == nil, "\(name)")
            }
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func aSignalEndsAReport(signal: Int32) async throws {
            let site = try await filled()
            try site.execute(
                """
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers
                                              WHERE n < 2000)
                UPDATE order_items SET title = (SELECT group_concat(n || order_id) FROM numbers)
                """)
            let pipe = try NamedPipe("\(site.folder)/sales.csv")
            _ = pipe.waiting
            let report = [
                "report", "--by", "item", "--from", "2020-01-01", "--output", pipe.path,
                "--config", site.configuration,
            ]
            let child = try Child(report, folder: site.folder, name: "child")
            defer { child.kill() }
            try await wait("the report to be written") {
                guard child.isRunning else { throw Child.Failure(description: child.errors) }
                return pipe.waiting >= 65_536
            }
            child.signal(signal)
            #expect(try await child.ending() == .killed(signal: signal))
            #expect(child.errors == "")
            #expect(access(pipe.path, F_OK) == 0, "a pipe is no unfinished file")
        }

        // MARK: Files

        /// The signal comes while the copy is written: however far it is, nothing stays.
        @Test(arguments: [SIGINT, SIGTERM])
        func aSignalEndsABackup(signal: Int32) async throws {
            let site = try await filled()
            try site.execute(
                """
                CREATE TABLE ballast (bytes);
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers
                                              WHERE n < 100)
                INSERT INTO ballast SELECT zeroblob(1000000) FROM numbers
                """)
            let before = try files(site.folder)
            let copy = "\(site.folder)/copy.db"
            var interrupted = 0
            // Where the backup was faster than this, there is nothing to see: once more.
            for _ in 0..<20 where interrupted < 2 {
                let child = try Child(
                    ["db", "backup", copy, "--config", site.configuration],
                    folder: site.folder, name: "child")
                defer { child.kill() }
                let identifier = child.identifier
                try await onThread {
                    var status = stat()
                    while stat("\(copy).partial", &status) != 0 || status.st_size < 1_000_000,
                        stat(copy, &status) != 0, kill(identifier, 0) == 0
                    { sched_yield() }
                }
                child.signal(signal)
                switch try await child.ending() {
                case .killed(signal):
                    interrupted += 1
                    #expect(child.errors == "")
                    #expect(access(copy, F_OK) != 0)
                case let ending:
                    #expect(ending == .exited(0), "\(child.errors)")
                    #expect(unlink(copy) == 0)
                }
                // SQLite's own: a reader that was killed leaves them for the next one.
                let index = ["orders.db-wal", "orders.db-shm"]
                let left = try files(site.folder).subtracting(before).subtracting(index)
                #expect(left == ["child.out", "child.err"], "\(left)")
            }
            #expect(interrupted == 2)
        }

        /// What SIGKILL left is no obstacle, and does not stay.
        @Test func leftoversAreUsedAgain() async throws {
            let site = try await filled()
            let report = "\(site.folder)/sales.csv"
            let copy = "\(site.folder)/copy.db"
            let rest = String(repeating: "left by a report that was killed\n", count: 9_999)
            for path in [report, copy] {
                try Data(rest.utf8).write(to: URL(filePath: "\(path).partial"))
            }
            for command in [["report", "--output", report], ["db", "backup", copy]] {
                let done = try await ordersync(
                    command + ["--config", site.configuration], folder: site.folder)
                #expect(done.code == 0, "\(done)")
            }
            let text = try String(contentsOfFile: report, encoding: .utf8)
            #expect(text.hasPrefix("row,day,"), "\(text.prefix(50))")
            #expect(!text.contains("killed"))
            #expect(try Queries.rows("PRAGMA integrity_check", of: copy) == ["ok"])
            #expect(try !files(site.folder).contains { $0.hasSuffix(".partial") } as Bool)
        }

        // MARK: Services

        /// While the process is stopped both signals arrive, so that the first cannot end it.
        private func signalTwice(_ child: Child) async throws {
            child.signal(SIGSTOP)
            let stat = "/proc/\(child.identifier)/stat"
            try await wait("the process to stop") {
                let text = try String(contentsOfFile: stat, encoding: .utf8)
                return text.contains(") T ")
            }
            child.signal(SIGINT)
            child.signal(SIGTERM)
            child.signal(SIGCONT)
        }

        @Test func theSecondSignalEndsAtOnce() async throws {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            let run = try site.start()
            try await site.waitForOrders(20)
            try await signalTwice(run)
            let ends: [ChildProcess.Ending] = [.killed(signal: SIGINT), .killed(signal: SIGTERM)]
            #expect(ends.contains(try await run.ending()))
            #expect(!run.errors.contains("\"msg\":\"stopped\""))
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
            // No lock stays: the next one starts.
            let next = try site.start()
            try await wait("the next start") { next.errors.contains("\"msg\":\"started\"") }
            try await site.terminate(next)
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func theSandboxEndsInOrder(signal: Int32) async throws {
            let folder = try folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let child = try Child(["sandbox"], folder: folder, name: "child")
            defer { child.kill() }
            try await wait("the sandbox") { child.output.hasSuffix("\n") }
            child.signal(signal)
            #expect(try await child.ending() == .exited(0))
            #expect(child.errors == "")
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func theDemoEndsByTheSignal(signal: Int32) async throws {
            let folder = try folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let demo = ["demo", "--orders", "50000", "--database", "\(folder)/demo.db"]
            let child = try Child(demo, folder: folder, name: "child")
            defer { child.kill() }
            try await wait("orders of the demo", within: 60) {
                let count = try? Queries.rows(
                    "SELECT count(*) FROM orders", of: "\(folder)/demo.db")
                return (count?.first.flatMap { Int($0) } ?? 0) > 0
            }
            child.signal(signal)
            #expect(try await child.ending() == .killed(signal: signal))
            #expect(child.errors == "")
            let database = "\(folder)/demo.db"
            #expect(try Queries.rows("PRAGMA integrity_check", of: database) == ["ok"])
        }
    }
}
