import Foundation
import Testing

extension SystemTests {
    /// Every call of every process is in the database, and the day's limit is for all of them.
    @Suite struct CallCountTests {
        private func counted(_ site: PromoterSite) throws -> Int {
            try site.rows("SELECT coalesce(sum(calls), 0) FROM quota_usage").first
                .flatMap { Int($0) } ?? 0
        }

        private func made(_ site: PromoterSite) async throws -> Int {
            try await site.statistics()["calls"] as? Int ?? 0
        }

        /// What commands call beside a daemon, after it and beside the next one is what the
        /// gateway has counted.
        @Test func theBooksAreTheGateways() async throws {
            let site = try await PromoterSite(orders: 60, rate: 0)
            let early = try await site.call("check")
            #expect(early.code == 0, "\(early)")
            #expect(!early.output.contains("not counted"), "\(early)")
            // Before there was a database no one counted.
            var uncounted = try await made(site)
            #expect(uncounted > 0)
            let goods = try await site.offeredGoods(2)
            func commands() async throws {
                for arguments in [["check"], ["pid", "list"], ["price"] + goods] {
                    let result = try await site.call(arguments)
                    #expect(result.code == 0, "\(arguments): \(result)")
                }
            }
            for round in 1...2 {
                let run = try site.start()
                try await wait("some orders") {
                    try site.hasDatabase && !site.rows("SELECT 1 FROM affiliate_orders").isEmpty
                }
                try await commands()
                // A call is counted when it is made, or with the next page that is stored.
                try await wait("the books to agree, round \(round)") {
                    try await counted(site) == made(site) - uncounted
                }
                run.signal(SIGTERM)
                #expect(try await run.exitCode() == 0)
                let before = (try counted(site), try await made(site))
                // What the end has cut off may not have arrived.
                let cutOff = before.0 - (before.1 - uncounted)
                #expect((0...8).contains(cutOff))
                uncounted -= cutOff
                try await commands()
                let after = (try counted(site), try await made(site))
                #expect(after.0 - before.0 == after.1 - before.1)
                #expect(after.1 > before.1)
                // The next one starts with all of them.
                #expect(
                    try site.rows("SELECT sum(calls) FROM quota_reserved") == ["\(after.0)"])
            }
            let classes = try site.rows("SELECT sum(calls) FROM call_classes")
            #expect(classes == ["\(try counted(site))"], "every call is of a class")
            let status = try await site.call("status")
            #expect(status.output.contains("command "), "\(status.output)")
        }

        /// Commands in a loop end at the day's limit, and so does the daemon beside them.
        @Test func theDayIsForAllTogether() async throws {
            let limit = 120
            let site = try await PromoterSite(orders: 60, rate: 0, callsPerDay: limit)
            try site.start()
            try await wait("the daemon's calls") {
                try site.hasDatabase && counted(site) > 0
            }
            var refused: (code: Int32, output: String, errors: String)?
            for _ in 0..<limit where refused == nil {
                let result = try await site.call("pid", "list")
                if result.code != 0 { refused = result }
            }
            let last = try #require(refused, "\(limit) calls beside a daemon were too many")
            #expect(last.code == 75, "\(last)")
            #expect(last.errors.contains("all 120 calls of the day"), "\(last)")
            let check = try await site.call("check")
            #expect(check.code == 75, "\(check)")
            #expect(check.output.contains("midnight Beijing"), "\(check)")
            #expect(try await made(site) <= limit)
            #expect(try site.rows("SELECT calls FROM quota_reserved") == ["\(limit)"])
        }

        /// A ban that a command received is stored, and no one asks again.
        @Test func aBanIsReportedOnce() async throws {
            let site = try await Site(Site.Settings(orders: 5, rate: 0))
            let run = try site.start()
            try await site.waitForOrders(5)
            try await site.terminate(run)
            func check() async throws -> String {
                let result = try await ordersync(
                    ["check", "--config", site.configuration], folder: site.folder)
                #expect(result.code == 75, "\(result)")
                return result.output
            }
            func made() async throws -> Int { try await site.statistics()["calls"] as? Int ?? 0 }
            try await site.control("ban=app:600")
            let before = try await made()
            #expect(try await check().contains("more seconds"))
            #expect(
                try site.rows("SELECT method, banned_until_at > unixepoch() + 500 FROM bans")
                    == ["|1"])
            #expect(try await check().contains("banned by the platform until"))
            #expect(try await made() == before + 1)
        }

        /// `check` does not fail because it cannot count: it says so, and what it came for.
        @Test func aStrangersDatabaseIsLeftAlone() async throws {
            let site = try await PromoterSite(orders: 6, rate: 0)
            try Data("no database".utf8).write(to: URL(filePath: site.database))
            let check = try await site.call("check")
            #expect(check.code == 73, "\(check)")
            let lines = check.output.split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("FAIL") } == 1, "\(check.output)")
            #expect(lines.contains { $0.hasPrefix("note") && $0.contains("not counted") })
            #expect(
                lines.contains { $0.hasPrefix("ok") && $0.contains("key and secret are right") })
            let calls = try await made(site)
            let price = try await site.call("pid", "list")
            #expect(price.code == 73, "\(price)")
            #expect(price.errors.contains("cannot be counted"), "\(price)")
            #expect(try await made(site) == calls)
        }
    }
}
