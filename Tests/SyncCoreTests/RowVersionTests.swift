import Testing

@testable import SyncCore

/// The one rule by which versions of a row replace each other.
@Suite struct RowVersionTests {
    typealias Case = (String, (Int64, Int64, Bool), (Int64, Int64), Int64?, RowVersion.Verdict)

    // Seconds; stored and stated as (modified, asked, isFuture), the platform's time at the answer.
    private static let times: [Case] = [
        ("newer", (50, 60, false), (51, 61), 61, .newer),
        ("newer, requested before", (50, 60, false), (51, 59), 61, .newer),
        ("older", (50, 60, false), (49, 61), 61, .older),
        ("older, requested half an hour later", (50, 60, false), (49, 1_860), 1_860, .older),
        ("older, requested later still", (50, 60, false), (49, 1_861), 1_861, .contested),
        ("the same", (50, 60, false), (50, 61), 61, .revised),
        ("the same, requested before", (50, 60, false), (50, 59), 61, .overtaken),
        ("marked: the later answer", (5_000, 60, true), (61, 62), 9_000, .newer),
        ("marked: an earlier answer", (5_000, 60, true), (5_001, 59), 9_000, .older),
        ("still in the future", (5_000, 60, false), (61, 62), 62, .newer),
        ("in the future, requested before", (50, 60, false), (5_000, 59), 61, .older),
        ("in the future, requested later", (50, 60, false), (5_000, 61), 61, .newer),
        ("a few seconds are no future", (64, 60, false), (61, 62), 62, .older),
        (
            "requested long after: the machine's clock was ahead", (50, 86_460, false),
            (51, 61), 61, .newer
        ),
        ("the same, by a clock that was ahead", (50, 86_460, false), (50, 61), 61, .revised),
        ("older, by a clock that was ahead", (50, 86_460, false), (49, 61), 61, .older),
        ("requested two minutes after", (50, 181, false), (50, 61), 61, .overtaken),
        ("nothing is known of the clock", (5_000, 60, false), (61, 62), nil, .older),
    ]

    @Test(arguments: times)
    func theTimesDecide(
        why: String, stored: (Int64, Int64, Bool), stated: (Int64, Int64), platformNow: Int64?,
        expected: RowVersion.Verdict
    ) {
        let clocks = MergeClocks(platformNow: platformNow.map { UTCInstant(seconds: $0) })
        let stated = RowVersion(
            stating: UTCInstant(seconds: stated.0), askedMilliseconds: stated.1 * 1_000, by: clocks)
        let version = RowVersion(
            modifiedAt: UTCInstant(seconds: stored.0), askedMilliseconds: stored.1 * 1_000,
            doubt: stored.2 ? .future : .none)
        #expect(stated.verdict(over: version, by: clocks) == expected, "\(why)")
        #expect(stated.supersedes(version, by: clocks) == expected.supersedes, "\(why)")
    }

    // Hashes of the stored and the stated content of one version, 0 for unknown.
    private static let contents: [(String, UInt64, UInt64, RowVersion.Verdict)] = [
        ("the same content", 7, 7, .same), ("other content", 7, 8, .revised),
        ("nothing is known of the stored content", 0, 8, .revised),
        ("nothing is known of either", 0, 0, .revised),
    ]

    @Test(arguments: contents)
    func theContentDecidesATie(
        why: String, stored: UInt64, stated: UInt64, expected: RowVersion.Verdict
    ) {
        func version(_ hash: UInt64, asked: Int64) -> RowVersion {
            RowVersion(
                modifiedAt: UTCInstant(seconds: 50), askedMilliseconds: asked, contentHash: hash)
        }
        let (old, clocks) = (version(stored, asked: 10), MergeClocks())
        #expect(version(stated, asked: 10).verdict(over: old, by: clocks) == expected, "\(why)")
        #expect(version(stated, asked: 9).verdict(over: old, by: clocks) == .overtaken, "\(why)")
    }

    @Test func everyVerdictIsTested() {
        let tested = Self.times.map(\.4) + Self.contents.map(\.3)
        #expect(Set(tested) == Set(RowVersion.Verdict.allCases))
    }

    @Test func onlyALaterOrRevisedVersionSupersedes() {
        #expect(RowVersion.Verdict.allCases.filter(\.supersedes) == [.newer, .revised])
    }

    /// They have no time of change: what orders them takes its place.
    @Test func pricesAndTracesFollowTheRule() {
        func price(_ at: Int64) -> RowVersion { RowVersion(priceAt: UTCInstant(seconds: at)) }
        #expect(price(61).supersedes(price(60)))
        #expect(price(60).supersedes(price(60)), "its content decides")
        #expect(!price(59).supersedes(price(60)))
        #expect(!price(60).supersedes(price(100_000)))
        func trace(_ steps: Int) -> RowVersion { RowVersion(stepCount: steps) }
        #expect(trace(3).supersedes(trace(2)))
        #expect(trace(2).supersedes(trace(2)), "its steps decide")
        #expect(!trace(2).supersedes(trace(3)))
        #expect(!trace(0).supersedes(trace(1)))
    }

    // MARK: Requests

    private func asked(_ milliseconds: Int64, modified: Int64 = 50) -> RowVersion {
        RowVersion(modifiedAt: UTCInstant(seconds: modified), askedMilliseconds: milliseconds)
    }

    @Test func aLaterRequestOvertakes() {
        #expect(!asked(1_000).overtakes(asked(1_000)))
        #expect(asked(1_001).overtakes(asked(1_000)))
        #expect(asked(121_000).overtakes(asked(1_000)))
        #expect(!asked(121_001).overtakes(asked(1_000)), "the machine's clock was ahead")
        #expect(asked(121_001).overtakes(asked(1_000), within: nil))
        #expect(asked(121_000).lastRequest(confirmedBy: asked(1_000)) == 121_000)
        #expect(asked(121_001).lastRequest(confirmedBy: asked(1_000)) == 1_000)
        #expect(asked(1_000).lastRequest(confirmedBy: asked(1_001)) == 1_001)
    }

    @Test func anEarlierVersionMayComeFromACopyThatLags() {
        let stored = asked(1_000, modified: 50)
        #expect(asked(600_999, modified: 49).mayLag(behind: stored))
        #expect(!asked(601_000, modified: 49).mayLag(behind: stored))
        #expect(!asked(1_001, modified: 50).mayLag(behind: stored))
    }

    // Of a version modified at 50: when it was requested, what the row that could not be read
    // states and when it was requested, and the present.
    @Test(
        arguments: [
            ("requested later", 1_001, 50, 1_000, 1_001, true),
            ("requested with it", 1_000, 50, 1_000, 1_001, false),
            ("an older version", 1_001, 51, 1_000, 1_001, false),
            ("a newer version", 1_001, 49, 1_000, 1_001, true),
            ("its time is unknown: it may lag", 601_000, nil, 1_000, 601_000, false),
            ("its time is unknown", 601_001, nil, 1_000, 601_001, true),
            ("stored while the clock was ahead", 121_002, 50, 1_000, 1_001, false),
            ("rejected while the clock was ahead", 1_001, 50, 121_002, 1_001, true),
            ("the same of an older version", 1_001, 51, 121_002, 1_001, false),
        ] as [(String, Int64, Int64?, Int64, Int64, Bool)])
    func aLaterVersionSettlesARejectedRow(
        why: String, requested: Int64, modified: Int64?, rejected: Int64, present: Int64,
        expected: Bool
    ) {
        let entry = RowVersion.Unreadable(
            modifiedAt: modified.map { UTCInstant(seconds: $0) }, askedMilliseconds: rejected)
        #expect(asked(requested).settles(entry, present: present) == expected, "\(why)")
    }

    // MARK: The machine's clock

    /// An hour behind when the row was stored, and right when the answer came, both by the
    /// platform's clock. `gap` is what the machine's clock was behind then.
    @Test(
        arguments: [
            ("a copy that lags", 3_600, 6_000, 6_060, true, .older),
            ("a list that lags", 3_600, 6_000, 6_060, false, .older),
            ("a change of before the row was read", 3_600, 3_000, 6_060, true, .older),
            ("a day behind", 86_400, 6_000, 6_060, true, .older),
            ("no copy lags as much", 3_600, 6_000, 7_900, true, .newer),
            ("nor does a list's", 3_600, 6_000, 7_900, false, .newer),
            ("a list, of a row that was in no doubt", 0, 6_000, 7_900, false, .contested),
        ] as [(String, Int64, Int64, Int64, Bool, RowVersion.Verdict)])
    func aClockThatWasBehindIsAllowedFor(
        why: String, gap: Int64, modified: Int64, asked: Int64, isDirect: Bool,
        expected: RowVersion.Verdict
    ) {
        let epoch: Int64 = 1_000_000
        func clocks(_ at: Int64, behind: Int64) -> MergeClocks {
            let now = UTCInstant(seconds: epoch + at)
            return MergeClocks(
                answeredAt: now, askedAt: now, askedMilliseconds: (epoch + at - behind) * 1_000)
        }
        func version(_ modified: Int64, _ clocks: MergeClocks) -> RowVersion {
            RowVersion(
                stating: UTCInstant(seconds: epoch + modified),
                askedMilliseconds: clocks.askedMilliseconds ?? 0, by: clocks)
        }
        let stored = version(modified, clocks(6_030, behind: gap))
        var later = clocks(asked, behind: 0)
        later.isDirect = isDirect
        func verdict(_ modified: Int64) -> RowVersion.Verdict {
            version(modified, later).verdict(over: stored, by: later)
        }
        #expect(verdict(modified - 10) == expected, "\(why)")
        // What is newer, or of the same second, is not older.
        #expect(verdict(modified + 1) == .newer, "\(why)")
        #expect(verdict(modified) == .revised, "\(why)")
    }

    /// A row of an earlier release, whose request was dated by the machine's clock alone.
    @Test func aRequestDatedBeforeItsAnswer() {
        let stored = RowVersion(
            modifiedAt: UTCInstant(seconds: 6_000), askedMilliseconds: 2_400_000)
        for (asked, expected) in [(6_060, .older), (7_700, .older), (7_900, .newer)]
            as [(Int64, RowVersion.Verdict)]
        {
            let now = UTCInstant(seconds: asked)
            var clocks = MergeClocks(
                answeredAt: now, askedAt: now, askedMilliseconds: asked * 1_000)
            clocks.isDirect = true
            let stated = RowVersion(
                modifiedAt: UTCInstant(seconds: 5_990), askedMilliseconds: asked * 1_000)
            #expect(stated.verdict(over: stored, by: clocks) == expected)
        }
    }
}
