import SyncCore
import Testing

@testable import Engine

@Suite struct StoreTroubleTests {
    private func at(_ seconds: Int64) -> MonotonicInstant {
        MonotonicInstant(milliseconds: seconds * 1_000)
    }

    /// A disk that is full for a day: a line an hour, not thousands.
    @Test func aDayOfTheSameFailureIsALineAnHour() {
        var trouble = StoreTrouble()
        let logged = stride(from: 0, to: 86_400, by: 10).filter {
            trouble.failed("no space", now: at(1_000 + $0))
        }
        #expect(logged.count == 24)
        #expect(logged.first == 0)
        #expect(trouble.attempts == 8_640)
        let paused = trouble.succeeded(now: at(1_000 + 86_400))
        let again = trouble.succeeded(now: at(1_000 + 86_401))
        #expect(paused == 86_400)
        #expect(again == nil)
        #expect(trouble.line == nil)
    }

    @Test func anotherReasonIsNews() {
        var trouble = StoreTrouble()
        let lines = ["no space", "no space", "read-only"]
        let logged = lines.enumerated().map {
            trouble.failed($0.element, now: at(5_000 + Int64($0.offset)))
        }
        #expect(logged == [true, false, true])
        let paused = trouble.succeeded(now: at(5_010))
        let isNews = trouble.failed("read-only", now: at(5_011))
        #expect(paused == 10)
        #expect(isNews)
        #expect(trouble.attempts == 1)
    }
}
