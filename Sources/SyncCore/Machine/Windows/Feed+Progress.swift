extension Feed {
    // MARK: Progress

    /// What to store with a page that proves nothing yet: its rows, and that it is doubtful.
    mutating func keep(tileAt index: Int, rowCount: Int) -> LedgerChange {
        var change = LedgerChange(stream: id)
        change.rowCount = rowCount
        change.isUrgent = direction == .forward
        change.keepsError = true
        if id.kind == .orders { change.freshFrom = freshFrom(tileAt: index) }
        if id.kind.isSweep { change.freshFrom = tiles[index].reader.window.end }
        countedSpans = tiles[index].reader.countedSpans
        tiles[index].rows += rowCount
        tiles[index].endFailureQuarantine()
        guard tiles[index].isInDoubt, tiles[index].attempt > 0, !tiles[index].isRecordedAsSuspect
        else { return change }
        (tiles[index].isRecorded, tiles[index].isRecordedAsSuspect) = (true, true)
        change.written.append(tiles[index].record(.suspect))
        return change
    }

    /// The ledger's view after a page of the tile at `index` that moves it on, which may be
    /// complete.
    mutating func advance(tileAt index: Int, isComplete: Bool, rowCount: Int) -> LedgerChange {
        var change = LedgerChange(stream: id)
        change.rowCount = rowCount
        endIsExclusive = endIsExclusive || tiles[index].reader.endIsExclusive
        span = tiles[index].reader.span
        caution = tiles[index].reader.caution
        countedSpans = tiles[index].reader.countedSpans
        tiles[index].rows += rowCount
        tiles[index].state = isComplete ? .done : .ready
        tiles[index].endFailureQuarantine()
        if isComplete || tiles[index].reader.hasProgressed {
            tiles[index].attempt = 0
            tiles[index].isSetAside = false
        }
        if tiles[index].reader.hasProvenRows { noteProvenRows() }
        change.provenSpan = tiles[index].reader.provenSpan
        if id.kind == .orders { change.freshFrom = freshFrom(tileAt: index) }
        // All of a sweep's time was read before.
        if id.kind.isSweep { change.freshFrom = tiles[index].reader.window.end }
        switch direction {
        case .forward:
            change.isUrgent = tiles[index].reader.window.seconds <= Self.backlogTileMin
            if isComplete { noteBusyness(of: tiles[index]) }
            advanceForward(tileAt: index, &change)
        case .backward:
            advanceBackward(tileAt: index, &change)
        }
        change.keepsError =
            tiles.contains { $0.attempt > 0 } || isDoubtful
            || policy.mode == .seek && countedSpans > 0
        return change
    }

    /// What lies before the oldest unread tile was read, so a change that turns up there was not
    /// visible then. Reads of what nobody has read before, and of a backlog, tell nothing of the
    /// lag.
    private func freshFrom(tileAt index: Int) -> UTCInstant? {
        let reader = tiles[index].reader
        let isBacklog = reader.window.seconds >= Self.backlogTileMin
        return isBacklog || reader.readStart < began ? nil : readEnd(of: tiles[..<index])
    }

    /// How far a sweep may follow a live feed: everything older was read, or is quarantined. One
    /// order that the platform fails at must not stop the sweeps.
    var readEnd: UTCInstant { readEnd(of: tiles[...]) }

    private func readEnd(of tiles: ArraySlice<Tile>) -> UTCInstant {
        let passed = tiles.prefix { $0.state == .done || $0.isSetAside }
        return passed.last?.reader.window.end ?? cursor
    }

    /// What is quarantined, in ascending order.
    var quarantinedWindows: [TimeWindow] { tiles.filter(\.isSetAside).map(\.openWindow) }

    private mutating func advanceForward(tileAt index: Int, _ change: inout LedgerChange) {
        guard tiles[index].state == .done else {
            (tiles[index].isRecorded, tiles[index].isRecordedAsSuspect) = (true, false)
            return change.written.append(tiles[index].record(.open))
        }
        let done = joinDone(at: index, &change)
        guard done == 0, mayPass(tiles[0].reader.window.end) else {
            tiles[done].isRecorded = true
            return change.written.append(tiles[done].record(.done))
        }
        let first = tiles.removeFirst()
        if first.isRecorded { change.removed.append(first.reader.window.start) }
        change.cursorBefore = cursor
        cursor = max(cursor, first.reader.window.end)
        change.cursor = cursor
    }

    /// Makes one tile of all that are done around `index`: those that wait behind an unread one
    /// stay few, however long it rests.
    /// - Returns: where that tile is.
    private mutating func joinDone(at index: Int, _ change: inout LedgerChange) -> Int {
        var range = index...index
        while range.lowerBound > 0, tiles[range.lowerBound - 1].state == .done {
            range = range.lowerBound - 1...range.upperBound
        }
        while range.upperBound + 1 < tiles.count, tiles[range.upperBound + 1].state == .done {
            range = range.lowerBound...range.upperBound + 1
        }
        change.removed += tiles[range].dropFirst().filter(\.isRecorded).map(\.reader.window.start)
        let joined = Tile.done(tiles[range])
        tiles.replaceSubrange(range, with: [joined])
        return range.lowerBound
    }

    /// Whether the cursor may move there: a restart reads two overlaps before the cursor again, so
    /// an overlap that is still to be read must not begin earlier.
    private func mayPass(_ end: UTCInstant) -> Bool {
        let unread = tiles.filter { $0.state != .done && !$0.isSetAside }.map(\.reader.readStart)
        let pending = overlapOwed.map { [$0.advanced(bySeconds: -policy.overlap)] } ?? []
        return (unread + pending).allSatisfy { end.seconds(since: $0) <= 2 * policy.overlap }
    }

    private mutating func advanceBackward(tileAt index: Int, _ change: inout LedgerChange) {
        guard tiles[index].state == .done else {
            tiles[index].isRecordedAsSuspect = false
            change.written.append(tiles[index].record(.open))
            return
        }
        change.removed.append(tiles[index].reader.window.start)
        tiles.remove(at: index)
        guard hasCursor else { return }
        let openEnd = tiles.last?.reader.window.end ?? remaining.end
        change.cursorBefore = cursor
        cursor = min(cursor, openEnd)
        change.cursor = cursor
    }

    /// A poll that needed several pages only because of its overlap marks a busy shop.
    private mutating func noteBusyness(of tile: Tile) {
        guard tile.readsOverlap else { return }
        // What was skipped has been read: the next such seconds are asked for soon again.
        if skipped.isEmpty, overlapOwed == nil { skipRest = SkippedSeconds.restMin }
        let seconds = max(1, tile.reader.window.end.seconds(since: tile.reader.readStart))
        // Pages of a backlog, or of more than a request spans, tell nothing of what polls find.
        guard tile.reader.window.seconds < Self.backlogTileMin, seconds <= policy.spanMax else {
            return
        }
        isBusy = tile.reader.hasFullPages
        changeRate = changeRate * 0.8 + Double(tile.rows) / Double(seconds) * 0.2
    }

    // MARK: What the platform fails at

    /// The platform answers for other times of the stream, and at the shortest span of this tile
    /// it fails, or its answers stay doubtful: the tile is quarantined, so that the rest can go on
    /// without it.
    /// - Returns: what to store, and the window that is quarantined now, if one is; nil while
    ///   there is no need.
    mutating func setAside(tileAt index: Int) -> (LedgerChange, window: TimeWindow?)? {
        let tile = tiles[index]
        let isStuck = tile.reader.isStuck
        if tile.isSetAside, isStuck { tiles[index].reader.quarantine() }
        guard !tile.isSetAside, isStuck || isFailingAlone(tile),
            tiles.count(where: \.isSetAside) < policy.setAsideMax
        else { return nil }
        // All that is new was read: what fails is a second look, and goes on behind those seconds.
        if tile.reader.openEnd <= tile.reader.window.start {
            let isComplete = skipped.count >= policy.setAsideMax || skip(tileAt: index)
            if isStuck { noteDoubtfulSpan() }
            return (
                isComplete
                    ? advance(tileAt: index, isComplete: true, rowCount: 0)
                    : LedgerChange(stream: id), nil
            )
        }
        var change = LedgerChange(stream: id)
        var place = index
        if let rest = tiles[index].reader.splitOff() {
            var older = Tile(reader: rest, overlapReadBefore: tile.overlapReadBefore)
            (older.isRecorded, older.calls) = (true, tile.calls)
            tiles.insert(older, at: index)
            change.written.append(older.record(.open))
            place += 1
        }
        tiles[place].isSetAside = true
        tiles[place].attempt = 1  // Its pauses grow anew, and longer.
        (tiles[place].isRecorded, tiles[place].isRecordedAsSuspect) = (true, true)
        if isStuck {
            tiles[place].reader.quarantine()
            noteDoubtfulSpan()
        }
        change.written.append(tiles[place].record(.suspect))
        change.keepsError = true
        return (change, tiles[place].reader.window)
    }

    private func isFailingAlone(_ tile: Tile) -> Bool {
        guard tile.failures >= Tile.patience, tile.reader.isNarrowest else { return false }
        return tile.failingSince.map { lastRead > $0 } ?? false
    }

    /// - Returns: whether nothing is left behind the seconds that are skipped.
    private mutating func skip(tileAt index: Int) -> Bool {
        let (hole, isComplete) = tiles[index].reader.skip()
        let again = tiles[index].reader.window.end.advanced(bySeconds: skipRest)
        skipped.append(SkippedSeconds(window: hole, again: again))
        tiles[index].state = .ready
        tiles[index].attempt = 0
        return isComplete
    }
}
