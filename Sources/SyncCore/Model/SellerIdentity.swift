/// Whose account a session belongs to, as far as the platform says.
public struct SellerIdentity: Hashable, Sendable {
    /// Taobao's user number, Pinduoduo's mall number; empty where it is not known.
    public var id: String
    /// The account's or mall's name, which a seller can change; empty where it is not known.
    public var nick: String

    /// Characters of a name or number that are kept: platforms allow some 50.
    static let textMax = 100

    /// Control characters are left out, and what is too long: both are shown in terminals and logs.
    /// A name with U+FFFD came damaged, and is none: it equals no other.
    public init(id: String = "", nick: String = "") {
        let isWhole = !nick.unicodeScalars.contains("\u{FFFD}")
        (self.id, self.nick) = (Self.shown(id), isWhole ? Self.shown(nick) : "")
    }

    private static func shown(_ text: String) -> String {
        let plain = text.unicodeScalars.filter {
            $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
        }
        return String(String.UnicodeScalarView(plain.prefix(textMax)))
    }

    public enum Relation: Equatable, Sendable {
        case same, different
        /// Nothing in both can be compared.
        case unknown
    }

    public var isEmpty: Bool { id.isEmpty && nick.isEmpty }

    /// The numbers decide; names only where no two numbers can be compared, and then only names
    /// that are not masked. An opaque id says nothing about a number.
    public func relation(to other: Self) -> Relation {
        if hasNumber(comparableTo: other) { return id == other.id ? .same : .different }
        guard Self.isName(nick), Self.isName(other.nick) else { return .unknown }
        return nick == other.nick ? .same : .different
    }

    /// Both are known by more than a name, which a seller can change.
    public func hasNumber(comparableTo other: Self) -> Bool {
        !id.isEmpty && !other.id.isEmpty && Self.isNumber(id) == Self.isNumber(other.id)
    }

    /// For messages.
    public var text: String {
        if id.isEmpty { return nick.isEmpty ? "(unknown)" : "\"\(nick)\"" }
        return nick.isEmpty ? id : "\"\(nick)\" (\(id))"
    }

    private static func isNumber(_ id: String) -> Bool {
        id.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isName(_ nick: String) -> Bool { !nick.isEmpty && !nick.contains("*") }
}
