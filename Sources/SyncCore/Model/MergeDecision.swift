/// What becomes of an order that an answer states.
public enum MergeDecision: Equatable, Sendable {
    case insert
    /// Replace what the answer states; keep what it leaves out.
    case update
    /// Older than what is stored, or exactly the same: write nothing.
    case ignore
    /// The stored detail, read again because it was in doubt, is unchanged.
    case confirmDetail
    /// A row without content, long after a detail that was read at once: a second change of the
    /// same second would look the same. Or a row that is older than what was stored long ago. The
    /// detail is read again when no other work needs the call.
    case doubtDetail
    /// The same second as a stored detail, and a list row that was not seen before. When it
    /// contradicts the detail, the detail has to be read again.
    case noteListRow(contradictsDetail: Bool)
}

/// Decides what becomes of an order, from what `RowVersion` says of its version. On a tie a detail
/// beats a list row, and a sparse row of a stored version states only its status.
/// - Parameters:
///   - askedMilliseconds: when the answer was requested, by the machine's clock.
///   - askedAt: the same by the platform's clock; nil where a detail is not to be doubted.
///   - clocks: when the answer came.
public func mergeDecision(
    stored: StoredVersion?, incoming: OrderRow, source: RecordSource,
    askedMilliseconds: Int64 = .max, askedAt: UTCInstant? = nil,
    clocks: MergeClocks = MergeClocks()
) -> MergeDecision {
    guard let stored else { return .insert }
    let row = stored.row(from: source)
    let stated = RowVersion(
        stating: incoming.modifiedAt, contentHash: incoming.contentHash,
        askedMilliseconds: askedMilliseconds, by: clocks)
    let verdict = stated.verdict(over: row, by: clocks)
    switch (verdict, source) {
    case (.newer, _): return .update
    case (.older, _), (.overtaken, _), (.contested, .detail): return .ignore
    case (.contested, .list):
        // A list that shows it so late may be right: the order itself decides.
        return askedAt != nil ? .doubtDetail : .ignore
    case (.revised, .detail): return .update
    case (.same, .detail):
        // Also a request that the machine's clock dates before the stored one has to be noted.
        return stored.hasDetails && stated.wasRequestedWith(row) ? .ignore : .confirmDetail
    case (.same, .list), (.revised, .list):
        if incoming.isSparse, incoming.status == stored.status {
            let isDoubtful = mayMissChange(stored, stated, askedAt)
            return isDoubtful ? .doubtDetail : .ignore
        }
        if verdict == .same { return .ignore }
        guard stored.hasDetails else { return .update }
        return .noteListRow(contradictsDetail: stored.isContradicted(by: incoming))
    }
}

/// How long after the change a row without content makes it worth looking again.
private let doubtAgeSeconds: Int64 = 120

/// The stored detail was read so soon after its change that it may miss another one of its second.
private func mayMissChange(
    _ stored: StoredVersion, _ stated: RowVersion, _ askedAt: UTCInstant?
) -> Bool {
    guard stored.hasDetails, stored.detailHash != 0, let askedAt,
        askedAt.seconds(since: stored.modifiedAt) >= doubtAgeSeconds
    else { return false }
    return stored.row(from: .detail).wasFresh(seenFrom: stated, requestedAt: askedAt)
}
