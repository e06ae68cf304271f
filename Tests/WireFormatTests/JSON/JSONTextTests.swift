import Foundation
import SyncCore
import Testing
import WireFormat

@Suite struct JSONTextTests {
    private func unescaped(_ inner: String) -> String {
        var out: [UInt8] = []
        Array(inner.utf8).withUnsafeBytes { JSONText.unescape($0, into: &out) }
        return String(decoding: out, as: UTF8.self)
    }

    @Test(arguments: [
        "", "plain", #"\"\\\/\b\f\n\r\t"#, #"\u0041\u00e9\u4f60"#, #"\u00E9"#, #"\ud83c\udf81"#,
        #"a\uD83C\uDF81b"#, #"\u0001"#, #"\uffff"#, #"\udbff\udfff"#, #"\ud800\udc00"#, "好🎁",
    ])
    func theTextIsUnescapedAsFoundationDoes(inner: String) throws {
        let theirs = try JSONTestSupport.foundation(Array("\"\(inner)\"".utf8)) as? String
        #expect(unescaped(inner) == theirs)
    }

    /// Half a pair has no character; the text around it stays.
    @Test(arguments: [
        (#"\ud83c"#, "\u{FFFD}"), (#"\udf81"#, "\u{FFFD}"), (#"a\ud83cb"#, "a\u{FFFD}b"),
        (#"\ud83c\n"#, "\u{FFFD}\n"), (#"\ud83c\u0041"#, "\u{FFFD}A"),
        (#"\udf81\ud83c"#, "\u{FFFD}\u{FFFD}"), (#"\ud83c\ud83c\udf81"#, "\u{FFFD}🎁"),
        (#"\ud83c\udf8"#, "\u{FFFD}\u{FFFD}"), (#"a\u0000b"#, "a\u{FFFD}b"),
    ])
    func theRepairRepairsHalfSurrogates(inner: String, text: String) {
        // The last is no escape that the reader lets through: it must not trap all the same.
        let ours = unescaped(inner)
        if JSONTestSupport.accepts(Array("\"\(inner)\"".utf8)) { #expect(ours == text) }
    }

    @Test func theTextIsAppendedBehindWhatIsThere() {
        var out: [UInt8] = [1, 2]
        Array(#"\n"#.utf8).withUnsafeBytes { JSONText.unescape($0, into: &out) }
        #expect(out == [1, 2, 10])
    }

    @Test func theTextAcceptsTheUTF8OfTheStandardLibrary() {
        var random = SplitMix64(seed: 20_251_111)
        // Bytes at the borders of what lead and follow a sequence; random ones are rarely valid.
        let borders: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
            0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        var valid = 0
        for round in 0..<60_000 {
            let bytes = (0..<(random.next() % 6)).map { _ in
                round % 3 == 0
                    ? UInt8(truncatingIfNeeded: random.next())
                    : borders[Int(random.next() % UInt64(borders.count))]
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            if expected { valid += 1 }
            let isUTF8 = bytes.withUnsafeBytes { JSONText.isUTF8($0) }
            guard isUTF8 == expected else {
                Issue.record("\(bytes): \(isUTF8), expected \(expected)")
                return
            }
        }
        #expect(valid > 1_000)
        for scalar in ["\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10FFFF}"] {
            #expect(Array(scalar.utf8).withUnsafeBytes { JSONText.isUTF8($0) })
        }
    }
}
