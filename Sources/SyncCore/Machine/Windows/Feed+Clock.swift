/// What becomes of a live feed's plan and position when the platform's clock is not what it was
/// taken for.
extension Feed {
    mutating func note(_ jump: ClockJump, platformNow: UTCInstant) {
        guard direction == .forward else { return }
        var jump = jump
        jump.again = platformNow.advanced(bySeconds: ClockJump.pauseFirst - policy.settle)
        clockJumps.append(jump)
        if clockJumps.count > ClockJump.countMax { clockJumps.removeFirst() }
        nextPlan = jump.at
    }

    /// Has the next overlap reach back to before a jump, at doubling pauses until what changed then
    /// is visible.
    /// - Returns: whether it has to.
    mutating func takeUpClockJumps(at now: UTCInstant) -> Bool {
        guard !id.kind.isSweep else { return false }
        var isDue = false
        for index in clockJumps.indices where clockJumps[index].again <= now {
            guard let pause = clockJumps[index].pause else { continue }
            let reach = clockJumps[index].before.advanced(bySeconds: 3)
            overlapPending = min(overlapPending ?? reach, reach)
            isDue = true
            let next = min(2 * pause, policy.overlap + 3)
            clockJumps[index].pause = next > pause ? next : nil
            clockJumps[index].again = clockJumps[index].again.advanced(bySeconds: next - pause)
        }
        return isDue
    }

    /// A sweep reads what changed before a jump only after its delay in real time.
    func sweepTargetAfterJump(_ now: MonotonicInstant) -> UTCInstant? {
        guard id.kind.isSweep else { return nil }
        return clockJumps.compactMap { jump in
            let seconds = now.milliseconds(since: jump.at) / 1_000
            guard seconds < policy.settle else { return nil }
            return jump.before.advanced(bySeconds: seconds - policy.settle)
        }.min()
    }

    /// Drops what was planned beyond `target`, which the platform's clock has not reached.
    mutating func retract(to target: UTCInstant, now: MonotonicInstant) -> LedgerChange? {
        var change = LedgerChange(stream: id)
        while let last = tasks.last, last.reader.window.end > target {
            _ = removeLastTask()
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
        to target: UTCInstant, since unsure: Int64 = 0, now: MonotonicInstant
    ) -> LedgerChange? {
        let end = target
        let target = target.advanced(bySeconds: -unsure)
        // A sweep goes back only from where it cannot be: live reads cover the unsure time.
        let reached = id.kind.isSweep ? end : target
        guard direction == .forward, cursor > reached else { return retract(to: end, now: now) }
        var change = LedgerChange(stream: id)
        change.removed = tasks.filter(\.isRecorded).map(\.reader.window.start)
        change.cursorBefore = cursor
        change.cursor = target
        tasks = []
        // Their pauses were counted by the wrong clock.
        for index in skipped.indices { skipped[index].again = min(skipped[index].again, end) }
        clockJumps = []
        cursor = target
        forgetOverlap(before: cursor)
        nextPlan = now
        return change
    }
}
