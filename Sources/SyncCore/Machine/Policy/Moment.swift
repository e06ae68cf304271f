/// The clocks at an event, with the platform's time as the app knows it.
struct Moment: Equatable, Sendable {
    let ticks: Ticks
    /// The machine's wall clock.
    let wall: UTCInstant
    let platform: UTCInstant

    func ticks(after milliseconds: Int64) -> Ticks {
        ticks.advanced(byMilliseconds: milliseconds)
    }
}
