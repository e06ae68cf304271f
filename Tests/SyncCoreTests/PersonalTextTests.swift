import SyncCore
import Testing

@Suite struct PersonalTextTests {
    private func mask(_ kind: PersonalText, _ text: String) -> String {
        var copy = text
        let mask = copy.withUTF8 { kind.mask(UnsafeRawBufferPointer($0)) }
        return mask.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    @Test(arguments: [
        (PersonalText.name, "张三丰", "张**"), (.name, "王", "王**"), (.name, "tb_88123", "t**"),
        (.name, "🎁礼物", "🎁**"), (.name, "", ""), (.name, "张**", "张**"), (.name, "*丰", "*丰"),
        (.name, "t**1", "t**1"), (.name, "*三丰收", "***"),
        (.phone, "13812345678", "138****5678"), (.phone, "+8613812345678", "+86****5678"),
        (.phone, "0571-85022088", "057****2088"), (.phone, "85022088", "****2088"),
        (.phone, "95188", "****"), (.phone, "电话13812345678", "****"),
        (.phone, "*******1234", "*******1234"), (.phone, "138****1234", "138****1234"),
        (.phone, "17700001111-1234", "177****1234"), (.phone, "1381234567*", "138****567*"),
        (.place, "文三路 90 号", "文**"), (.place, "解**路**号", "解**路**号"),
        (.place, "文三路5*6幢3单元", "文**"), (.place, "310012", "3**"), (.place, "000000", "0**"),
        (.area, "浙江省", "浙江省"), (.area, "杭州市", "杭州市"),
        (.message, "周末在家，打 13812345678", "周**"), (.message, "**急** 13812345678", "***"),
        (.name, "~AgAAAAexample1~1~", ""), (.phone, "~AgAAAAexample2~2~", ""),
        (.place, "~AgAAAAexample3~3~", ""), (.name, "~~", "~**"),
        (.message, "谢", "谢**"), (.identity, "AAHk5d-EAAeGwJedwSFu0XXX", ""), (.identity, "", ""),
    ])
    func everyKindOfTextIsMasked(kind: PersonalText, text: String, expected: String) {
        #expect(mask(kind, text) == expected)
        #expect(mask(kind, expected) == expected, "a mask stays as it is")
    }

    /// Bytes that are no text leave nothing of themselves.
    @Test(
        arguments: [
            [0xFF, 0x31, 0x32], [0xE5, 0xBC], [0x80], [0x00, 0x41], [0xF0, 0x9F, 0x8E],
        ] as [[UInt8]])
    func theMaskHidesWhatIsNoText(bytes: [UInt8]) {
        let mask = bytes.withUnsafeBytes { PersonalText.name.mask($0) }
        #expect(mask == Array("**".utf8))
    }
}
