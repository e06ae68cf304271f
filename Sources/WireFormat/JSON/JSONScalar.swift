public import SyncCore

/// A value at the reader's place. Strings and numbers are byte ranges of the text.
public struct JSONScalar: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case string
        case number
        case yes
        case no
        case null
    }

    public var kind: Kind
    /// A string without its quotes, or the number's digits.
    public var slot: ByteRange
    /// The string holds escapes: its text is not the bytes as they stand.
    public var hasEscapes = false
    /// The string holds raw control characters.
    public var hasControls = false
    /// Every byte is ASCII.
    public var isASCII = true
}
