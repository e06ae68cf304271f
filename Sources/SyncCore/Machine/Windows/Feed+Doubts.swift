/// A stream whose answers do not prove that they are whole.
extension Feed {
    /// Longest interval between polls of a doubtful stream, unless it is configured longer.
    static let doubtfulPollMax: Int64 = 10_000

    /// Answers are doubtful wherever the stream asks. Shorter spans do not show where the fault is,
    /// so the rows of repeated answers are accepted and reported as doubtful.
    var isDoubtful: Bool {
        doubtStreak > 0
            || 2 * tasks.count { $0.isQuarantined && $0.isInDoubt } >= policy.quarantineMax
    }

    mutating func noteDoubtfulSpan() {
        doubtStreak += 1
        (span, growthHoldoff) = (max(span, policy.spanFirst), 0)
        // The answer to a call in flight proves the span that was asked for, not a longer one.
        for index in tasks.indices where !tasks[index].isQuarantined && !tasks[index].isCalling {
            tasks[index].reader.widen(to: policy.spanFirst)
        }
    }

    mutating func noteProvenRows() { doubtStreak = 0 }

    /// Milliseconds between polls: a doubtful stream needs several calls for each.
    func pollInterval(_ interval: Int64) -> Int64 {
        isDoubtful ? max(interval, min(4 * interval, Self.doubtfulPollMax)) : interval
    }
}
