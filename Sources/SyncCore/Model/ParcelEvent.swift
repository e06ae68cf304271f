/// One scan of a parcel.
public struct ParcelEvent: Equatable, Sendable {
    public var at: UTCInstant
    public var text: String
    /// The platform's code for it; empty when there is none.
    public var action: String

    public init(at: UTCInstant, text: String, action: String) {
        self.at = at
        self.text = text
        self.action = action
    }
}
