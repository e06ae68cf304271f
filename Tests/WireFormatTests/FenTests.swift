import SyncCore
import Testing
import WireFormat

@Suite struct FenTests {
    @Test(
        arguments: [
            ("0", 0), ("0.00", 0), ("-0.00", 0), ("-0.05", -5), ("200.07", 20_007), ("30.5", 3_050),
            ("12.340", 1_234), ("12.3400000", 1_234), ("007.10", 710), ("-1", -100), ("1.0", 100),
            ("92233720368547758.07", .max), ("-92233720368547758.07", -.max),
            ("92233720368547758", 9_223_372_036_854_775_800),
        ] as [(String, Int64)])
    func everyAmountIsParsed(text: String, fen: Int64) {
        #expect(Fen.parse(text) == fen)
    }

    @Test(arguments: [
        "", "-", ".", "-.", "1.", ".5", "-.5", "12.345", "1.2.3", "1,000.00", "+1", "--1", "1-",
        " 1", "1 ", "1e3", "NaN", "１", "92233720368547758.08", "92233720368547759",
        "99999999999999999999", "1.0000000000000000000000000", "¥1",
    ])
    func wrongAmountsAreRefused(text: String) {
        #expect(Fen.parse(text) == nil)
    }

    @Test func textRoundTrips() {
        var random = SplitMix64(seed: 3)
        for fen in [0, 1, -1, 99, 100, -100, Int64.max, -Int64.max] {
            #expect(Fen.parse(Fen.yuanText(fen)) == fen)
        }
        for _ in 0..<500 {
            let fen = Int64.random(in: -10_000_000...10_000_000, using: &random)
            #expect(Fen.parse(Fen.yuanText(fen)) == fen)
        }
        #expect(Fen.yuanText(-5) == "-0.05")
        #expect(Fen.yuanText(.min) == "-92233720368547758.08")
    }
}

@Suite struct FenNumberTests {
    @Test(
        arguments: [
            ("36.8", 3_680), ("36.80", 3_680), ("1.0E7", 1_000_000_000), ("1e0", 100),
            ("1.234567E+3", nil), ("1.23456E3", 123_456), ("12345.6E-1", 123_456), ("1E-2", 1),
            ("1E-3", nil), ("5e-7", 0), ("0.30000000000000004", 30), ("36.799999999999997", 3_680),
            ("-0.30000000000000004", -30), ("0.999999999", 100), ("1.005", nil), ("1.994", nil),
            ("0.00000001", 0), ("9.223372036854775E16", 9_223_372_036_854_775_000),
            ("1E18", nil), ("1E999", nil), ("-1.5", -150), ("0E5", 0),
        ] as [(String, Int64?)])
    func theParserReadsBinaryNumbers(text: String, fen: Int64?) {
        #expect(Fen.parseNumber(text) == fen)
    }

    @Test(arguments: [
        "", "-", "E", "1E", "E1", "1E+", "1e1.5", "1E--2", "NaN", "1.2.3", ".5", "5.",
    ])
    func wrongAmountsAreRefused(text: String) {
        #expect(Fen.parseNumber(text) == nil)
    }

    /// What a double prints of an amount in fen is that amount, though sums carry noise.
    @Test func doublesOfAmountsAreExact() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<2_000 {
            let one = Int64.random(in: 0...99_999_999, using: &random)
            let two = Int64.random(in: 0...99_999_999, using: &random)
            #expect(Fen.parseNumber("\(Double(one) / 100)") == one)
            #expect(Fen.parseNumber("\(Double(one) / 100 + Double(two) / 100)") == one + two)
        }
    }
}
