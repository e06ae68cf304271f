internal import SyncCore
internal import WireFormat

/// The times of Pinduoduo's answers: Beijing text, or an epoch in seconds or milliseconds, each as
/// text or as a number, by method and year.
enum PinduoduoTime {
    static func parse(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard let number = wholeNumber(text) else { return BeijingTime.parse(text) }
        switch number {
        case secondsMin..<millisecondsMin: return UTCInstant(seconds: number)
        case millisecondsMin..<millisecondsMax: return UTCInstant(seconds: number / 1_000)
        default: return nil
        }
    }

    static func parse(_ value: JSONValue?) -> UTCInstant? {
        value?.text.flatMap { parse($0) }
    }

    static func parse(_ text: String) -> UTCInstant? {
        var copy = text
        return copy.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// 1973: a smaller number is a placeholder. 5138 in seconds, which is 1973 in milliseconds.
    private static let secondsMin: Int64 = 100_000_000
    private static let millisecondsMin: Int64 = 100_000_000_000
    private static let millisecondsMax: Int64 = 100_000_000_000_000
}
