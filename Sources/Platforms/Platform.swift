public import SyncCore

/// A supported platform; configuration, database and logs use the raw value.
public enum Platform: String, CaseIterable, Sendable {
    case taobao
    case pinduoduo
}

extension Platform {
    /// What one of the platform's codes means, without an answer at hand.
    public func explain(_ code: String) -> CallFailure {
        switch self {
        case .taobao: TaobaoErrors.explain(code)
        case .pinduoduo: PinduoduoErrors.explain(code)
        }
    }
}
