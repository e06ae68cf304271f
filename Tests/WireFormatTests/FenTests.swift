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
    func parses(text: String, fen: Int64) {
        #expect(Fen.parse(text) == fen)
    }

    @Test(arguments: [
        "", "-", ".", "-.", "1.", ".5", "-.5", "12.345", "1.2.3", "1,000.00", "+1", "--1", "1-",
        " 1", "1 ", "1e3", "NaN", "１", "92233720368547758.08", "92233720368547759",
        "99999999999999999999", "1.0000000000000000000000000", "¥1",
    ])
    func refuses(text: String) {
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
