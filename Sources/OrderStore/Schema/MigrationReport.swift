/// A database was brought to a newer schema.
public struct MigrationReport: Equatable, Sendable {
    /// Versions before and after.
    public var found: Int64
    public var newest: Int64
    /// The original file before; nil if none was wanted.
    public var copy: String?
}
