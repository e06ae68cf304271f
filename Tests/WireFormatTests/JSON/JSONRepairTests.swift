import Foundation
import SyncCore
import Testing
import WireFormat

@Suite struct JSONRepairTests {
    private func repaired(_ json: [UInt8]) -> String? {
        json.withUnsafeBytes { JSONText.repaired($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        "", "{}", "{ \n\t\"a\" :\r 1 }", #"{"a":"\n\u0041\ud83c\udf81好🎁"}"#, #""\\u0000""#,
        #"["\"\\"]"#,
    ])
    func theRepairLeavesWhatIsFine(json: String) {
        #expect(repaired(Array(json.utf8)) == nil)
    }

    @Test(arguments: [
        ("{\"a\":\"x\ny\tz\rq\u{1}\"}", #"{"a":"x\ny\tz\rq\u0001"}"#),
        ("{\"a\n\":\n\"\u{0}\"}", "{\"a\\n\":\n\"\\ufffd\"}"),
        (
            #"{"a":"\ud83cx","b":"\udf81","c":"\u0000"}"#,
            #"{"a":"\ufffdx","b":"\ufffd","c":"\ufffd"}"#
        ),
        (#"{"a":"\uD83C\uDF81\uD83C"}"#, #"{"a":"\uD83C\uDF81\ufffd"}"#),
        ("[\"\u{1F}\\\"\n\"]", #"["\u001F\"\n"]"#),
    ])
    func theRepairEscapesWhatReadersStumbleOver(json: String, expected: String) {
        #expect(repaired(Array(json.utf8)) == expected)
    }

    @Test func theRepairReplacesWhatIsNoUTF8() {
        #expect(repaired([0x22, 0xFF, 0x61, 0xE4, 0xBD, 0x22]) == "\"\u{FFFD}a\u{FFFD}\u{FFFD}\"")
        #expect(repaired([0x22, 0xED, 0xA0, 0xBD, 0x22]) == "\"\u{FFFD}\u{FFFD}\u{FFFD}\"")
    }

    /// The reader says when a text has to be looked at; what comes out is valid JSON.
    @Test func theReaderSaysWhatMayNeedIt() throws {
        let alphabet: [[UInt8]] = [
            [0x0A], [0x00], [0x1F], Array(#"\n"#.utf8), Array(#"\u0000"#.utf8),
            Array(#"\ud83c"#.utf8), Array(#"\udf81"#.utf8), Array(#"\ud83c\udf81"#.utf8),
            Array("好".utf8), Array("abcdefgh".utf8), Array(#"\""#.utf8), [0x20], [0x7F],
        ]
        var random = SplitMix64(seed: 7)
        var needed = 0
        for _ in 0..<5_000 {
            var json: [UInt8] = Array(#"{"key":""#.utf8)
            for _ in 0..<(random.next() % 9) {
                json += alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            json += Array("\"}".utf8)
            let result = json.withUnsafeBytes { JSONText.repaired($0) }
            let mayNeedRepair = try json.withUnsafeBytes { text throws(JSONError) in
                var reader = JSONReader(text)
                try reader.skipValue()
                return reader.mayNeedRepair
            }
            if result != nil { #expect(mayNeedRepair, "\(json)") }
            if let result {
                needed += 1
                #expect(result.withUnsafeBytes { JSONText.repaired($0) } == nil)
            }
            #expect(JSONTestSupport.foundationAccepts(result ?? json), "\(json)")
        }
        #expect(needed > 1_000)
    }
}
