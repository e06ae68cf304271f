extension Feed {
    // MARK: Progress

    /// What to store with a page that proves nothing yet: its rows, and that it is doubtful.
    mutating func keep(taskAt index: Int, rowCount: Int) -> LedgerChange {
        var change = LedgerChange(stream: id)
        change.rowCount = rowCount
        change.isUrgent = direction == .forward
        change.keepsError = true
        if id.kind == .orders { change.freshFrom = freshFrom(taskAt: index) }
        if id.kind.isSweep { change.freshFrom = tasks[index].reader.window.end }
        countedSpans = tasks[index].reader.countedSpans
        tasks[index].rows += rowCount
        tasks[index].endFailureQuarantine()
        guard tasks[index].isInDoubt, tasks[index].attempt > 0, !tasks[index].isRecordedAsSuspect
        else { return change }
        (tasks[index].isRecorded, tasks[index].isRecordedAsSuspect) = (true, true)
        change.written.append(tasks[index].record(.suspect))
        return change
    }

    /// The ledger's view after a page of the task at `index` that moves it on, which may be
    /// complete.
    mutating func advance(taskAt index: Int, isComplete: Bool, rowCount: Int) -> LedgerChange {
        var change = LedgerChange(stream: id)
        change.rowCount = rowCount
        endIsExclusive = endIsExclusive || tasks[index].reader.endIsExclusive
        span = tasks[index].reader.span
        growthHoldoff = tasks[index].reader.growthHoldoff
        countedSpans = tasks[index].reader.countedSpans
        tasks[index].rows += rowCount
        tasks[index].state = isComplete ? .done : .ready
        tasks[index].endFailureQuarantine()
        if isComplete || tasks[index].reader.hasProgressed {
            tasks[index].attempt = 0
            tasks[index].isQuarantined = false
        }
        if tasks[index].reader.hasProvenRows { noteProvenRows() }
        change.provenSpan = tasks[index].reader.provenSpan
        if id.kind == .orders { change.freshFrom = freshFrom(taskAt: index) }
        // All of a sweep's time was read before.
        if id.kind.isSweep { change.freshFrom = tasks[index].reader.window.end }
        switch direction {
        case .forward:
            change.isUrgent = tasks[index].reader.window.seconds <= Self.backlogTaskMin
            if isComplete { noteBusyness(of: tasks[index]) }
            advanceForward(taskAt: index, &change)
        case .backward:
            advanceBackward(taskAt: index, &change)
        }
        change.keepsError =
            tasks.contains { $0.attempt > 0 } || isDoubtful
            || policy.mode == .seek && countedSpans > 0
        return change
    }

    /// What lies before the oldest unread task was read, so a change that turns up there was not
    /// visible then. First reads and reads of a backlog say nothing about the lag.
    private func freshFrom(taskAt index: Int) -> UTCInstant? {
        let reader = tasks[index].reader
        let isBacklog = reader.window.seconds >= Self.backlogTaskMin
        return isBacklog || reader.readStart < began ? nil : readEnd(of: tasks[..<index])
    }

    /// How far a sweep may follow a live feed: everything older was read, or is quarantined. One
    /// order that the platform fails at must not stop the sweeps.
    var readEnd: UTCInstant { readEnd(of: tasks[...]) }

    private func readEnd(of tasks: ArraySlice<WindowTask>) -> UTCInstant {
        let passed = tasks.prefix { $0.state == .done || $0.isQuarantined }
        return passed.last?.reader.window.end ?? cursor
    }

    /// What is quarantined, in ascending order.
    var quarantinedWindows: [TimeWindow] { tasks.filter(\.isQuarantined).map(\.openWindow) }

    private mutating func advanceForward(taskAt index: Int, _ change: inout LedgerChange) {
        guard tasks[index].state == .done else {
            (tasks[index].isRecorded, tasks[index].isRecordedAsSuspect) = (true, false)
            return change.written.append(tasks[index].record(.open))
        }
        let done = joinDone(at: index, &change)
        guard done == 0, mayPass(tasks[0].reader.window.end) else {
            tasks[done].isRecorded = true
            return change.written.append(tasks[done].record(.done))
        }
        let first = tasks.removeFirst()
        if first.isRecorded { change.removed.append(first.reader.window.start) }
        change.cursorBefore = cursor
        cursor = max(cursor, first.reader.window.end)
        change.cursor = cursor
    }

    /// Makes one task of all that are done around `index`: those that wait behind an unread one
    /// stay few, however long it backs off.
    /// - Returns: where that task is.
    private mutating func joinDone(at index: Int, _ change: inout LedgerChange) -> Int {
        var range = index...index
        while range.lowerBound > 0, tasks[range.lowerBound - 1].state == .done {
            range = range.lowerBound - 1...range.upperBound
        }
        while range.upperBound + 1 < tasks.count, tasks[range.upperBound + 1].state == .done {
            range = range.lowerBound...range.upperBound + 1
        }
        change.removed += tasks[range].dropFirst().filter(\.isRecorded).map(\.reader.window.start)
        let joined = WindowTask.done(tasks[range])
        tasks.replaceSubrange(range, with: [joined])
        return range.lowerBound
    }

    /// Whether the cursor may move there: a restart reads two overlaps before the cursor again, so
    /// an overlap that is still to be read must not begin earlier.
    private func mayPass(_ end: UTCInstant) -> Bool {
        let unread = tasks.filter { $0.state != .done && !$0.isQuarantined }.map(\.reader.readStart)
        let pending = overlapPending.map { [$0.advanced(bySeconds: -policy.overlap)] } ?? []
        return (unread + pending).allSatisfy { end.seconds(since: $0) <= 2 * policy.overlap }
    }

    private mutating func advanceBackward(taskAt index: Int, _ change: inout LedgerChange) {
        guard tasks[index].state == .done else {
            tasks[index].isRecordedAsSuspect = false
            change.written.append(tasks[index].record(.open))
            return
        }
        change.removed.append(tasks[index].reader.window.start)
        tasks.remove(at: index)
        guard hasCursor else { return }
        let openEnd = tasks.last?.reader.window.end ?? remaining.end
        change.cursorBefore = cursor
        cursor = min(cursor, openEnd)
        change.cursor = cursor
    }

    /// A poll that needed several pages only because of its overlap marks a busy shop.
    private mutating func noteBusyness(of task: WindowTask) {
        let seconds = max(1, task.reader.window.end.seconds(since: task.reader.readStart))
        changeRate.observe(changes: task.rows, seconds: seconds, end: task.reader.window.end)
        guard task.readsOverlap else { return }
        // What was skipped has been read: the next such seconds are asked for soon again.
        if skipped.isEmpty, overlapPending == nil { skipRest = SkippedSeconds.restMin }
        // Pages of a backlog, or of more than one request spans, say nothing about what polls find.
        guard task.reader.window.seconds < Self.backlogTaskMin, seconds <= policy.spanMax else {
            return
        }
        isBusy = task.reader.hasFullPages
    }

    // MARK: What the platform fails at

    /// The platform answers for other times of the stream, and at the shortest span of this task
    /// it fails, or its answers stay doubtful: the task is quarantined, so that the rest continues
    /// without it.
    /// - Returns: what to store, and the window that is quarantined now, if one is; nil while
    ///   there is no need.
    mutating func quarantine(taskAt index: Int) -> (LedgerChange, window: TimeWindow?)? {
        let task = tasks[index]
        let isStuck = task.reader.isStuck
        if task.isQuarantined, isStuck { tasks[index].reader.quarantine() }
        guard !task.isQuarantined, isStuck || isFailingAlone(task),
            tasks.count(where: \.isQuarantined) < policy.quarantineMax
        else { return nil }
        // Everything new was read: what fails is a re-read, which continues behind those seconds.
        if task.reader.openEnd <= task.reader.window.start {
            let isComplete = skipped.count >= policy.quarantineMax || skip(taskAt: index)
            if isStuck { noteDoubtfulSpan() }
            return (
                isComplete
                    ? advance(taskAt: index, isComplete: true, rowCount: 0)
                    : LedgerChange(stream: id), nil
            )
        }
        var change = LedgerChange(stream: id)
        var place = index
        if let rest = tasks[index].reader.splitOff() {
            var older = WindowTask(reader: rest, overlapReadBefore: task.overlapReadBefore)
            (older.isRecorded, older.calls) = (true, task.calls)
            tasks.insert(older, at: index)
            change.written.append(older.record(.open))
            place += 1
        }
        tasks[place].isQuarantined = true
        tasks[place].attempt = 1  // Its pauses grow anew, and longer.
        (tasks[place].isRecorded, tasks[place].isRecordedAsSuspect) = (true, true)
        if isStuck {
            tasks[place].reader.quarantine()
            noteDoubtfulSpan()
        }
        change.written.append(tasks[place].record(.suspect))
        change.keepsError = true
        return (change, tasks[place].reader.window)
    }

    private func isFailingAlone(_ task: WindowTask) -> Bool {
        guard task.failures >= WindowTask.failureLimit, task.reader.isNarrowest else {
            return false
        }
        return task.failingSince.map { lastRead > $0 } ?? false
    }

    /// - Returns: whether nothing is left behind the seconds that are skipped.
    private mutating func skip(taskAt index: Int) -> Bool {
        let (hole, isComplete) = tasks[index].reader.skip()
        let again = tasks[index].reader.window.end.advanced(bySeconds: skipRest)
        skipped.append(SkippedSeconds(window: hole, again: again))
        tasks[index].state = .ready
        tasks[index].attempt = 0
        return isComplete
    }

    /// Leaves behind what the platform no longer returns: it would refuse such a request each time.
    mutating func leaveBehind(platformNow: UTCInstant, now: MonotonicInstant) -> LedgerChange? {
        guard let horizon = policy.horizon, direction == .forward else { return nil }
        let oldest = platformNow.advanced(bySeconds: 2 * policy.overlap - horizon)
        guard cursor < oldest, !tasks.contains(where: \.isCalling) else { return nil }
        var change = LedgerChange(stream: id)
        change.removed = tasks.filter(\.isRecorded).map(\.reader.window.start)
        change.cursorBefore = cursor
        cursor = oldest.advanced(bySeconds: Self.horizonMargin)
        change.cursor = cursor
        tasks = []
        forgetOverlap(before: cursor)
        nextPlan = now
        return change
    }
}
