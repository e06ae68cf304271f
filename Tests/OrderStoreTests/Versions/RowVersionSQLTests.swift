import SyncCore
import Testing

@testable import OrderStore

/// The database decides as `RowVersion` does, over a grid of values around every limit.
@Suite struct RowVersionSQLTests {
    private static let requests: [Int64] = [
        0, 1, 1_000, 1_001, 120_000, 121_000, 121_001, 600_999, 601_000, 601_001, 721_001,
        1_764_547_200_000,
    ]
    private static let changes: [Int64] = [0, 49, 50, 51, 1_764_547_200]

    private func version(_ modified: Int64, _ asked: Int64) -> RowVersion {
        RowVersion(modifiedAt: UTCInstant(seconds: modified), askedMilliseconds: asked)
    }

    /// The value of an expression over parameters in this order.
    private struct Expression {
        static let parameters: [Parameter] = [.now, .before, .limit, .fromAt, .untilAt]
        private let database: Database
        private let statement: Statement

        init(_ sql: String) throws {
            database = try Database(path: ":memory:")
            statement = try database.prepare("SELECT \(sql)")
        }

        func value(_ parameters: Int64?...) throws -> Int64 {
            for (parameter, value) in zip(Self.parameters, parameters) {
                statement.bind(parameter, value)
            }
            defer { statement.reset() }
            #expect(try statement.step())
            return statement.integer(0)
        }
    }

    @Test func requestsAreComparedAlike() throws {
        let isAhead = try Expression(RowVersionSQL.isAhead(":now", of: ":before"))
        let overtakes = try Expression(RowVersionSQL.overtakes(":now", ":before"))
        let within = try Expression(RowVersionSQL.overtakes(":now", ":before", within: ":limit"))
        let isEarlier = try Expression(RowVersionSQL.isEarlier(":now", than: ":before"))
        let last = try Expression(RowVersionSQL.lastRequest(":now", confirmedBy: ":before"))
        for one in Self.requests {
            for other in Self.requests {
                let (stored, stated) = (version(50, one), version(50, other))
                let text = "\(one) and \(other)"
                #expect(
                    try isAhead.value(one, other) == (RowVersion.isAhead(one, of: other) ? 1 : 0),
                    "\(text)")
                #expect(
                    try overtakes.value(one, other) == (stored.overtakes(stated) ? 1 : 0),
                    "\(text)")
                for limit in [nil, 0, 120_000, 600_000] as [Int64?] {
                    let isLater = stored.overtakes(stated, within: limit)
                    #expect(
                        try within.value(one, other, limit) == (isLater ? 1 : 0), "\(text)")
                }
                #expect(
                    try isEarlier.value(one, other)
                        == (stated.overtakes(stored, within: nil) ? 1 : 0), "\(text)")
                #expect(
                    try last.value(one, other) == stored.lastRequest(confirmedBy: stated),
                    "\(text)")
            }
        }
    }

    @Test func versionsAreComparedAlike() throws {
        let isLater = try Expression(RowVersionSQL.isLater(":now", than: ":before"))
        let mayLag = try Expression(
            RowVersionSQL.mayLag((":now", ":before"), behind: (":limit", ":from_at")))
        for (one, other) in Self.changes.flatMap({ one in Self.changes.map { (one, $0) } }) {
            #expect(
                try isLater.value(one, other)
                    == (version(one, 0).isLater(than: version(other, 0)) ? 1 : 0))
            for (asked, before) in Self.requests.flatMap({ a in Self.requests.map { (a, $0) } }) {
                let (stated, stored) = (version(one, asked), version(other, before))
                #expect(
                    try mayLag.value(one, asked, other, before)
                        == (stated.mayLag(behind: stored) ? 1 : 0), "\(stated) \(stored)")
            }
        }
    }

    @Test func timesOfAClockThatWasSetBackAreMarkedAlike() throws {
        let isAhead = try Expression(
            RowVersionSQL.isAhead(":now", doubt: ":before", ofClockSetBackTo: ":limit"))
        for (modified, now) in Self.changes.flatMap({ one in Self.changes.map { (one, $0) } }) {
            for doubt in [RowVersion.TimeDoubt.none, .future, .contested] {
                var stored = version(modified, 0)
                stored.doubt = doubt
                let expected = stored.isAhead(ofClockSetBackTo: UTCInstant(seconds: now))
                #expect(
                    try isAhead.value(modified, doubt.rawValue, now) == (expected ? 1 : 0),
                    "\(stored) \(now)")
            }
        }
    }

    @Test func rejectedRowsAreSettledAlike() throws {
        let settles = try Expression(
            RowVersionSQL.settles((":now", ":before"), (":limit", ":from_at"), present: ":until_at")
        )
        let requests = Self.requests
        for modified in [49, 50, 51, nil] as [Int64?] {
            for (asked, present) in requests.flatMap({ a in requests.map { (a, $0) } }) {
                let entry = RowVersion.Unreadable(
                    modifiedAt: modified.map { UTCInstant(seconds: $0) }, askedMilliseconds: asked)
                for requested in requests {
                    let stored = version(50, requested)
                    #expect(
                        try settles.value(50, requested, modified, asked, present)
                            == (stored.settles(entry, present: present) ? 1 : 0),
                        "\(requested) \(entry) \(present)")
                }
            }
        }
    }
}
