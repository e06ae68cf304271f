public import Platforms
public import SyncCore
public import WireFormat

/// One app as the engine uses it.
public struct EngineApp: Sendable {
    public var id: AppID
    public var name: String
    public var platform: Platform
    public var adapter: any PlatformAdapter
    public var gateway: String
    public var key: String
    /// Read once, at the start.
    public var secret: Secret
    public var limit: RateLimiter.Policy
    /// What is kept of buyers and receivers.
    public var privacy: PersonalFilter
}
