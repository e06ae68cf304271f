import Testing

@testable import SyncCore

/// The one rule by which versions of a row replace each other.
@Suite struct RowVersionTests {
    // Seconds; stored and stated as (modified, asked, isFuture), the platform's time at the answer.
    @Test(
        arguments: [
            ("newer", (50, 60, false), (51, 61), 61, .newer),
            ("newer, requested before", (50, 60, false), (51, 59), 61, .newer),
            ("older", (50, 60, false), (49, 61), 61, .older),
            ("the same", (50, 60, false), (50, 61), 61, .same),
            ("the same, requested before", (50, 60, false), (50, 59), 61, .older),
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
            ("the same, by a clock that was ahead", (50, 86_460, false), (50, 61), 61, .same),
            ("older, by a clock that was ahead", (50, 86_460, false), (49, 61), 61, .older),
            ("requested two minutes after", (50, 181, false), (50, 61), 61, .older),
            ("nothing is known of the clock", (5_000, 60, false), (61, 62), nil, .older),
        ] as [(String, (Int64, Int64, Bool), (Int64, Int64), Int64?, RowVersion.Age)])
    func decides(
        why: String, stored: (Int64, Int64, Bool), stated: (Int64, Int64), platformNow: Int64?,
        expected: RowVersion.Age
    ) {
        let clocks = MergeClocks(platformNow: platformNow.map { UTCInstant(seconds: $0) })
        let stated = RowVersion(
            modifiedAt: UTCInstant(seconds: stated.0), askedMilliseconds: stated.1 * 1_000,
            isFuture: clocks.isFuture(UTCInstant(seconds: stated.0)))
        let version = RowVersion(
            modifiedAt: UTCInstant(seconds: stored.0), askedMilliseconds: stored.1 * 1_000,
            isFuture: stored.2)
        #expect(version.age(of: stated, by: clocks) == expected, "\(why)")
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
            ("a list, of a row that was in no doubt", 0, 6_000, 7_900, false, .older),
        ] as [(String, Int64, Int64, Int64, Bool, RowVersion.Age)])
    func aClockThatWasBehind(
        why: String, gap: Int64, modified: Int64, asked: Int64, isDirect: Bool,
        expected: RowVersion.Age
    ) {
        let epoch: Int64 = 1_000_000
        func clocks(_ at: Int64, behind: Int64) -> MergeClocks {
            let now = UTCInstant(seconds: epoch + at)
            return MergeClocks(
                answeredAt: now, askedAt: now, askedMilliseconds: (epoch + at - behind) * 1_000)
        }
        func version(_ modified: Int64, _ clocks: MergeClocks) -> RowVersion {
            let time = UTCInstant(seconds: epoch + modified)
            return RowVersion(
                modifiedAt: time, askedMilliseconds: clocks.askedMilliseconds ?? 0,
                doubt: clocks.doubt(of: time))
        }
        let stored = version(modified, clocks(6_030, behind: gap))
        var later = clocks(asked, behind: 0)
        later.isDirect = isDirect
        #expect(stored.age(of: version(modified - 10, later), by: later) == expected, "\(why)")
        // What is newer, or of the same second, is not older.
        #expect(stored.age(of: version(modified + 1, later), by: later) == .newer, "\(why)")
        #expect(stored.age(of: version(modified, later), by: later) == .same, "\(why)")
    }

    /// A row of an earlier release, whose request was dated by the machine's clock alone.
    @Test func aRequestDatedBeforeItsAnswer() {
        let stored = RowVersion(
            modifiedAt: UTCInstant(seconds: 6_000), askedMilliseconds: 2_400_000)
        for (asked, expected) in [(6_060, .older), (7_700, .older), (7_900, .newer)]
            as [(Int64, RowVersion.Age)]
        {
            let now = UTCInstant(seconds: asked)
            var clocks = MergeClocks(
                answeredAt: now, askedAt: now, askedMilliseconds: asked * 1_000)
            clocks.isDirect = true
            let stated = RowVersion(
                modifiedAt: UTCInstant(seconds: 5_990), askedMilliseconds: asked * 1_000)
            #expect(stored.age(of: stated, by: clocks) == expected)
        }
    }
}
