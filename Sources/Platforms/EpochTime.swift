internal import SyncCore

/// Times that platforms state as a number since 1970: in seconds or in milliseconds, by method and
/// year. A number outside these ranges is no time; arithmetic with it could overflow.
enum EpochTime {
    static func parse(_ number: Int64) -> UTCInstant? {
        switch number {
        case secondsMin..<millisecondsMin: UTCInstant(seconds: number)
        case millisecondsMin..<millisecondsMax: UTCInstant(seconds: number / 1_000)
        default: nil
        }
    }

    /// 1973: a smaller number is a placeholder. 5138 in seconds, which is 1973 in milliseconds.
    private static let secondsMin: Int64 = 100_000_000
    private static let millisecondsMin: Int64 = 100_000_000_000
    private static let millisecondsMax: Int64 = 100_000_000_000_000
}
