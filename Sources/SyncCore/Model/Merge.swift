/// What the database holds of an order, as far as a merge decision needs it.
public struct StoredVersion: Equatable, Sendable {
    public var modifiedAt: UTCInstant
    /// The stored version's details are in.
    public var hasDetails: Bool
    /// Hash of the newest list row seen for this version; 0 when none was.
    public var listHash: UInt64
    /// Hash of the newest detail seen for this version; 0 when none was.
    public var detailHash: UInt64
    public var status: OrderStatus
    public var paymentFen: Int64?
    /// When the answer that stated it was asked for, in milliseconds.
    public var askedMilliseconds: Int64
    /// Why `modifiedAt` may be wrong.
    public var doubt = RowVersion.TimeDoubt.none

    public var row: RowVersion {
        RowVersion(modifiedAt: modifiedAt, askedMilliseconds: askedMilliseconds, doubt: doubt)
    }

    public init(
        modifiedAt: UTCInstant, hasDetails: Bool, listHash: UInt64, detailHash: UInt64,
        status: OrderStatus, paymentFen: Int64?, askedMilliseconds: Int64 = 0
    ) {
        self.modifiedAt = modifiedAt
        self.hasDetails = hasDetails
        self.listHash = listHash
        self.detailHash = detailHash
        self.status = status
        self.paymentFen = paymentFen
        self.askedMilliseconds = askedMilliseconds
    }

    /// A list's row of the same second states another status or amount than the stored detail.
    public func isContradicted(by row: OrderRow) -> Bool {
        row.status != status || (row.paymentFen != nil && row.paymentFen != paymentFen)
    }
}

/// What becomes of an order that an answer states.
public enum MergeDecision: Equatable, Sendable {
    case insert
    /// Replace what the answer states; keep what it leaves out.
    case update
    /// Older than what is stored, or exactly the same: write nothing.
    case ignore
    /// The stored detail, read again because it was in doubt, is what it was.
    case confirmDetail
    /// A row without content, long after a detail that was read at once: a second change of the
    /// same second would look just so. Or a row that is older than what was stored long ago. The
    /// detail is read again when no other work needs the call.
    case doubtDetail
    /// The same second as a stored detail, and a list row that was not seen before. When it
    /// contradicts the detail, the detail has to be read again.
    case noteListRow(contradictsDetail: Bool)
}

/// Decides between a stored version and a stated one by `RowVersion`: the newest `modified` wins,
/// unless it was in the platform's future; on a tie a detail beats a list row, and of the same
/// source the answer that was requested later wins, because an order can change twice in one second
/// and answers overtake each other. A sparse row of a stored version states only its status.
/// - Parameters:
///   - askedMilliseconds: when the answer was asked for, by the machine's clock.
///   - askedAt: the same by the platform's clock; nil where a detail is not to be doubted.
///   - clocks: when the answer came.
public func mergeDecision(
    stored: StoredVersion?, incoming: OrderRow, source: RecordSource,
    askedMilliseconds: Int64 = .max, askedAt: UTCInstant? = nil,
    clocks: MergeClocks = MergeClocks()
) -> MergeDecision {
    guard let stored else { return .insert }
    let stated = RowVersion(
        modifiedAt: incoming.modifiedAt, askedMilliseconds: askedMilliseconds,
        doubt: clocks.doubt(of: incoming.modifiedAt))
    switch stored.row.age(of: stated, by: clocks) {
    case .older:
        // A list that shows it so late may be right: the order itself decides.
        let isDoubtful = source == .list && askedAt != nil && stored.row.isLongBefore(stated)
        return isDoubtful ? .doubtDetail : .ignore
    case .newer: return .update
    case .same: break
    }
    switch source {
    case .detail:
        guard stored.detailHash != 0, incoming.contentHash == stored.detailHash else {
            return .update
        }
        // Also a request that the machine's clock dates before the stored one has to be noted.
        let isOld = abs(askedMilliseconds - stored.askedMilliseconds) < freshDetailMilliseconds
        return stored.hasDetails && isOld ? .ignore : .confirmDetail
    case .list:
        if incoming.isSparse, incoming.status == stored.status {
            return isInDoubt(stored, askedMilliseconds, askedAt) ? .doubtDetail : .ignore
        }
        if incoming.contentHash == stored.listHash { return .ignore }
        guard stored.hasDetails else { return .update }
        return .noteListRow(contradictsDetail: stored.isContradicted(by: incoming))
    }
}

/// How soon after a change a detail is too fresh to hold all that happened in its second: copies
/// of the platform's data follow late.
private let freshDetailMilliseconds: Int64 = 30_000
/// How long after the change a row without content makes it worth looking again.
private let doubtAgeSeconds: Int64 = 120

private func isInDoubt(
    _ stored: StoredVersion, _ askedMilliseconds: Int64, _ askedAt: UTCInstant?
) -> Bool {
    guard stored.hasDetails, stored.detailHash != 0, let askedAt,
        askedAt.seconds(since: stored.modifiedAt) >= doubtAgeSeconds
    else { return false }
    let sinceDetail = askedMilliseconds - stored.askedMilliseconds
    let detailAge = askedAt.seconds(since: stored.modifiedAt) * 1_000 - sinceDetail
    return detailAge < freshDetailMilliseconds
}
