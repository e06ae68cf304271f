import Logging
import Observability
import Testing

@Suite struct TextLineTests {
    /// The line without its clock, which is checked.
    private func line(_ body: (Logger) -> Void) -> String {
        let text = LogPipe().text(.text, body)
        #expect(text.prefix(9).wholeMatch(of: #/\d\d:\d\d:\d\d /#) != nil, "\(text)")
        return String(text.dropFirst(9))
    }

    @Test func alignsLevelsAndKeepsTheOrder() {
        #expect(
            line { $0.event(.notice, "window stored", [("shop", "flagship"), ("a", 42)]) }
                == "notice  window stored shop=flagship a=42\n")
        #expect(line { $0.event(.critical, "m", [("x", true)]) } == "critical m x=true\n")
        #expect(line { $0.event(.warning, "m", [("x", 0.5)]) } == "warning m x=0.5\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("好", "好"), ("a=b", "a=b"), ("", #""""#), ("a b", #""a b""#),
        ("a\"b", #""a\"b""#), ("a\nb", #""a\nb""#), ("a\r\nb", #""a\r\nb""#),
        ("a\tb", #""a\tb""#),
        // A terminal would obey it.
        ("\u{1B}[2J", "\"\\u001B[2J\""),
    ])
    func quotesWhatIsNotPlain(text: String, written: String) {
        #expect(line { $0.event(.info, "m", [("x", .text(text))]) } == "info    m x=\(written)\n")
    }

    @Test func oneEventIsOneLine() {
        let text = line { $0.info("two\nlines\u{1B}[2J", metadata: ["x": "a\nb"]) }
        #expect(text.utf8.count { $0 < 0x20 } == 1, "\(text)")
    }
}
