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
}
