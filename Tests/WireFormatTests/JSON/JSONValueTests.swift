import Testing

@testable import WireFormat

@Suite struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue {
        try Array(text.utf8).withUnsafeBytes { try JSONValue.parse($0) }
    }

    private func fails(_ text: String) -> Bool { (try? parse(text)) == nil }

    @Test func theValueKeepsTheShape() throws {
        let text = #" {"a": [1, {"b": true}, null, ""], "c": {}, "d": false} "#
        let value = try parse(text)
        guard case .object(let members, let range) = value else {
            Issue.record("no object")
            return
        }
        #expect(members.map(\.name) == ["a", "c", "d"])
        #expect(range == 1..<text.utf8.count - 1)
        guard case .array(let elements) = members[0].value else {
            Issue.record("no array")
            return
        }
        #expect(elements.count == 4)
        #expect(elements[0] == .number("1"))
        #expect(elements[1]["b"] == .flag(true))
        #expect(elements[2] == .null)
        #expect(elements[3] == .string(""))
        #expect(members[2].value == .flag(false))
    }

    /// Deeper content is passed, and the rest of the text is read.
    @Test func theValueDoesNotReadWhatIsTooDeep() throws {
        for depth in [63, 64, 10_000] {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let value = try parse(#"{"a":\#(deep),"b":1}"#)
            #expect(value["b"]?.integer == 1)
            #expect(value.isTooDeep == (depth > 63))
            guard case .array(let elements)? = value["a"] else {
                Issue.record("no array")
                return
            }
            #expect(elements.count == (depth > 1 ? 1 : 0))
        }
        let whole = String(repeating: "[", count: 65) + "1" + String(repeating: "]", count: 65)
        var value = try parse(whole)
        while case .array(let elements) = value { value = try #require(elements.first) }
        #expect(value == .tooDeep(range: 64..<67))
    }

    /// A double would round them: 2^53 + 1 is the first that none can hold.
    @Test(arguments: ["9007199254740993", "3147029749005308888", "9223372036854775807"])
    func theValueKeepsEveryDigitOfAnID(id: String) throws {
        let value = try parse(#"{"number":\#(id),"text":"\#(id)"}"#)
        #expect(value["number"]?.text == id)
        #expect(value["text"]?.text == id)
        #expect(value["number"]?.integer == Int64(id))
        #expect(value["text"]?.integer == Int64(id))
    }

    @Test func numbersStayAsTheyAreWritten() throws {
        for number in ["0", "-0", "1.50", "1e3", "-12.5E-2", "18446744073709551616"] {
            #expect(try parse(number) == .number(number))
        }
        #expect(try parse("18446744073709551616").integer == nil)
        #expect(try parse("1.0").integer == nil)
        #expect(try parse("-3").integer == -3)
    }

    @Test func theValueUndoesEscapesInTextsAndNames() throws {
        let value = try parse(#"{"\u4f60\"":"a\\\/\n\ud83c\udf81","plain":"好"}"#)
        #expect(value["你\""]?.text == "a\\/\n🎁")
        #expect(value["plain"]?.text == "好")
    }

    @Test func rangesHoldTheObjectAsReceived() throws {
        let text = #"{"list":[{"id":1,"t":"好"} , {"id":2,"in":{"x":"}"}}]}"#
        let bytes = Array(text.utf8)
        let parts = try #require(try parse(text)["list"]).list("none").map { value in
            guard case .object(_, let range) = value else { return "" }
            return String(decoding: bytes[range], as: UTF8.self)
        }
        #expect(parts == [#"{"id":1,"t":"好"}"#, #"{"id":2,"in":{"x":"}"}}"#])
    }

    @Test func theValueReadsWhatIsThereAndNothingElse() throws {
        let value = try parse(#"{"n":null,"e":"","f":"false","t":"true","o":{},"T":"TRUE","z":0}"#)
        #expect(value["n"] == nil)
        #expect(value["missing"] == nil)
        #expect(value["e"] == .string(""))
        #expect(value["e"]?.text == nil)
        #expect(value["f"]?.flag == false)
        #expect(value["t"]?.flag == true)
        #expect(value["T"]?.flag == nil)
        #expect(value["z"]?.flag == nil)
        #expect(value["o"]?.text == nil)
        #expect(value["o"]?.integer == nil)
        #expect(value["z"]?.integer == 0)
        #expect(JSONValue.string("x")["a"] == nil)
        #expect(JSONValue.array([])["a"] == nil)
    }

    /// As lists come: wrapped, bare, and one object instead of a list of one.
    @Test(
        arguments: [
            (#"{"item":[{"id":1},{"id":2}]}"#, [1, 2]), (#"[{"id":1},{"id":2}]"#, [1, 2]),
            (#"{"item":{"id":1}}"#, [1]), (#"{"item":[]}"#, []), ("{}", []), ("[]", []),
            (#"{"item":null}"#, []), (#"{"other":[{"id":1}]}"#, []), ("null", []), ("1", []),
            (#""text""#, []), ("true", []),
        ] as [(String, [Int64])])
    func theValueTakesListsOfEveryForm(text: String, ids: [Int64]) throws {
        #expect(try parse(text).list("item").compactMap { $0["id"]?.integer } == ids)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "nul",
        "truE", "1 2", "{}{}", "[]x", "\"open", "\"\\x\"", "01", "+1", "1.", "\u{FEFF}{}",
    ])
    func theValueRefusesWhatIsNoJSON(text: String) {
        #expect(fails(text))
    }

    @Test func aFaultSaysWhere() {
        #expect(throws: JSONError.self) { try parse(#"{"a":[1,?]}"#) }
        do {
            _ = try parse(#"{"a":[1,?]}"#)
        } catch {
            #expect((error as? JSONError)?.offset == 8)
        }
    }

    @Test func theValueSurvivesDeepNesting() {
        #expect(fails(String(repeating: "[", count: 200_000)))
        #expect(fails(String(repeating: #"{"a":"#, count: 200_000)))
    }

    /// The same as Foundation of every answer that the adapter's tests have.
    @Test func theValueReadsRealAnswers() throws {
        for (name, bytes) in try JSONTestSupport.answers() {
            let value = try bytes.withUnsafeBytes { try JSONValue.parse($0) }
            guard case .object(let members, let range) = value else {
                Issue.record("\(name) is no object")
                continue
            }
            let theirs = try JSONTestSupport.foundation(bytes) as? [String: Any]
            #expect(Set(members.map(\.name)) == Set((theirs ?? [:]).keys), "\(name)")
            #expect(bytes[range.lowerBound] == UInt8(ascii: "{"), "\(name)")
            #expect(bytes[range.upperBound - 1] == UInt8(ascii: "}"), "\(name)")
        }
    }
}
