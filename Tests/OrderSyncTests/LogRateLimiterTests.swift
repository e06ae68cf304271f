import SyncCore
import Testing

@testable import Engine

@Suite struct LogRateLimiterTests {
    /// A thousand shops that each have something to say twice a second.
    @Test func aStormIsSixtyLinesAMinute() {
        var budget = LogRateLimiter()
        var written = 0
        var leftOut: Int64 = 0
        for second in 0..<600 {
            for _ in 0..<2_000 {
                let now = MonotonicInstant(milliseconds: Int64(second) * 1_000)
                guard let before = budget.take(now: now) else { continue }
                written += 1
                leftOut += before
            }
        }
        #expect(written == 10 * LogRateLimiter.linesMax)
        // The last minute's are reported with the first line after it.
        let last = budget.take(now: MonotonicInstant(milliseconds: 600_000))
        let lost: Int64 = 120_000 - 60
        #expect(last == lost)
        #expect(leftOut == 9 * lost)
    }

    @Test func aFewLinesAreAllWritten() {
        var budget = LogRateLimiter()
        for second in 0..<3_600 {
            let before = budget.take(now: MonotonicInstant(milliseconds: Int64(second) * 1_000))
            #expect(before == 0)
        }
    }
}
