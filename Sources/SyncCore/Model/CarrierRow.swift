/// A company that carries parcels, as the platform lists it.
public struct CarrierRow: Equatable, Sendable {
    /// What orders name it by.
    public var id: String
    /// What its parcels are asked about by; empty for those that cannot be.
    public var code: String
    public var name: String

    public init(id: String, code: String, name: String) {
        self.id = id
        self.code = code
        self.name = name
    }
}
