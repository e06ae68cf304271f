internal import SyncCore
internal import WireFormat

extension JSONWriter {
    /// Money as a number of yuan, as Java writes a double: 36.8, 3.0, 0.55.
    mutating func member(_ name: String, yuan fen: Int64) {
        var text = Fen.yuanText(fen)
        if text.hasSuffix("0") { text.removeLast() }
        key(name)
        raw(text.utf8)
    }

    /// Beijing time; a moment that has not come is an empty text.
    mutating func member(_ name: String, _ instant: UTCInstant?) {
        member(name, instant.map(BeijingTime.text) ?? "")
    }
}
