import Testing

@testable import OrderSync

@Suite struct AgeTests {
    @Test(
        arguments: [
            ("180d", 15_552_000), ("26w", 15_724_800), ("48h", 172_800), ("0d", 0), ("", nil),
            ("d", nil), ("180", nil), ("-1d", nil), ("+1d", nil), ("1.5d", nil), ("1m", nil),
            ("99999999999999999999d", nil), ("9999999d", nil), ("١d", nil),
        ] as [(String, Int64?)])
    func anAgeIsRead(text: String, seconds: Int64?) {
        #expect(Age(argument: text)?.seconds == seconds)
    }
}
