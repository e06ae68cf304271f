/// A part of an overlap that the platform fails at: no new time, but what is shown late there
/// would be missed where no sweep comes by.
struct SkippedSeconds: Equatable, Sendable {
    var window: TimeWindow
    /// When it is asked for again, by the platform's clock.
    var again: UTCInstant

    static let restMin: Int64 = 600
    static let restMax: Int64 = 86_400
}
