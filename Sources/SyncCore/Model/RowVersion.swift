/// One version of a row of the platform, and the one rule by which a version supersedes another.
/// Orders, refunds, promoted orders, prices and parcels follow it. `OrderStore/RowVersionSQL.swift`
/// contains the parts of the rule that the database applies to many rows at once.
///
/// The later `modifiedAt` wins. Of two statements of one version the later request wins, because a
/// row can change twice in one second and answers overtake each other. A time in the platform's
/// future proves nothing: the platform's clock was wrong, or the row is. Such a version is stored
/// like any other, and the next answer replaces it whatever its time.
public struct RowVersion: Equatable, Sendable {
    /// Why `modifiedAt` may be wrong. The raw values are those of the columns `is_future`.
    public enum TimeDoubt: Int64, Sendable {
        case none = 0
        /// It was later than the platform's clock when the answer came.
        case future = 1
        /// It was later than the machine's clock, which did not show the platform's time: one of
        /// the two clocks was wrong.
        case contested = 2
    }

    /// What a stated version is, compared with a stored one.
    public enum Verdict: CaseIterable, Sendable {
        /// It is later: it replaces the stored version.
        case newer
        /// It is earlier: the stored version stays.
        case older
        /// It is earlier, but was requested so long after the stored version that no copy of the
        /// platform's data lags as much. Either time may be wrong; the row itself decides.
        case contested
        /// The same version, requested before the stored one: it may miss a change of its second.
        case overtaken
        /// The same version with the same content.
        case same
        /// The same version with other content, and requested no earlier: it replaces the stored.
        case revised

        /// The stated version is written.
        public var supersedes: Bool {
            switch self {
            case .newer, .revised: true
            case .older, .contested, .overtaken, .same: false
            }
        }
    }

    public var modifiedAt: UTCInstant
    /// When the answer that stated it was requested: `MergeClocks.askedMilliseconds`.
    public var askedMilliseconds: Int64
    /// Hash of its JSON; 0 for unknown, which equals nothing.
    public var contentHash: UInt64
    public var doubt: TimeDoubt

    public init(
        modifiedAt: UTCInstant, askedMilliseconds: Int64, contentHash: UInt64 = 0,
        doubt: TimeDoubt = .none
    ) {
        self.modifiedAt = modifiedAt
        self.askedMilliseconds = askedMilliseconds
        self.contentHash = contentHash
        self.doubt = doubt
    }

    /// A version that an answer states.
    public init(
        stating modifiedAt: UTCInstant, contentHash: UInt64 = 0, askedMilliseconds: Int64,
        by clocks: MergeClocks
    ) {
        self.init(
            modifiedAt: modifiedAt, askedMilliseconds: askedMilliseconds,
            contentHash: contentHash, doubt: clocks.doubt(of: modifiedAt))
    }

    /// A price. It has no time of change: the one that was requested later is later.
    public init(priceAt observedAt: UTCInstant) {
        self.init(modifiedAt: observedAt, askedMilliseconds: observedAt.seconds * 1_000)
    }

    /// A parcel's trace. It has no time of change either, but couriers only add steps: the trace
    /// with more steps is later.
    public init(stepCount: Int) {
        self.init(modifiedAt: UTCInstant(seconds: Int64(stepCount)), askedMilliseconds: 0)
    }

    // MARK: The rule

    /// Whether this stated version is written over a stored one.
    public func supersedes(_ stored: RowVersion, by clocks: MergeClocks = MergeClocks()) -> Bool {
        verdict(over: stored, by: clocks).supersedes
    }

    /// What this stated version is, compared with a stored one.
    /// - Parameter clocks: when the answer that states it came.
    public func verdict(over stored: RowVersion, by clocks: MergeClocks) -> Verdict {
        let isOvertaken = stored.overtakes(self)
        if isSameVersion(as: stored) {
            if isOvertaken { return .overtaken }
            return contentHash != 0 && contentHash == stored.contentHash ? .same : .revised
        }
        if doubt == .future || stored.isDoubtful(against: self, by: clocks) {
            return isOvertaken ? .older : .newer
        }
        if isLater(than: stored) || (clocks.isDirect && stored.isLongBefore(self)) { return .newer }
        return stored.isLongBefore(self) ? .contested : .older
    }

    public func isSameVersion(as other: RowVersion) -> Bool { modifiedAt == other.modifiedAt }

    public func isLater(than other: RowVersion) -> Bool { modifiedAt > other.modifiedAt }

    /// So long before another answer was requested that no copy of the platform's data lags as
    /// much: an earlier time of change means that the platform's clock was set back in between.
    /// An answer cannot state a later change: where it seems to, the machine's clock was behind.
    private func isLongBefore(_ stated: RowVersion) -> Bool {
        guard askedMilliseconds > 0 else { return false }
        let latest =
            doubt == .future
            ? askedMilliseconds : max(askedMilliseconds, modifiedAt.seconds * 1_000)
        return stated.askedMilliseconds > latest + Self.provenLagMilliseconds
    }

    /// Its time was in the future when it was stated, or still is. Where only the machine's clock
    /// said so, and now shows the platform's time, either of them may have been set: an answer
    /// decides that is too late to come from a copy that lags.
    private func isDoubtful(against stated: RowVersion, by clocks: MergeClocks) -> Bool {
        if doubt == .future || clocks.isFuture(modifiedAt) { return true }
        return doubt == .contested && clocks.agree && isLongBefore(stated)
    }

    /// The platform's clock was set back to `now`, so that this stored version's time is in its
    /// future from now on.
    public func isAhead(ofClockSetBackTo now: UTCInstant) -> Bool {
        modifiedAt > now && doubt != .future
    }

    // MARK: Requests

    /// No answer takes longer.
    public static let answerMillisecondsMax: Int64 = 120_000
    /// Lists and copies of the platform's data lag behind by no more.
    public static let lagMillisecondsMax: Int64 = 600_000
    /// What is later by so much does not come from a copy that lags.
    static let provenLagMilliseconds = 3 * lagMillisecondsMax
    /// Within this time of a change a detail may miss another change of the same second, because
    /// copies of the platform's data follow late.
    static let freshMilliseconds: Int64 = 30_000

    /// A request that is dated so long after a later one was made while the machine's clock was
    /// ahead: it proves nothing.
    public static func isAhead(_ request: Int64, of present: Int64) -> Bool {
        request > present && request - present > answerMillisecondsMax
    }

    /// It was requested after another answer that comes later.
    /// - Parameter milliseconds: how long the other answer may have taken; nil for any time.
    public func overtakes(
        _ stated: RowVersion, within milliseconds: Int64? = answerMillisecondsMax
    ) -> Bool {
        guard askedMilliseconds > stated.askedMilliseconds else { return false }
        guard let milliseconds else { return true }
        return askedMilliseconds - stated.askedMilliseconds <= milliseconds
    }

    /// When the row was requested last, if another answer confirms it.
    public func lastRequest(confirmedBy stated: RowVersion) -> Int64 {
        overtakes(stated) ? askedMilliseconds : stated.askedMilliseconds
    }

    /// An earlier version that may come from a copy of the platform's data that lags.
    public func mayLag(behind stored: RowVersion) -> Bool {
        stored.isLater(than: self)
            && askedMilliseconds - stored.askedMilliseconds < Self.lagMillisecondsMax
    }

    /// Both were requested within the same half minute, in whatever order.
    func wasRequestedWith(_ stored: RowVersion) -> Bool {
        abs(askedMilliseconds - stored.askedMilliseconds) < Self.freshMilliseconds
    }

    /// Requested within half a minute of its change, by the platform's clock. Another answer, whose
    /// request both clocks date, shows how they differ.
    func wasFresh(seenFrom stated: RowVersion, requestedAt platformTime: UTCInstant) -> Bool {
        let sinceRequest = stated.askedMilliseconds - askedMilliseconds
        let age = platformTime.seconds(since: modifiedAt) * 1_000 - sinceRequest
        return age < Self.freshMilliseconds
    }

    /// Nothing is missing because of a row that could not be read: this stored version is no older
    /// than what the row states, and was requested later. Where the row's time cannot be read, no
    /// copy of the platform's data may lag as much.
    /// - Parameter present: when the present answer was requested.
    public func settles(_ entry: Unreadable, present: Int64) -> Bool {
        if Self.isAhead(askedMilliseconds, of: present) { return false }
        if let stated = entry.modifiedAt, stated > modifiedAt { return false }
        // It was requested while the machine's clock was ahead: only its time of change counts.
        if Self.isAhead(entry.askedMilliseconds, of: present) { return true }
        let lag = entry.modifiedAt == nil ? Self.lagMillisecondsMax : 0
        return askedMilliseconds > entry.askedMilliseconds + lag
    }

    /// A version whose row could not be read.
    public struct Unreadable: Equatable, Sendable {
        /// Nil where that could not be read either.
        public var modifiedAt: UTCInstant?
        public var askedMilliseconds: Int64

        public init(modifiedAt: UTCInstant?, askedMilliseconds: Int64) {
            self.modifiedAt = modifiedAt
            self.askedMilliseconds = askedMilliseconds
        }
    }
}
