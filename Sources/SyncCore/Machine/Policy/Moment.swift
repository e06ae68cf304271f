/// The clocks at an event, with the platform's time as the app knows it.
struct Moment: Equatable, Sendable {
    let ticks: MonotonicInstant
    /// The machine's wall clock.
    let wall: UTCInstant
    let platform: UTCInstant

    func ticks(after milliseconds: Int64) -> MonotonicInstant {
        ticks.advanced(byMilliseconds: milliseconds)
    }
}
