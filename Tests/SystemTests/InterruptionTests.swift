import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// Ctrl-C and SIGTERM end every command at once, whatever it waits for.
    @Suite struct InterruptionTests {
        private enum End {
            /// By the signal itself: 130 or 143 in a shell.
            case signal
            case code(Int32)

            func ending(_ signal: Int32) -> ChildProcess.Ending {
                switch self {
                case .signal: .killed(signal: signal)
                case .code(let code): .exited(code)
                }
            }
        }

        private func checkFiles(_ folder: String, _ command: [String]) throws {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let isLeft = ["tmp", "partial", "new"].contains { name.hasSuffix(".\($0)") }
                #expect(!isLeft, "\(command) left \(name)")
            }
        }

        /// The gateway takes the call and does not answer.
        @Test(arguments: [SIGINT, SIGTERM], SimulatedPlatform.allCases)
        func anInterruptionEndsAWaitForAnAnswer(signal: Int32, platform: SimulatedPlatform)
            async throws
        {
            let site = try await Site(Site.Settings(platform: platform, orders: 20, rate: 0))
            try await site.control("hang_rate=1")
            let days = RangeTests.days
            for (command, end) in [
                (["check"], .signal), (["run"], .code(0)), (["verify", "shop1"] + days, .code(75)),
                (["backfill", "shop1"] + days, .code(75)),
            ] as [([String], End)] {
                let before = try await site.calls()
                let child = try Child(
                    command + ["--config", site.configuration], folder: site.folder,
                    name: command[0])
                defer { child.kill() }
                try await wait("a call of \(command[0])") {
                    if !child.isRunning { throw Child.Failure(description: child.errors) }
                    return try await site.calls() > before
                }
                child.signal(signal)
                let ending = try await child.ending(within: 5)
                #expect(ending == end.ending(signal), "\(command): \(child.errors)")
                try checkFiles(site.folder, command)
            }
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func anInterruptionEndsAWaitForTheDatabase(signal: Int32) async throws {
            let site = try await Site(Site.Settings(orders: 20, rate: 0))
            let run = try site.start()
            try await site.waitForOrders(20)
            try await site.terminate(run)
            let seen = "\(site.folder)/holder.out"
            let holder = try ChildProcess(
                "/usr/bin/sqlite3", [site.database], input: .pipe, output: seen)
            defer { holder.signal(SIGKILL) }
            holder.write("BEGIN EXCLUSIVE; SELECT 'held';\n")
            try await wait("the lock") {
                FileManager.default.contents(atPath: seen)?.isEmpty == false
            }
            let purge = ["db", "purge", "--older-than", "1d", "--yes", "--wait", "600"]
            let child = try Child(
                purge + ["--config", site.configuration], folder: site.folder, name: "purge")
            defer { child.kill() }
            child.signal(signal)
            #expect(try await child.ending(within: 5) == .killed(signal: signal))
            holder.write("ROLLBACK;\n")
            holder.closeInput()
            _ = await holder.ending()
            try checkFiles(site.folder, purge)
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func anInterruptionEndsAWaitForAPerson(signal: Int32) async throws {
            let site = try await Site(Site.Settings(orders: 5, rate: 0))
            try site.useStoredSession()
            for (command, text) in [
                (["auth", "login", "shop1"], "paste the code"),
                (["auth", "login", "shop1", "--listen", "127.0.0.1:0"], "Waiting on"),
            ] {
                let child = try Child(
                    command + ["--config", site.configuration], folder: site.folder, name: "login",
                    input: .pipe)
                defer { child.kill() }
                try await wait("the question") { child.output.contains(text) }
                child.signal(signal)
                #expect(try await child.ending(within: 5) == .killed(signal: signal))
                try checkFiles(site.folder, command)
            }
        }

        /// While it loads, and while changes arrive.
        @Test(arguments: [SIGINT, SIGTERM], ["loading", " → "])
        func liveDemoEnds(signal: Int32, phase: String) async throws {
            let folder = NSTemporaryDirectory() + "ordersync-live-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let database = folder + "/demo.db"
            let demo = try Child(
                ["demo", "--live", "--orders", "300", "--database", database], folder: folder,
                name: "demo")
            defer { demo.kill() }
            try await wait("the demo to show \(phase)", within: 60) {
                demo.output.contains(phase)
            }
            demo.signal(signal)
            #expect(try await demo.ending(within: 5) == .exited(0), "\(demo.errors)")
            #expect(demo.output.contains("total "), "\(demo.output)")
            #expect(try Queries.rows("PRAGMA integrity_check", of: database) == ["ok"])
            guard phase != "loading" else { return }
            let line = try Regex(
                "(?m)^\\d\\d:\\d\\d:\\d\\d  demo  order \\d+  (parcel |refund )?\\w")
            #expect(demo.output.contains(line), "\(demo.output)")
        }
    }
}
