/// The platform's list of carriers, where parcels are asked about by their carrier's code: one call
/// a day for an app that has parcels to ask about.
///
///     due ──call──▶ answered ──▶ stored ──▶ due in a day
///      ▲               └─ failed ──▶ pause ─┘
struct CarrierSchedule: Equatable, Sendable {
    static let ageMax: Int64 = 86_400_000

    /// When the list is due; nil where nothing needs it.
    private(set) var due: MonotonicInstant?
    /// The list is being read or stored.
    private(set) var isInWork = false
    /// Failures in a row.
    private(set) var attempt = 0

    /// A wall clock that was set meanwhile delays the list by a day at most.
    init(isNeeded: Bool, storedAt: UTCInstant?, now: Now) {
        guard isNeeded else { return }
        let age = storedAt.map { now.wall.seconds(since: $0) * 1_000 } ?? Self.ageMax
        due = now.ticks.advanced(byMilliseconds: max(0, min(Self.ageMax, Self.ageMax - age)))
    }

    mutating func begin() { isInWork = true }

    mutating func succeed() { attempt = 0 }

    mutating func fail(until: MonotonicInstant) {
        (isInWork, due) = (false, until)
        attempt += 1
    }

    mutating func store(now: MonotonicInstant) {
        (isInWork, due) = (false, now.advanced(byMilliseconds: Self.ageMax))
    }
}
