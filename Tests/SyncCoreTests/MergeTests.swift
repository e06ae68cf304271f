import Testing

@testable import SyncCore

@Suite struct MergeTests {
    private func row(_ modified: Int64, hash: UInt64, _ status: OrderStatus = .paid) -> OrderRow {
        var row = OrderRow()
        row.modifiedAt = UTCInstant(seconds: modified)
        row.contentHash = hash
        row.status = status
        row.paymentFen = 100
        return row
    }

    private func stored(details: UInt64?) -> StoredVersion {
        StoredVersion(
            modifiedAt: UTCInstant(seconds: 50), hasDetails: details != nil, listHash: 7,
            detailHash: details ?? 0, status: .paid, paymentFen: 100)
    }

    // Stored: modified at 50, list row 7, detail 9 where there is one.
    @Test(
        arguments: [
            ("older", nil, 49, 8, .list, .ignore), ("older detail", 9, 49, 8, .detail, .ignore),
            ("newer", nil, 51, 8, .list, .update),
            ("newer than a detail", 9, 51, 8, .list, .update),
            ("the same again", nil, 50, 7, .list, .ignore),
            ("changed twice in a second", nil, 50, 8, .list, .update),
            ("first detail", nil, 50, 8, .detail, .update),
            ("first detail, no hash", nil, 50, 0, .detail, .update),
            ("the same detail", 9, 50, 9, .detail, .ignore),
            ("a later detail", 9, 50, 10, .detail, .update),
            ("the row again", 9, 50, 7, .list, .ignore),
            ("another row", 9, 50, 8, .list, .noteListRow(contradictsDetail: false)),
        ] as [(String, UInt64?, Int64, UInt64, RecordSource, MergeDecision)])
    func theNewerVersionWins(
        why: String, details: UInt64?, modified: Int64, hash: UInt64, source: RecordSource,
        expected: MergeDecision
    ) {
        let decision = mergeDecision(
            stored: stored(details: details), incoming: row(modified, hash: hash), source: source,
            askedMilliseconds: 1)
        #expect(decision == expected, "\(why)")
    }

    @Test func aNewRowIsInserted() {
        #expect(mergeDecision(stored: nil, incoming: row(1, hash: 1), source: .list) == .insert)
    }

    @Test func aRowThatContradictsADetailIsReported() {
        let contradiction = MergeDecision.noteListRow(contradictsDetail: true)
        let closed = row(50, hash: 8, .closed)
        let detailed = stored(details: 9)
        #expect(mergeDecision(stored: detailed, incoming: closed, source: .list) == contradiction)
        var paid = row(50, hash: 8)
        paid.paymentFen = 99
        #expect(mergeDecision(stored: detailed, incoming: paid, source: .list) == contradiction)
        paid.paymentFen = nil  // Lists of promotion days leave it out.
        #expect(mergeDecision(stored: detailed, incoming: paid, source: .list) != contradiction)
    }

    /// A list contradicted the detail, which was therefore read again.
    @Test(
        arguments: [
            ("it is what it was", 9, .confirmDetail), ("it has changed", 10, .update),
            ("it has no hash", 0, .update),
        ] as [(String, UInt64, MergeDecision)])
    func aContradictedDetailIsConfirmedOrUpdated(why: String, hash: UInt64, expected: MergeDecision)
    {
        var contradicted = stored(details: 9)
        contradicted.hasDetails = false
        let detail = row(50, hash: hash)
        #expect(
            mergeDecision(stored: contradicted, incoming: detail, source: .detail) == expected,
            "\(why)")
        // One that was asked for before the contradiction proves nothing.
        contradicted.askedMilliseconds = 2_000
        let early = mergeDecision(
            stored: contradicted, incoming: detail, source: .detail, askedMilliseconds: 1_999)
        #expect(early == .ignore, "\(why)")
    }

    /// A row without content says nothing about a version that is stored, but for its status.
    @Test func aHollowRowStatesNoMoreThanItsStatus() {
        for details in [nil, 9] as [UInt64?] {
            var hollow = row(50, hash: 8)
            hollow.paymentFen = nil
            let stored = stored(details: details)
            #expect(mergeDecision(stored: stored, incoming: hollow, source: .list) == .ignore)
            hollow.status = .closed
            let decision = mergeDecision(stored: stored, incoming: hollow, source: .list)
            let note = MergeDecision.noteListRow(contradictsDetail: true)
            #expect(decision == (details == nil ? .update : note))
        }
    }

    /// A sweep finds a row without content unchanged. The detail was read in the very second of
    /// the change, so it may lack another change of that second: it is read once more, and what is
    /// read long after the change is believed.
    @Test(
        arguments: [
            ("read at once", 51, 700, .doubtDetail), ("read half a minute later", 81, 700, .ignore),
            ("looked at soon after", 51, 169, .ignore),
            ("looked at two minutes after", 51, 170, .doubtDetail),
        ] as [(String, Int64, Int64, MergeDecision)])
    func aDetailThatIsTooFreshIsDoubted(
        why: String, detailAt: Int64, sweepAt: Int64, expected: MergeDecision
    ) {
        // The machine's clock is 1,000 s ahead of the platform's.
        var stored = stored(details: 9)
        stored.askedMilliseconds = (detailAt + 1_000) * 1_000
        var hollow = row(50, hash: 7)
        hollow.paymentFen = nil
        func decide(_ at: UTCInstant?) -> MergeDecision {
            mergeDecision(
                stored: stored, incoming: hollow, source: .list,
                askedMilliseconds: (sweepAt + 1_000) * 1_000, askedAt: at)
        }
        #expect(decide(UTCInstant(seconds: sweepAt)) == expected, "\(why)")
        #expect(decide(nil) == .ignore, "live reads doubt nothing")
        let again = mergeDecision(
            stored: stored, incoming: row(50, hash: 9), source: .detail,
            askedMilliseconds: (sweepAt + 1_000) * 1_000)
        #expect(again == .confirmDetail)
    }

    /// Answers overtake each other: the one asked for later knows more of the same second.
    @Test func anOvertakenAnswerDoesNotWin() {
        var stored = stored(details: nil)
        stored.askedMilliseconds = 2_000
        let row = row(50, hash: 8, .closed)
        for (asked, expected) in [(1_999, .ignore), (2_000, .update), (2_001, .update)]
            as [(Int64, MergeDecision)]
        {
            let decision = mergeDecision(
                stored: stored, incoming: row, source: .list, askedMilliseconds: asked)
            #expect(decision == expected, "\(asked)")
        }
    }
}
