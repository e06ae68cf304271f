import Testing

@testable import WireFormat

/// Equal hashes of one order's second mean "already stored": texts that differ in a few digits must
/// not have them.
@Suite struct ContentHashTests {
    /// The first eight bytes of SHA-256, by FIPS 180-4's examples and `sha256sum`.
    @Test(
        arguments: [
            ("abc", 0xBA78_16BF_8F01_CFEA), ("", 0xE3B0_C442_98FC_1C14),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 0x248D_6A61_D206_38B8
            ),
        ] as [(String, UInt64)])
    func theHashIsTheBeginningOfSHA256(text: String, expected: UInt64) {
        #expect(ContentHash.hash(text) == expected)
        #expect(Array(text.utf8).withUnsafeBytes { ContentHash.hash($0) } == expected)
    }

    /// The pair that was reported: two digits twelve bytes apart. The earlier scheme took one text
    /// for the other.
    @Test func theReportedPairHasTwoHashes() {
        func row(_ price: String, _ number: Int) -> String {
            "{\"a\":\"7\",\"price\":\"\(price)\",\"num\":\(number)000000000}"
        }
        let (one, two) = (row("1400.84", 377_460), row("1400.04", 378_460))
        #expect(ContentHash.hash(one) != ContentHash.hash(two))
        #expect(ContentHash.earlier(one) == ContentHash.earlier(two))
    }

    /// All pairs of digits up to 24 bytes apart, at every place of a row: 100 texts for each pair
    /// of places, so 7.6 million pairs of texts that differ in at most two digits.
    @Test func nearTextsHaveOtherHashes() {
        let row = Array(
            """
            {"tid":3147029749005308888,"price":"1400.84","num":377460,"payment":"2801.68"}
            """.utf8)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        var (pairs, collisions, earlierCollisions) = (0, 0, 0)
        for first in 0..<64 {
            for second in first + 1...first + 24 where second < row.count {
                var hashes: Set<UInt64> = []
                var earlier: Set<UInt64> = []
                var text = row
                for one in digits {
                    for two in digits {
                        (text[first], text[second]) = (one, two)
                        text.withUnsafeBytes {
                            hashes.insert(ContentHash.hash($0))
                            earlier.insert(ContentHash.earlier($0))
                        }
                    }
                }
                pairs += 100 * 99 / 2
                collisions += 100 - hashes.count
                earlierCollisions += 100 - earlier.count
            }
        }
        #expect(pairs > 7_000_000)
        #expect(collisions == 0)
        // What makes this family a test: the earlier scheme failed it.
        #expect(earlierCollisions > 0)
    }
}
