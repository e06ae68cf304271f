import HTTPTransport
public import Platforms
public import SyncCore

extension Configuration.App {
    public var adapter: any PlatformAdapter {
        switch platform {
        case .taobao: TaobaoAdapter(signMethod: signMethod)
        case .pinduoduo: PinduoduoAdapter()
        }
    }

    /// How lists are read. A gateway on loopback is a simulation: how long it takes to settle is
    /// for whoever started it to say.
    public var rules: ReadingRules {
        var rules = adapter.rules
        if GatewayURL.isLoopback(gateway) { rules.settleMin = 0 }
        return rules
    }
}
