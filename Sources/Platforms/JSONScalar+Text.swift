internal import SyncCore
internal import WireFormat

extension JSONScalar {
    /// What a string or a number says; empty for anything else.
    func text(in text: UnsafeRawBufferPointer) -> String {
        guard kind == .string || kind == .number else { return "" }
        var bytes: [UInt8] = []
        JSONText.unescape(UnsafeRawBufferPointer(rebasing: text[slot.range]), into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
