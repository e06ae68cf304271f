/// What becomes of a live feed's plan and position when the platform's clock is not what it was
/// taken for.
extension Feed {
    /// Drops what was planned beyond `target`, which the platform's clock has not reached.
    mutating func retract(to target: UTCInstant, now: Ticks) -> LedgerChange? {
        var change = LedgerChange(stream: id)
        while let last = tiles.last, last.reader.window.end > target {
            _ = removeLastTile()
            if last.isRecorded { change.removed.append(last.reader.window.start) }
        }
        nextPlan = now
        return change.removed.isEmpty ? nil : change
    }

    /// Where a live feed can have come to by that time. A sweep waits where it began.
    func newestEnd(at platformNow: UTCInstant) -> UTCInstant {
        let end = platformNow.advanced(bySeconds: -policy.settle)
        return id.kind.isSweep ? max(end, min(began, platformNow)) : end
    }

    /// Takes the cursor back: the platform's clock was set back, so what lies behind `target` was
    /// read before it happened.
    /// - Parameter unsure: seconds for which the clock may have been set back already: changes of
    ///   that time are read again.
    mutating func rewind(
        to target: UTCInstant, since unsure: Int64 = 0, now: Ticks
    ) -> LedgerChange? {
        let end = target
        let target = target.advanced(bySeconds: -unsure)
        guard direction == .forward, cursor > target else { return retract(to: end, now: now) }
        var change = LedgerChange(stream: id)
        change.removed = tiles.filter(\.isRecorded).map(\.reader.window.start)
        change.cursorBefore = cursor
        change.cursor = target
        tiles = []
        // Their rests were counted by the wrong clock.
        for index in skipped.indices { skipped[index].again = min(skipped[index].again, end) }
        cursor = target
        forgetOverlap(before: cursor)
        nextPlan = now
        return change
    }
}
