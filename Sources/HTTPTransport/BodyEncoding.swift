/// What is known about the characters that the bytes of a body stand for.
public enum BodyEncoding: Equatable, Sendable {
    case utf8
    /// It was converted from the encoding that its label names.
    case converted
    /// It was no UTF-8 and its label names no other encoding, but it reads as GB18030.
    case guessed
    /// It is no UTF-8, and was left as it came.
    case unknown
}
