/// The clocks at an event.
public struct Now: Equatable, Sendable {
    public var ticks: MonotonicInstant
    /// The machine's wall clock: only used until the platform's is known.
    public var wall: UTCInstant

    public init(ticks: MonotonicInstant, wall: UTCInstant) {
        self.ticks = ticks
        self.wall = wall
    }
}
