/// A request ready to be sent with POST to the app's gateway.
public struct PlatformRequest: Equatable, Sendable {
    public var body: [UInt8]
    public var contentType: String
}
