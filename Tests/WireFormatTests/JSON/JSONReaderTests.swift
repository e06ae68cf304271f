import Foundation
import SyncCore
import Testing
import WireFormat

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "10", "1.5", "-1.5e10", "1E5", "1e+5", "1e-5", "\"\"",
        "{}", "[]", " [ ] ", "\t{\r\n}\n", "[1,2]", "[[],{}]", #"{"a":1}"#, #"{"a":{"b":[1]}}"#,
        #"{"":0}"#, #"{"a":1,"a":2}"#, #""\"\\\/\b\f\n\r\t\u00e9""#, #""\ud83c\udf81""#,
        "\"\u{7F}\"", "\"\u{2028}\"", "[0,-0,0.0]", "[\"a\",null,true,false,{}]",
        "3147029749005308888", "\"é好🎁\"",
    ])
    func theReaderAcceptsJSON(text: String) {
        #expect(JSONTestSupport.fault(Array(text.utf8)) == nil)
        #expect(JSONTestSupport.foundationAccepts(Array(text.utf8)))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "+1", ".5", "1.", "1.e5", "1e", "1e+",
        "01", "-01", "-", "--1", "0x10", "1_000", "\"", "\"a", "'a'", #""\x""#, #""\u12""#,
        #""\u12g4""#, #""\"#, #""\""#, "{", "[", "}", "]", "[1", "[1,", "[1,]", "[,1]", "[,,1]",
        "[1 2]", "[1,,2]", "[}", "{]", "[1}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#,
        #"{"a":1 "b":2}"#, #"{,"a":1}"#, "{a:1}", "{1:1}", "{null:1}", #"{"a"::1}"#, #"{"a":1]"#,
        "1 1", "{}{}", "[]]", "null,", "/**/1", "[1] //", #"{"a":1}x"#, "\u{A0}1", "[1\u{B}]",
        #""\U00e9""#, #"[""a"]"#, "tru", "[tru]", "[true,fals]", "[-]", "[1,2", #"{"a":[1,{"b":"#,
    ])
    func theReaderRefusesWhatIsNotJSON(text: String) {
        #expect(JSONTestSupport.fault(Array(text.utf8)) != nil)
        // Foundation lets a comma pass before a closing bracket.
        let isFoundationLax = text.hasSuffix(",]") || text.hasSuffix(",}")
        #expect(JSONTestSupport.foundationAccepts(Array(text.utf8)) == isFoundationLax)
    }

    /// The exception: TOP has sent raw control characters inside strings.
    @Test func theReaderAcceptsRawControlCharactersInStringsOnly() {
        for byte in UInt8(0)..<0x20 {
            #expect(JSONTestSupport.accepts([0x22, byte, 0x22]), "\(byte)")
            let isSpace = [0x20, 0x0A, 0x0D, 0x09].contains(byte)
            #expect(JSONTestSupport.accepts([0x5B, byte, 0x5D]) == isSpace, "\(byte)")
        }
        #expect(!JSONTestSupport.accepts([0xEF, 0xBB, 0xBF, 0x31]), "a byte order mark")
    }

    @Test func theReaderAgreesWithFoundationOnMutatedAnswers() throws {
        let alphabet = Array(#"{}[],:"\0179-+.tfnu "#.utf8)
        let answers = try JSONTestSupport.answers().map { try Self.compact($0.bytes) }
        var accepted = 0
        var refused = 0
        for seed in UInt64(1)...4_000 {
            var random = SplitMix64(seed: seed)
            var text = answers[Int(random.next() % UInt64(answers.count))]
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(text.count))
                let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
                switch random.next() % 4 {
                case 0: text[place] = byte
                case 1: text.insert(byte, at: place)
                case 2: text.remove(at: place)
                default: text.swapAt(place, max(0, place - 1))
                }
            }
            // Foundation refuses ill-formed UTF-8 and half surrogates; the decoder repairs them.
            guard let string = String(validating: text, as: UTF8.self),
                !string.lowercased().contains("\\ud")
            else { continue }
            let isJSON = JSONTestSupport.accepts(text)
            let isFoundationLax = string.contains(",}") || string.contains(",]")
            if !isJSON, isFoundationLax { continue }
            #expect(isJSON == JSONTestSupport.foundationAccepts(text), "seed \(seed): \(string)")
            if isJSON { accepted += 1 } else { refused += 1 }
        }
        #expect(accepted > 500, "\(accepted) accepted, \(refused) refused")
        #expect(refused > 500, "\(accepted) accepted, \(refused) refused")
    }

    /// Without white space: a lost quote would put raw line feeds into strings.
    private static func compact(_ json: [UInt8]) throws -> [UInt8] {
        let value = try JSONTestSupport.foundation(json)
        return [UInt8](
            try JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]))
    }

    @Test func skipValueAnswersTheValuesBytes() throws {
        for (name, bytes) in try JSONTestSupport.answers() {
            let whole = try #require(
                try JSONTestSupport.foundation(bytes) as? NSDictionary, "\(name)")
            let root = try Self.members(bytes)
            #expect(Set(root.keys) == Set(whole.allKeys.compactMap { $0 as? String }), "\(name)")
            for (key, value) in root {
                let theirs = try #require(whole[key])
                let ours = try JSONTestSupport.foundation(value)
                #expect(try Self.text(theirs) == Self.text(ours), "\(key) of \(name)")
                #expect(value.first.map { $0 > 0x20 } == true, "\(name)")
                #expect(value.last.map { $0 > 0x20 } == true, "\(name)")
                guard value.first == UInt8(ascii: "{") else { continue }
                let inner = try Self.members(value)
                #expect(inner.count == (theirs as? NSDictionary)?.count, "\(key) of \(name)")
            }
        }
    }

    private static func text(_ value: Any) throws -> Data {
        try JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
    }

    /// The members of an object and the bytes of their values.
    private static func members(_ object: [UInt8]) throws -> [String: [UInt8]] {
        try object.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            var found: [String: [UInt8]] = [:]
            #expect(try reader.peek() == .object)
            try reader.enterObject()
            while let key = try reader.nextKey() {
                let name = String(decoding: bytes[key.range], as: UTF8.self)
                let slot = try reader.skipValue()
                #expect(reader.offset == slot.range.upperBound)
                found[name] = Array(bytes[slot.range])
            }
            try reader.expectEnd()
            return found
        }
    }

    @Test func theReaderReadsScalars() throws {
        let text = Array(#"[ "a\n" , "好" , -1.50e2,true , false,null ]"#.utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            try reader.enterArray()
            var found: [JSONScalar] = []
            while try reader.nextElement() {
                #expect(try reader.peek() == .scalar)
                found.append(try reader.readScalar())
            }
            try reader.expectEnd()
            #expect(found.map(\.kind) == [.string, .string, .number, .yes, .no, .null])
            #expect(found.map(\.hasEscapes) == [true, false, false, false, false, false])
            #expect(found.map(\.isASCII) == [true, false, true, true, true, true])
            #expect(
                found.map { String(decoding: bytes[$0.slot.range], as: UTF8.self) }
                    == [#"a\n"#, "好", "-1.50e2", "true", "false", "null"])
        }
    }

    /// Strings are passed eight bytes at a time: every length and every place of what matters.
    @Test func theReaderFindsTheEndOfStringsOfEveryLength() throws {
        for count in 0..<40 {
            for special in ["", "\\\"", "\\\\", "é", "\\u0022"] {
                for place in stride(from: 0, through: count, by: special.isEmpty ? 99 : 1) {
                    let plain = String(repeating: "!", count: place) + special
                    let inner = plain + String(repeating: "#", count: count - place)
                    let text = Array("\"\(inner)\",".utf8)
                    try text.withUnsafeBytes { bytes in
                        var reader = JSONReader(bytes)
                        let value = try reader.readScalar()
                        #expect(value.slot == ByteRange(offset: 1, count: inner.utf8.count))
                        #expect(value.hasEscapes == special.hasPrefix("\\"))
                        #expect(value.isASCII == (special != "é"), "\(inner)")
                        #expect(reader.offset == text.count - 1)
                    }
                }
            }
        }
    }

    @Test func theReaderBoundsTheDepth() {
        let depth = JSONReader.depthMax
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
            let perRound = open.utf8.filter { $0 == 0x5B || $0 == 0x7B }.count
            let fits = depth / perRound
            for (count, isAccepted) in [(fits, true), (fits + 1, false), (100_000, false)] {
                let text =
                    String(repeating: open, count: count) + "0"
                    + String(repeating: close, count: count)
                #expect(
                    JSONTestSupport.accepts(Array(text.utf8)) == isAccepted, "\(open) × \(count)")
            }
        }
    }

    @Test func theReaderPassesValuesOfEveryDepth() throws {
        // A round of the last one is two levels deep, and a list in it one more.
        let rounds = [("[", "]", 1, 0), (#"{"a":"#, "}", 1, 0), (#"[{"a":[0],"b":"#, "}]", 2, 1)]
        for (open, close, levels, more) in rounds {
            for count in [0, 1, 31, 32, 63, 64, 65, 1_000] {
                let value =
                    String(repeating: open, count: count) + "7"
                    + String(repeating: close, count: count)
                let wanted = count == 0 ? 0 : count * levels + more
                let text = Array("[ \(value) ,8]".utf8)
                try text.withUnsafeBytes { bytes in
                    var reader = JSONReader(bytes)
                    try reader.enterArray()
                    #expect(try reader.nextElement())
                    let (slot, found) = try reader.skipDeepValue()
                    #expect(slot == ByteRange(offset: 2, count: value.utf8.count))
                    #expect(found == wanted, "\(open) × \(count)")
                    #expect(try reader.nextElement())
                    let next = try reader.readScalar().slot
                    #expect(bytes[next.range].elementsEqual("8".utf8))
                    #expect(try !reader.nextElement())
                    try reader.expectEnd()
                }
            }
        }
    }

    /// A deep value is checked as it is passed.
    @Test(arguments: ["[", "[[1}", "[1 2]", #"{"a" 1}"#, #"{"a":1,}"#, "[,]", "]", "tru", ""])
    func theReaderPassesNothingThatIsNotJSON(text: String) {
        Array(text.utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            #expect(throws: JSONError.self) { try reader.skipDeepValue() }
        }
    }

    @Test func anErrorSaysWhereAndWhy() {
        #expect(
            JSONTestSupport.fault(Array("[1 2]".utf8))
                == JSONError(offset: 3, reason: "comma expected"))
        #expect(
            JSONTestSupport.fault(Array("{}x".utf8))
                == JSONError(offset: 2, reason: "text after the value"))
    }
}
