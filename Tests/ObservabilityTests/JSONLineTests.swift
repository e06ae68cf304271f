import Foundation
import Logging
import Observability
import Testing

@Suite struct JSONLineTests {
    private func object(_ line: String) throws -> [String: Any] {
        #expect(line.hasSuffix("\n"))
        #expect(line.utf8.count { $0 == 0x0A } == 1)
        let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(parsed as? [String: Any])
    }

    @Test func aLineKeepsTheOrderAndTheTypesOfFields() {
        let line = LogPipe().text { log in
            log.event(
                .info, "window stored",
                [
                    ("shop", "flagship"), ("rows", .number(42)), ("a_first", true),
                    ("ratio", 0.25), ("id", .number(.max)), ("z", .flag(false)), ("b", -1),
                ])
        }
        let fields =
            #""level":"info","msg":"window stored","shop":"flagship","rows":42,"a_first":true,"#
            + #""ratio":0.25,"id":9223372036854775807,"z":false,"b":-1}"#
        #expect(line.hasPrefix(#"{"ts":""#))
        #expect(line.hasSuffix(fields + "\n"), "\(line)")
    }

    @Test func aLineStartsWithTheTimeInUTC() throws {
        let line = LogPipe().text(wallMilliseconds: 1_762_862_403_007) {
            $0.event(.notice, "started")
        }
        #expect(try object(line)["ts"] as? String == "2025-11-11T12:00:03.007Z")
    }

    @Test(arguments: [
        "plain", "", "好🎁", "a\nb", "a\r\nb", "tab\tquote\"slash\\", "\u{0}\u{1}\u{1F}\u{7F}",
        "</script>", "\u{2028}", "{\"a\":1}",
    ])
    func theLineEscapesTexts(text: String) throws {
        let line = LogPipe().text { $0.event(.error, "m", [("field", .text(text)), (text, 1)]) }
        #expect(line.utf8.count { $0 < 0x20 } == 1, "one line, and no control character in it")
        let json = try object(line)
        #expect(json["field"] as? String == text)
        #expect((json[text] as? NSNumber)?.intValue == 1)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300, 1e-9, -0.0])
    func everyDecimalIsJSON(number: Double) throws {
        let json = try object(LogPipe().text { $0.event(.info, "m", [("x", .decimal(number))]) })
        let expected = number.isFinite ? number : 0
        #expect((json["x"] as? NSNumber)?.doubleValue == expected)
    }

    @Test func aLineWritesOneLineForEachLevelFromTheLeastOn() throws {
        for least in Logger.Level.allCases {
            let text = LogPipe().text(level: least) { log in
                for level in Logger.Level.allCases { log.event(level, "m") }
            }
            let levels = try text.split(separator: "\n").map { line in
                try #require(try object(line + "\n")["level"] as? String)
            }
            #expect(levels == Logger.Level.allCases.filter { $0 >= least }.map(\.rawValue))
        }
    }

    /// Libraries log by swift-log's own means.
    @Test func aLineTakesMetadataOfOthers() throws {
        let line = LogPipe().text { log in
            var log = log
            log[metadataKey: "z"] = "own"
            log[metadataKey: "shared"] = "own"
            log.info("two\nlines", metadata: ["shared": "call", "list": ["a", "b"]])
        }
        let json = try object(line)
        #expect(json["msg"] as? String == "two\nlines")
        #expect(json["z"] as? String == "own")
        #expect(json["shared"] as? String == "call")
        #expect(json["list"] is String)
        #expect(line.hasSuffix(#""z":"own"}"# + "\n"), "sorted by name")
    }

    @Test func autoIsJSONOnAPipe() {
        #expect(LogPipe().text(.auto) { $0.event(.info, "m") }.hasPrefix("{"))
    }
}
