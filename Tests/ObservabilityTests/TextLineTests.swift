import Logging
import SyncCore
import Testing

@testable import Observability

@Suite struct TextLineTests {
    /// The line without its clock, which is checked.
    private func line(_ body: (Logger) -> Void) -> String {
        let text = LogPipe().text(.text, body)
        let clock = #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} /#
        #expect(text.prefix(26).wholeMatch(of: clock) != nil, "\(text)")
        return String(text.dropFirst(26))
    }

    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00 +0000"), (28_800, "1970-01-01 08:00:00 +0800"),
            (-12_600, "1969-12-31 20:30:00 -0330"), (20_700, "1970-01-01 05:45:00 +0545"),
        ] as [(Int64, String)])
    func aLineShowsDateAndLocalTime(offset: Int64, expected: String) {
        #expect(
            LocalTime.text(UTCInstant(seconds: 0), offsetSeconds: offset) == expected)
    }

    @Test func theLineAlignsLevelsAndKeepsTheOrder() {
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
    func theLineQuotesWhatIsNotPlain(text: String, written: String) {
        #expect(line { $0.event(.info, "m", [("x", .text(text))]) } == "info    m x=\(written)\n")
    }

    @Test func oneEventIsOneLine() {
        let text = line { $0.info("two\nlines\u{1B}[2J", metadata: ["x": "a\nb"]) }
        #expect(text.utf8.count { $0 < 0x20 } == 1, "\(text)")
    }
}
