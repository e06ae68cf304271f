/// What decides between two statements about one row of the platform: the time of change that the
/// platform gives it, and when the statement was requested. Orders, refunds and promoted orders
/// follow this one rule.
///
/// The newer `modifiedAt` wins; of one version the answer that was requested later. A time that was
/// in the platform's future proves nothing: the platform's clock was wrong, or the row is. Such a
/// version is stored like any other, and the next answer replaces it whatever its time.
public struct RowVersion: Equatable, Sendable {
    public var modifiedAt: UTCInstant
    /// When the answer that stated it was requested, by the machine's clock.
    public var askedMilliseconds: Int64
    /// `modifiedAt` was later than the platform's clock when the answer came.
    public var isFuture: Bool

    public init(modifiedAt: UTCInstant, askedMilliseconds: Int64, isFuture: Bool = false) {
        self.modifiedAt = modifiedAt
        self.askedMilliseconds = askedMilliseconds
        self.isFuture = isFuture
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
        let isLater = stated.askedMilliseconds >= askedMilliseconds
        if stated.modifiedAt == modifiedAt { return isLater ? .same : .older }
        if stated.isFuture || isDoubtful(by: clocks) { return isLater ? .newer : .older }
        if clocks.isDirect, isLongBefore(stated) { return .newer }
        return stated.modifiedAt > modifiedAt ? .newer : .older
    }

    /// So long before another answer was requested that no copy of the platform's data lags as
    /// much: an earlier time of change means that the platform's clock was set back in between.
    func isLongBefore(_ stated: RowVersion) -> Bool {
        askedMilliseconds > 0
            && stated.askedMilliseconds > askedMilliseconds + MergeClocks.lagMillisecondsMax
    }

    /// Its time was in the future when it was stated, or still is.
    private func isDoubtful(by clocks: MergeClocks) -> Bool {
        if isFuture || clocks.isFuture(modifiedAt) { return true }
        // Stored before the daemon knew that the platform's clock was wrong, and seen again after
        // that time has passed: by a machine's clock that is right, the answer came before it.
        return clocks.agree
            && modifiedAt.seconds > askedMilliseconds / 1_000 + MergeClocks.answerSecondsMax
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

    /// The platform's clock is known to a second or two from below.
    static let toleranceSeconds: Int64 = 5
    /// Lists and copies lag behind by ten minutes at most; this is three times as much.
    static let lagMillisecondsMax: Int64 = 1_800_000
    /// An answer takes no longer.
    static let answerSecondsMax: Int64 = 120

    public init(platformNow: UTCInstant? = nil) {
        self.platformNow = platformNow
    }

    /// - Parameters:
    ///   - answeredAt: the platform's time when the answer came; 0 for unknown.
    ///   - askedAt: the same when it was requested.
    ///   - askedMilliseconds: the machine's time then.
    public init(answeredAt: UTCInstant, askedAt: UTCInstant, askedMilliseconds: Int64) {
        guard answeredAt.seconds > 0 else { return }
        platformNow = answeredAt
        agree = abs(askedAt.seconds - askedMilliseconds / 1_000) <= Self.toleranceSeconds
    }

    public func isFuture(_ time: UTCInstant) -> Bool {
        platformNow.map { time.seconds(since: $0) > Self.toleranceSeconds } ?? false
    }
}
