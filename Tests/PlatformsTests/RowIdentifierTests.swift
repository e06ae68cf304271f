import Testing

@testable import Platforms

@Suite struct RowIdentifierTests {
    private static let exact = "3147029749005308888"

    @Test(arguments: [
        // In full, as C# or Python print an integer that went through a double.
        "3147029749005308928",
        // In the fewest digits, as JavaScript and Java do.
        "3147029749005309000", "3.147029749005309E18", "3.147029749005309e+18",
        // With fixed precision.
        "3.14702974900531E+18", "3.14703e18", "3147029749005310000", "3.147E18",
        // Every digit, as a program prints a number of arbitrary precision.
        "3.147029749005308888E18", "3.147029749005308888e+18",
        // Cut instead of rounded.
        "3.14702974900530E18", "3147029749005300000",
    ])
    func theReasonExplainsRounding(text: String) {
        #expect(RowIdentifier.verdict(text, Self.exact, .number) == .usable(Self.exact), "\(text)")
        #expect(RowIdentifier.verdict(Self.exact, text, .number) == .usable(Self.exact), "\(text)")
    }

    @Test(arguments: [
        "3147029749005308889", "3147029749005308887", "3147029749005308416", "3147029749005307000",
        "314702974900530888", "31470297490053088880", "3.147029749005309E17", "3.148E18",
        "3.147029749005308889E18", "3.147029749005308888E17", "1e400",
        "-3147029749005308888", "0", "abc", "3147029749005200000", "2147483647",
    ])
    func theVerdictRefusesAContradiction(text: String) {
        #expect(RowIdentifier.verdict(text, Self.exact, .number) == .contradictory, "\(text)")
    }

    @Test func theVerdictRoundsUpThroughNines() {
        #expect(
            RowIdentifier.verdict("9.99999999999999E17", "999999999999999123", .number)
                == .usable("999999999999999123"))
        #expect(
            RowIdentifier.verdict("1E18", "999999999999999999", .number) == .contradictory,
            "another number of digits")
    }

    /// A number below 2^53 loses nothing on its way: there every difference counts.
    @Test func smallNumbersAreExact() {
        #expect(RowIdentifier.verdict("123456789012", "123456789013", .number) == .contradictory)
        #expect(
            RowIdentifier.verdict("123456789012345", "123456789012344", .number) == .contradictory)
    }

    @Test(
        arguments: [
            ("1", "1", .usable("1")), ("1", nil, .usable("1")), (nil, "1", .usable("1")),
            (nil, nil, .absent), ("3.1e18", nil, .unusable), (nil, "1e400", .unusable),
            ("-1", nil, .unusable), ("0", nil, .unusable), ("000", "000", .unusable),
            ("3.1E18", "3.1E18", .unusable), ("3.1E18", "3.2E18", .unusable),
            ("123456789012345678901", nil, .unusable), ("12x", nil, .unusable),
        ] as [(String?, String?, RowIdentifier.Verdict)])
    func everyPairOfNumbersHasItsVerdict(
        first: String?, second: String?, verdict: RowIdentifier.Verdict
    ) {
        #expect(RowIdentifier.verdict(first, second, .number) == verdict)
    }

    @Test(
        arguments: [
            ("200101-123456789012345", true), ("A1_b-2", true), ("1e400", false), ("3.1e18", false),
            ("1E5", false), ("-1", false), ("", false), ("null", false), ("000-000", false),
            ("a b1", false), ("1;2", false), ("订单1", false),
            (String(repeating: "1", count: 65), false),
        ] as [(String, Bool)])
    func anIdentifierIsPlainText(id: String, isUsable: Bool) {
        #expect(RowIdentifier.isUsable(id.utf8, .text) == isUsable)
    }
}
