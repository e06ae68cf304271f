/// A shop's key in the database and in the process.
public struct ShopID: Hashable, Sendable {
    public var rawValue: Int64

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }
}
