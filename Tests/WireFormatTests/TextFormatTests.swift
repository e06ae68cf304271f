import Foundation
import SyncCore
import Testing
import WireFormat

@Suite struct TextFormatTests {
    private static func text(_ random: inout SplitMix64) -> String {
        let alphabets: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7F, 0x80...0x7FF, 0x4E00...0x9FFF, 0x1F600...0x1F64F,
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let alphabet = alphabets.randomElement(using: &random) ?? 0x20...0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: alphabet, using: &random)) {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    @Test func formsRoundTrip() throws {
        var random = SplitMix64(seed: 4)
        for _ in 0..<300 {
            let pairs = (0..<Int.random(in: 0...5, using: &random)).map { number in
                (name: "\(number)" + Self.text(&random), value: Self.text(&random))
            }
            let body = FormEncoding.encode(pairs)
            #expect(body.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            let decoded = try #require(FormEncoding.decode(body))
            #expect(decoded.map(\.name) == pairs.map(\.name))
            #expect(decoded.map(\.value) == pairs.map(\.value))
        }
    }

    /// Whatever comes, decoding ends; and what it understands it writes the same way again.
    @Test func formsFromRandomBytes() {
        var random = SplitMix64(seed: 5)
        let bytes: [UInt8] = Array("ab=&%+0F9g\u{e4}".utf8) + [0, 0x80, 0xFF]
        for _ in 0..<2_000 {
            let body = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                bytes.randomElement(using: &random) ?? 0
            }
            guard let pairs = FormEncoding.decode(body) else { continue }
            let again = FormEncoding.decode(FormEncoding.encode(pairs))
            #expect(again?.map(\.name) == pairs.map(\.name))
            #expect(again?.map(\.value) == pairs.map(\.value))
        }
    }

    @Test func formsAsTheStandardSays() throws {
        let body = FormEncoding.encode([(name: "a b", value: "1+1=2&~"), (name: "订", value: "")])
        #expect(String(decoding: body, as: UTF8.self) == "a%20b=1%2B1%3D2%26~&%E8%AE%A2=")
        let decoded = try #require(FormEncoding.decode("a+b=c%2Bd&&e&=f".utf8))
        #expect(decoded.map(\.name) == ["a b", "e", ""])
        #expect(decoded.map(\.value) == ["c+d", "", "f"])
        for broken in ["a=%", "a=%4", "a=%GG", "a=%FF"] {
            #expect(FormEncoding.decode(broken.utf8) == nil, "\(broken)")
        }
        #expect(Hex.upper([0, 0x0F, 0xA5, 0xFF]) == "000FA5FF")
    }

    @Test func jsonAgreesWithFoundation() throws {
        var random = SplitMix64(seed: 6)
        for _ in 0..<300 {
            let texts = (0..<3).map { _ in Self.text(&random) }
            let number = Int64.random(in: .min ... .max, using: &random)
            let noText: String? = nil
            var json = JSONWriter()
            json.object { json in
                json.member("number", number)
                json.member("flag", true)
                json.member("none", noText)
                json.key("texts")
                json.array { json in for text in texts { json.value(text) } }
                json.key("empty")
                json.object { _ in }
                json.member("key \(texts[0])", texts[1])
            }
            let read = try JSONSerialization.jsonObject(with: Data(json.bytes))
            let members = try #require(read as? [String: Any])
            #expect((members["number"] as? NSNumber)?.int64Value == number)
            #expect(members["flag"] as? Bool == true)
            #expect(members["none"] is NSNull)
            #expect(members["texts"] as? [String] == texts)
            #expect((members["empty"] as? [String: Any])?.isEmpty == true)
            #expect(members["key \(texts[0])"] as? String == texts[1])
            #expect(members.count == 6)
        }
    }

    @Test func jsonKeepsOrderAndCommas() {
        var json = JSONWriter()
        json.array { json in
            json.value(1)
            json.null()
            json.value(false)
            json.array { _ in }
            json.object { json in
                json.member("b", "\"\\\n\r\t\u{1}")
                json.member("a", Int64.min)
            }
            json.raw("{\"raw\":1}".utf8)
        }
        let expected =
            #"[1,null,false,[],{"b":"\"\\\n\r\t\u0001","a":-9223372036854775808},{"raw":1}]"#
        #expect(json.text == expected)
    }
}
