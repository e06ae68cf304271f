/// One line about the state of a database.
public struct DatabaseFinding: Equatable, Sendable {
    public var subject: String
    public var isGood: Bool
    public var text: String
}
