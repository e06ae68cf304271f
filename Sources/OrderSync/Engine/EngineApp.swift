import Platforms
import SyncCore
import WireFormat

/// One app as the engine uses it.
struct EngineApp: Sendable {
    var id: AppID
    var name: String
    var platform: Platform
    var adapter: any PlatformAdapter
    var gateway: String
    var key: String
    /// Read once, at the start.
    var secret: String
    var limit: RateLimiter.Policy
    /// What is kept of buyers and receivers.
    var privacy: PersonalFilter
}
