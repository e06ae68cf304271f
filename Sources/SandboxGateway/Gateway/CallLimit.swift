/// Why a call is not let through.
enum CallLimit: Error, Hashable, Sendable {
    case banned(BanScope, secondsLeft: Int64)
    /// More calls in a second, or in a day, than the app may make.
    case second(secondsLeft: Int64)
    case day(secondsLeft: Int64)
}
