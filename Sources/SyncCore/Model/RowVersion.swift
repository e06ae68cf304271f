/// What decides between two statements about one row of the platform: the time of change that the
/// platform gives it, and when the statement was requested. Orders, refunds and promoted orders
/// follow this one rule.
///
/// The newer `modifiedAt` wins; of one version the answer that was requested later. A time that was
/// in the platform's future proves nothing: the platform's clock was wrong, or the row is. Such a
/// version is stored like any other, and the next answer replaces it whatever its time.
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

    public var modifiedAt: UTCInstant
    /// When the answer that stated it was requested: `MergeClocks.askedMilliseconds`.
    public var askedMilliseconds: Int64
    public var doubt: TimeDoubt

    public init(modifiedAt: UTCInstant, askedMilliseconds: Int64, doubt: TimeDoubt) {
        self.modifiedAt = modifiedAt
        self.askedMilliseconds = askedMilliseconds
        self.doubt = doubt
    }

    public init(modifiedAt: UTCInstant, askedMilliseconds: Int64, isFuture: Bool = false) {
        self.init(
            modifiedAt: modifiedAt, askedMilliseconds: askedMilliseconds,
            doubt: isFuture ? .future : .none)
    }

    public enum Age: Equatable, Sendable {
        /// It says less than what is stored.
        case older
        /// The same version: its content and source decide.
        case same
        /// It replaces what is stored.
        case newer
    }

    /// What another answer about the row is, compared with this stored version.
    public func age(of stated: RowVersion, by clocks: MergeClocks) -> Age {
        let isLater = !wasAsked(after: stated.askedMilliseconds)
        if stated.modifiedAt == modifiedAt { return isLater ? .same : .older }
        if stated.doubt == .future || isDoubtful(against: stated, by: clocks) {
            return isLater ? .newer : .older
        }
        if clocks.isDirect, isLongBefore(stated) { return .newer }
        return stated.modifiedAt > modifiedAt ? .newer : .older
    }

    /// Its answer was requested after another one, and overtook it. No answer takes longer than two
    /// minutes: a later request was made while the machine's clock was ahead, and proves nothing.
    public func wasAsked(after milliseconds: Int64) -> Bool {
        askedMilliseconds > milliseconds
            && askedMilliseconds - milliseconds <= MergeClocks.answerMillisecondsMax
    }

    /// So long before another answer was requested that no copy of the platform's data lags as
    /// much: an earlier time of change means that the platform's clock was set back in between.
    /// An answer cannot state a change of later: where it seems to, the machine's clock was behind.
    func isLongBefore(_ stated: RowVersion) -> Bool {
        guard askedMilliseconds > 0 else { return false }
        let latest =
            doubt == .future
            ? askedMilliseconds : max(askedMilliseconds, modifiedAt.seconds * 1_000)
        return stated.askedMilliseconds > latest + MergeClocks.lagMillisecondsMax
    }

    /// Its time was in the future when it was stated, or still is. Where only the machine's clock
    /// said so, and now shows the platform's time, either of them may have been set: an answer
    /// decides that is too late to come from a copy that lags.
    private func isDoubtful(against stated: RowVersion, by clocks: MergeClocks) -> Bool {
        if doubt == .future || clocks.isFuture(modifiedAt) { return true }
        return doubt == .contested && clocks.agree && isLongBefore(stated)
    }
}

/// The clocks when an answer came.
public struct MergeClocks: Equatable, Sendable {
    /// The platform's time; nil where nothing is known of it.
    public var platformNow: UTCInstant?
    /// The machine's clock shows the same time.
    public var agree = false
    /// The answer is about one row, and so comes from the platform's data rather than an index.
    public var isDirect = false
    /// When the answer was requested, by the later of both clocks where they differ: what is asked
    /// after one of them was corrected is then never taken for much later than it is.
    public private(set) var askedMilliseconds: Int64?
    /// The same by the machine's clock.
    private var machineAskedSeconds: Int64?

    /// The platform's clock is known to a second or two from below.
    static let toleranceSeconds: Int64 = 5
    /// Lists and copies lag behind by ten minutes at most; this is three times as much.
    static let lagMillisecondsMax: Int64 = 1_800_000
    /// An answer takes no longer.
    public static let answerMillisecondsMax: Int64 = 120_000

    public init(platformNow: UTCInstant? = nil) {
        self.platformNow = platformNow
    }

    /// - Parameters:
    ///   - answeredAt: the platform's time when the answer came; 0 for unknown.
    ///   - askedAt: the same when it was requested.
    ///   - askedMilliseconds: the machine's time then; 0 for unknown.
    public init(answeredAt: UTCInstant, askedAt: UTCInstant, askedMilliseconds: Int64) {
        guard answeredAt.seconds > 0 else { return }
        platformNow = answeredAt
        let gap = askedAt.seconds - askedMilliseconds / 1_000
        agree = abs(gap) <= Self.toleranceSeconds
        guard askedMilliseconds > 0, askedAt.seconds > 0 else { return }
        machineAskedSeconds = askedMilliseconds / 1_000
        // Whole minutes, so that the order of answers does not depend on how seconds are rounded.
        let minutes = gap > Self.toleranceSeconds ? (gap + 30) / 60 : 0
        self.askedMilliseconds = askedMilliseconds + minutes * 60_000
    }

    public func isFuture(_ time: UTCInstant) -> Bool {
        platformNow.map { time.seconds(since: $0) > Self.toleranceSeconds } ?? false
    }

    /// Why a row's time of change may be wrong.
    public func doubt(of time: UTCInstant) -> RowVersion.TimeDoubt {
        if isFuture(time) { return .future }
        guard let machineAskedSeconds else { return .none }
        let latest = machineAskedSeconds + Self.answerMillisecondsMax / 1_000
        return time.seconds > latest ? .contested : .none
    }
}
