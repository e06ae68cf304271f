/// When a parcel is asked about next. Asked soon after it was sent, often around the time when
/// parcels arrive, rarely when it is old, and no more once it is delivered or back.
///
/// All pauses are multiples of `intervalSeconds` and spread by up to an eighth, so that a batch of
/// parcels sent in the same second does not stay in the same second.
public struct ParcelPlan: Equatable, Sendable {
    /// Seconds of the shortest pause.
    public var intervalSeconds: Int64

    public init(intervalSeconds: Int64) {
        precondition(intervalSeconds >= 1)
        self.intervalSeconds = intervalSeconds
    }

    /// The longest pause of a parcel, in seconds: 24 units and an eighth.
    public var restMax: Int64 { 27 * intervalSeconds }

    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400
    /// Domestic parcels arrive one and a half to three days after they were sent.
    private static let arrivalEarliest = 30 * hour
    private static let arrivalLatest = 84 * hour
    /// Given up so long after they were sent or moved: couriers forget parcels, and numbers are
    /// mistyped.
    static let untracedMax = 15 * day
    static let ageMax = 45 * day

    /// The first poll of a parcel: within three units after it was sent; of one that is older
    /// when it becomes known, within two units from then.
    /// - Parameter hash: of the parcel's key; parcels sent or found together are spread by it.
    public func firstPoll(shippedAt: UTCInstant?, knownAt: UTCInstant, hash: UInt64) -> UTCInstant {
        // A time in the future is a fault of the answer's.
        let sentAt = min(shippedAt ?? knownAt, knownAt)
        let earliest = max(sentAt.advanced(bySeconds: intervalSeconds), knownAt)
        return earliest.advanced(bySeconds: Int64(hash % UInt64(2 * intervalSeconds)))
    }

    /// The next poll after an answer; nil when there is none.
    /// - Parameter jitter: spreads the rest, any number.
    public func nextPoll(
        status: ParcelStatus, shippedAt: UTCInstant?, lastEventAt: UTCInstant?, now: UTCInstant,
        jitter: UInt64
    ) -> UTCInstant? {
        guard !status.isFinal else { return nil }
        let sentAt = shippedAt ?? lastEventAt ?? now
        let age = max(0, now.seconds(since: sentAt))
        // A second parcel of an order is sent long after the first: while it moves it is not old.
        let hasMoved = lastEventAt.map { sentAt < $0 && $0 <= now } ?? false
        let idle = hasMoved ? now.seconds(since: lastEventAt ?? now) : age
        let units: Int64
        switch status {
        case .pending, .unknown:
            guard age < Self.untracedMax else { return nil }
            units = age < 12 * Self.hour ? 2 : age < 3 * Self.day ? 6 : 24
        case .outForDelivery:
            guard idle < Self.ageMax else { return nil }
            units = age < 10 * Self.day ? 1 : 12
        case .collected, .inTransit:
            guard idle < Self.ageMax else { return nil }
            units =
                age < Self.arrivalEarliest
                ? 6 : age < Self.arrivalLatest ? 3 : age < 8 * Self.day ? 8 : 24
        case .exception:
            guard idle < Self.ageMax else { return nil }
            units = 12
        case .delivered, .returned, .replaced:
            return nil
        }
        let rest = units * intervalSeconds
        let spread = max(1, rest / 8)
        return now.advanced(bySeconds: rest + Int64(jitter % UInt64(spread)))
    }
}
