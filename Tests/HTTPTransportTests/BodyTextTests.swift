import Testing

@testable import HTTPTransport

/// Bodies without a label of their encoding, or with a wrong one.
@Suite struct BodyTextTests {
    private static let chinese = #"{"seller_nick":"示例旗舰店","title":"红色连衣裙","city":"杭州市"}"#
    /// The same in GBK.
    private static let gbk: [UInt8] =
        Array(#"{"seller_nick":""#.utf8)
        + [0xCA, 0xBE, 0xC0, 0xFD, 0xC6, 0xEC, 0xBD, 0xA2, 0xB5, 0xEA]
        + Array(#"","title":""#.utf8)
        + [0xBA, 0xEC, 0xC9, 0xAB, 0xC1, 0xAC, 0xD2, 0xC2, 0xC8, 0xB9]
        + Array(#"","city":""#.utf8) + [0xBA, 0xBC, 0xD6, 0xDD, 0xCA, 0xD0]
        + Array(#""}"#.utf8)

    @Test(arguments: ["", "application/json", "text/javascript;charset=UTF-8", "text/plain; x=y"])
    func gbkIsRead(label: String) throws {
        let body = try #require(BodyText.utf8(Self.gbk, contentType: label))
        #expect(String(decoding: body.text, as: UTF8.self) == Self.chinese)
        #expect(body.encoding == .guessed)
    }

    /// 联通 in GBK is UTF-8 by accident, so the rest has to show what it is.
    @Test func whatHappensToBeUTF8InGBKIsRead() throws {
        let body = Self.gbk + [0x22, 0xC1, 0xAA, 0xCD, 0xA8, 0x22]
        let read = try #require(BodyText.utf8(body, contentType: ""))
        #expect(String(decoding: read.text, as: UTF8.self) == Self.chinese + "\"联通\"")
    }

    /// One damaged character among many.
    @Test func damagedGBKIsRead() throws {
        let body = Array([[UInt8]](repeating: Self.gbk, count: 20).joined()) + [0x22, 0xFF, 0x22]
        let read = try #require(BodyText.utf8(body, contentType: ""))
        #expect(read.encoding == .guessed)
        let text = String(decoding: read.text, as: UTF8.self)
        #expect(text == String(repeating: Self.chinese, count: 20) + "\"\u{FFFD}\"")
    }

    /// Damaged UTF-8 stays as it is, whatever the rest of the damaged character looks like in GBK:
    /// every character in turn loses its first, second or third byte.
    @Test func damagedUTF8IsNoGBK() throws {
        let whole = Array(Self.chinese.utf8)
        for index in whole.indices where whole[index] >= 0x80 {
            var body = whole
            body.remove(at: index)
            let read = try #require(BodyText.utf8(body, contentType: ""))
            #expect(read == BodyText.Conversion(text: body, encoding: .unknown), "\(index)")
        }
    }

    @Test func bytesOfNoTextStayAsTheyAre() throws {
        let body: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0xFF, 0xFF, 0x80, 0x80, 0x00, 0xFF]
        let read = try #require(BodyText.utf8(body, contentType: ""))
        #expect(read == BodyText.Conversion(text: body, encoding: .unknown))
    }

    @Test func aLabelDecides() throws {
        let body = try #require(BodyText.utf8(Self.gbk, contentType: "text/html; charset=gbk"))
        #expect(body.encoding == .converted)
        #expect(String(decoding: body.text, as: UTF8.self) == Self.chinese)
    }
}
