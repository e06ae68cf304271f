public import SyncCore

/// What calls are counted by.
public struct UsageKey: Hashable, Sendable {
    public var app: String
    /// Beijing day, `yyyy-MM-dd`.
    public var day: String
    /// The platform's name of the method.
    public var method: String
    public var callClass: CallClass

    public init(app: String, day: String, method: String, callClass: CallClass = .live) {
        self.app = app
        self.day = day
        self.method = method
        self.callClass = callClass
    }
}
