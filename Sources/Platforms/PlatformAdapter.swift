public import SyncCore

/// Speaks one platform's protocol: builds and signs requests, decodes and classifies answers. No
/// I/O, no clock, no state.
public protocol PlatformAdapter: Sendable {
    /// How the platform's lists want to be read.
    var rules: ReadingRules { get }

    /// The platform's name of a call, as quotas and bans know it.
    func methodName(_ method: CallMethod) -> String

    func request(for call: Call, credentials: Credentials, types: [String]) -> PlatformRequest

    /// - Throws: what the answer means when it is no page, or not to be trusted.
    func decode(
        _ response: PlatformResponse, to call: Call
    ) throws(CallFailure) -> PlatformAnswer
}
