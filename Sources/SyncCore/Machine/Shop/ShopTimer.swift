/// Why a shop has to be looked at again though nothing happened.
enum ShopTimer: Hashable, Sendable {
    /// The next poll of a feed is due.
    case plan(StreamKind)
    /// A window's pause ends.
    case window(StreamKind)
    /// An entry of a queue falls due.
    case work(StreamKind)
    /// Details of history may get calls again.
    case history
    case audit
    case seller
    /// What lies ahead of the platform's clock is read once more.
    case ahead
    /// A suspension is probed.
    case probe
}

extension ShopTimer: CustomStringConvertible {
    /// The name in the log of decisions.
    var description: String {
        switch self {
        case .plan(let kind): "next read of \(kind.rawValue)"
        case .window(let kind): "pause of \(kind.rawValue)"
        case .work(let kind): "next of \(kind.rawValue)"
        case .history: "calls for history"
        case .audit: "audit"
        case .seller: "seller identity"
        case .ahead: "read ahead of the clock"
        case .probe: "probe"
        }
    }
}
