import Testing

@testable import Platforms

@Suite struct BlanksTests {
    @Test(
        arguments: [
            ("SF1", "SF1"), (" SF1 \n", "SF1"), ("\r\n\tSF1\t\r\n", "SF1"),
            ("\u{3000}SF1\u{3000}", "SF1"), ("\u{A0}SF1\u{A0}", "SF1"),
            ("\u{FEFF}SF1\u{200B}", "SF1"), ("\u{200E}SF1\u{202C}\u{2060}", "SF1"),
            ("\u{85}\u{2028}SF1\u{1680}\u{2003}", "SF1"), ("\u{1}SF1\u{7F}", "SF1"),
            ("SF 1", "SF 1"), (" 顺丰 速运\u{3000}", "顺丰 速运"), ("单号：SF1。", "单号：SF1。"),
            ("", ""), (" \u{3000}\n", ""), ("€SF1€", "€SF1€"), ("\u{3001}SF1", "\u{3001}SF1"),
        ] as [(String, String)])
    func blanksAreTrimmed(text: String, expected: String) {
        #expect(Blanks.trimmed(text) == expected)
    }
}
