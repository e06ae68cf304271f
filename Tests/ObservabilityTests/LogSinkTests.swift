import Foundation
import Logging
import Observability
import Testing

@Suite struct LogSinkTests {
    @Test(arguments: [LogFormat.json, .text])
    func theSinkStrikesOutSecretsEverywhere(format: LogFormat) {
        let secret = "6100b23f0e4c1a5d"
        let text = LogPipe().text(format, secrets: [secret]) { log in
            log.event(.info, "m", [("x", .text(secret)), (secret, 1)])
            log.event(.info, "m", [("x", .text("\(secret)\(secret) and \(secret)!"))])
            log.info("said \(secret)", metadata: ["x": "\(secret)"])
        }
        #expect(!text.contains(secret), "\(text)")
        #expect(text.count { $0 == "…" } == 7)
        #expect(text.split(separator: "\n").count == 3)
    }

    /// One secret may begin another: no rest of it may stay.
    @Test func theSinkStrikesOutTheLongerSecretFirst() {
        for secrets in [["abcdef", "abcdef123456"], ["abcdef123456", "abcdef"]] {
            let text = LogPipe().text(secrets: secrets) { log in
                log.event(.info, "m", [("x", "abcdef123456"), ("y", "abcdef")])
            }
            #expect(text.hasSuffix(#""x":"…","y":"…"}"# + "\n"), "\(text)")
        }
    }

    /// Lines hold texts in JSON's escapes; so does the secret then.
    @Test(arguments: [LogFormat.json, .text])
    func theSinkStrikesOutSecretsThatAreEscaped(format: LogFormat) {
        let secret = "pass\"word\\7"
        let text = LogPipe().text(format, secrets: [secret]) { log in
            log.event(.info, "m", [("x", .text(secret)), ("y", .text("in \(secret) it"))])
        }
        #expect(!text.contains("word"), "\(text)")
        #expect(text.count { $0 == "…" } == 2, "\(text)")
    }

    /// Striking out a letter or two would make lines unreadable.
    @Test func theSinkLeavesShortTextsAlone() {
        let text = LogPipe().text(secrets: ["", "a", "info", "12345"]) { log in
            log.event(.info, "12345", [("a", "a")])
        }
        #expect(text.hasSuffix(#""level":"info","msg":"12345","a":"a"}"# + "\n"))
    }

    @Test func theSinkWritesNoPriorityOutsideOfTheJournal() {
        for format in LogFormat.allCases {
            let text = LogPipe().text(format) { $0.event(.error, "m") }
            #expect(!text.hasPrefix("<"))
        }
    }

    /// In a separate process: all tests share the environment.
    @Test func theSinkWritesThePriorityUnderJournald() async {
        await #expect(processExitsWith: .success) {
            let pipe = LogPipe()
            var status = stat()
            try #require(fstat(pipe.writeEnd, &status) == 0)
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
            let text = pipe.text { log in
                for level in Logger.Level.allCases { log.event(level, "m") }
            }
            let priorities = text.split(separator: "\n").map { String($0.prefix(4)) }
            #expect(priorities == ["<7>{", "<7>{", "<6>{", "<5>{", "<4>{", "<3>{", "<2>{"])
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino + 1)", 1)
            #expect(pipe.text { $0.event(.info, "m") }.hasPrefix("{"))
        }
    }

    @Test func theSinkSurvivesAClosedReader() {
        let sink = LogSink(descriptor: -1)
        let handler = EventLogHandler(level: .info, format: .json, sink: sink)
        Logger(label: "test") { _ in handler }.event(.info, "m")
        #expect(!sink.isTerminal)
    }
}
