/// The rows that repeated answers to one question have shown together.
struct RowUnion: Equatable, Sendable {
    private(set) var ids: Set<UInt64> = []
    /// Answers so far.
    private(set) var passCount = 0
    /// Answers in a row, the latest one included, after which the union holds the same rows.
    private(set) var stableCount = 0

    var isEmpty: Bool { passCount == 0 }

    /// Adds the rows of one answer, or of one pass over several pages.
    /// - Returns: whether some of them are new.
    @discardableResult
    mutating func add(_ rows: some Sequence<UInt64>) -> Bool {
        let before = ids.count
        ids.formUnion(rows)
        let hasGrown = ids.count > before
        passCount += 1
        stableCount = hasGrown || passCount == 1 ? 1 : stableCount + 1
        return hasGrown
    }

    /// What was shown before is no longer comparable.
    mutating func restart() {
        stableCount = 0
    }
}
