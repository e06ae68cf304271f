/// The platform's time of an app: learned at the start, refined by every dated answer, and asked
/// for when two sources disagree.
///
///     unknown ──dated answer──▶ unchecked ──time call──▶ checked
///        └──────────────time call──────────────────────────▲
///     checked: a `Date` header contradicts it ──▶ the platform's own time decides
///
/// Reading by a clock that is ahead loses orders permanently: no shop is read before the clock is
/// checked. A `Date` header alone, which a proxy may have made, does not check it.
struct PlatformClock: Sendable {
    /// What an answer changed.
    enum Change: Equatable, Sendable {
        case nothing
        /// The time is known now; the machine's clock is ahead of it by so many seconds.
        case known(aheadSeconds: Int64)
        /// It differs by no more than two answers may.
        case adjusted
        /// It was set.
        /// - bySeconds: negative if it was set back.
        /// - believed: the platform's time as it was assumed.
        /// - unsure: seconds since that time was last confirmed, at least.
        case set(bySeconds: Int64, believed: UTCInstant, unsure: Int64)
    }

    /// Without a dated answer for so long, the platform's time is asked for.
    static let ageMax: Int64 = 600_000
    /// The same while `Date` headers are absent or contradict the platform's time: nothing else
    /// shows when that is corrected. It doubles with each ten answers that change nothing.
    static let undatedAgeMin: Int64 = 60_000
    /// Failures after which a `Date` header that agrees with the machine's own clock is enough;
    /// refusals after which the time at hand has to do.
    static let attemptMax = 4
    /// Failures of the first time call after which it is reported that the shops wait for it.
    static let attemptsUnreported = 2
    static let disagreementMax: Int64 = 2
    /// A step of more seconds has to be confirmed by a second answer: taken at its word, one wrong
    /// answer would have years read again.
    static let stepMax: Int64 = 2 * 86_400
    static let confirmMilliseconds: Int64 = 10_000

    private var clock: ServerClock?
    private(set) var isChecked = false
    /// The time was reported as known.
    private var isReported = false
    /// A time that is far from the believed one, until a second answer confirms it.
    private var unconfirmed: (time: UTCInstant, at: MonotonicInstant)?
    private(set) var isCalling = false
    /// Failures of the time call in a row.
    private(set) var attempt = 0
    /// Times in a row that the time call itself was refused for its timestamp.
    private var skews = 0
    /// Times that the platform answered as one that does not return its time.
    private var refusals = 0
    private(set) var nextCall: MonotonicInstant
    /// The `Date` header agrees with the platform's own time.
    private var dateIsTrusted = true
    /// A `Date` header contradicted the clock: the platform's own time has to decide.
    private var dateIsDoubted = false
    private var lastDated: MonotonicInstant
    /// The latest answer had a `Date` header.
    private var isDated = true
    /// Answers in a row by which the platform's own time was what it was taken for.
    private var timesConfirmed = 0
    /// Seconds that the latest answer moved the clock by.
    private var latestMove: Int64 = 0

    init(now: MonotonicInstant) {
        nextCall = now
        lastDated = now
    }

    func now(_ now: Now) -> UTCInstant { clock?.now(at: now.ticks) ?? now.wall }

    func moment(_ now: Now) -> Moment {
        Moment(ticks: now.ticks, wall: now.wall, platform: self.now(now))
    }

    /// Nothing is read before.
    var isReady: Bool { clock != nil && isChecked }

    // MARK: Asking

    func wantsCall(_ now: Now) -> Bool {
        let isUndated = !isDated || !dateIsTrusted
        let age = isUndated ? Self.undatedAgeMin << Int64(min(8, timesConfirmed / 10)) : .max
        return !isReady || now.ticks.milliseconds(since: lastDated) > min(age, Self.ageMax)
    }

    /// Asks for the platform's time, unless the latest answer has corrected the clock already.
    mutating func doubt(now: Now) {
        guard abs(latestMove) <= Self.disagreementMax else { return }
        askForTime(now)
    }

    private mutating func askForTime(_ now: Now) {
        lastDated = now.ticks.advanced(byMilliseconds: -Self.ageMax - 1)
    }

    /// - Returns: the timestamp of the call. Refused with one clock, it is tried with the other:
    ///   the `Date` header may be a proxy's.
    mutating func begin(_ now: Now) -> UTCInstant {
        isCalling = true
        return skews % 2 == 1 ? now.wall : self.now(now)
    }

    // MARK: Answers

    /// Takes in the `Date` header of an answer, if it has one.
    /// - Parameter isAnswered: false if no answer came.
    mutating func observe(
        date: UTCInstant?, isAnswered: Bool, sent: MonotonicInstant, now: Now
    ) -> Change {
        latestMove = 0
        if isAnswered { isDated = date != nil }
        guard let date, dateIsTrusted else { return .nothing }
        let timeCanBeRead = refusals < Self.attemptMax
        if isChecked, timeCanBeRead, var clock {
            let moved = clock.observe(date: date, sent: sent, received: now.ticks) / 1_000
            if abs(moved) > Self.disagreementMax {
                dateIsDoubted = true
                askForTime(now)
                return .nothing
            }
        }
        lastDated = now.ticks
        let change = set(date, sent: sent, now: now)
        // Before it is checked, a date is no news: a proxy may have made it.
        return isReported ? change : .nothing
    }

    /// The platform returned its time.
    mutating func answered(
        _ time: UTCInstant, date: UTCInstant?, sent: MonotonicInstant, now: Now
    ) -> Change {
        isCalling = false
        guard isPlausible(time, now) else {
            nextCall = now.ticks.advanced(byMilliseconds: Self.confirmMilliseconds)
            askForTime(now)
            return .nothing
        }
        if let date {
            // Something between here and the platform may date its answers: then it is not
            // believed, until it agrees again.
            dateIsTrusted = abs(date.seconds(since: time)) <= Self.disagreementMax
        }
        (attempt, skews, refusals) = (0, 0, 0)
        isChecked = true
        (lastDated, nextCall) = (now.ticks, now.ticks)
        let change = set(time, sent: sent, now: now)
        let isConfirmed = abs(latestMove) <= Self.disagreementMax
        timesConfirmed = isConfirmed ? timesConfirmed + 1 : 0
        if dateIsDoubted, isConfirmed { dateIsTrusted = false }
        dateIsDoubted = false
        return reportIfReady(now) ?? change
    }

    /// A step of days is believed when two answers agree about it.
    private mutating func isPlausible(_ time: UTCInstant, _ now: Now) -> Bool {
        defer { unconfirmed = (time, now.ticks) }
        let believed = isReported ? self.now(now) : now.wall
        guard abs(time.seconds(since: believed)) > Self.stepMax else { return true }
        guard let unconfirmed else { return false }
        let elapsed = now.ticks.milliseconds(since: unconfirmed.at) / 1_000
        let distance = time.seconds(since: unconfirmed.time) - elapsed
        return abs(distance) <= Self.disagreementMax
    }

    /// The time is known and checked for the first time.
    private mutating func reportIfReady(_ now: Now) -> Change? {
        guard isReady, !isReported else { return nil }
        isReported = true
        return .known(aheadSeconds: now.wall.seconds(since: self.now(now)))
    }

    private mutating func set(_ date: UTCInstant, sent: MonotonicInstant, now: Now) -> Change {
        guard var clock else {
            clock = ServerClock(date: date, sent: sent, received: now.ticks)
            latestMove = now.wall.seconds(since: self.now(now))
            return .nothing
        }
        let (confirmed, believed) = (clock.updatedAt, clock.now(at: now.ticks))
        latestMove = clock.observe(date: date, sent: sent, received: now.ticks) / 1_000
        self.clock = clock
        guard abs(latestMove) > Self.disagreementMax else {
            return latestMove == 0 ? .nothing : .adjusted
        }
        let unsure = max(0, now.ticks.milliseconds(since: confirmed) / 1_000) + 5
        return .set(bySeconds: latestMove, believed: believed, unsure: unsure)
    }

    /// The time call failed.
    /// - Returns: whether the shops have to be reported as waiting for it, whether the machine's
    ///   clock is used from now on because the platform's cannot be read, and what that changes.
    mutating func failed(
        _ failure: CallFailure, until: MonotonicInstant, now: Now
    ) -> (reportsWaiting: Bool, usesMachineClock: Bool, Change) {
        isCalling = false
        let reportsWaiting = !isChecked && attempt == Self.attemptsUnreported
        attempt += 1
        nextCall = until
        if failure.disposition == .clockSkew { skews += 1 }
        let usesMachineClock = checkWithoutAnswer(failure, now: now)
        return (reportsWaiting, usesMachineClock, reportIfReady(now) ?? .nothing)
    }

    /// Goes on without the platform's own time when it cannot be read. A passing fault is no reason
    /// to take that risk.
    private mutating func checkWithoutAnswer(_ failure: CallFailure, now: Now) -> Bool {
        switch failure.disposition {
        case .badRequest, .notFound, .empty, .unauthorised:
            refusals += 1
        case .retry, .narrow, .throttled, .misconfigured, .clockSkew:
            if failure.isUnknownCode { refusals += 1 }
        }
        if let clock, attempt >= Self.attemptMax {
            let ahead = now.wall.seconds(since: clock.now(at: now.ticks))
            if abs(ahead) <= Self.disagreementMax { isChecked = true }
        }
        guard refusals >= Self.attemptMax else { return false }
        isChecked = true
        guard clock == nil else { return false }
        clock = ServerClock(date: now.wall, sent: now.ticks, received: now.ticks)
        return true
    }
}
