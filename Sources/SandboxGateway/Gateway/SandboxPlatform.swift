/// The platforms that the sandbox speaks like.
public enum SandboxPlatform: String, CaseIterable, Sendable {
    case taobao, pinduoduo

    /// Where the gateway takes calls.
    var path: String {
        switch self {
        case .taobao: "/router/rest"
        case .pinduoduo: "/api/router"
        }
    }
}
