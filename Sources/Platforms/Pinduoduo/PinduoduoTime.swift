internal import SyncCore
internal import WireFormat

/// The times of Pinduoduo's answers: Beijing text, or an epoch in seconds or milliseconds, each as
/// text or as a number, by method and year.
enum PinduoduoTime {
    static func parse(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard let number = wholeNumber(text) else { return BeijingTime.parse(text) }
        return EpochTime.parse(number)
    }

    static func parse(_ value: JSONValue?) -> UTCInstant? {
        value?.plain.flatMap { parse($0) }
    }

    static func parse(_ text: String) -> UTCInstant? {
        var copy = text
        return copy.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }
}
