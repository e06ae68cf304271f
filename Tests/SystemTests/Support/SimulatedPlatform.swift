/// The platforms that the one suite runs over.
enum SimulatedPlatform: String, CaseIterable {
    case taobao, pinduoduo

    /// How much past the sandbox makes. Pinduoduo's lists are read half an hour at a time.
    var historyDays: Int {
        switch self {
        case .taobao: 30
        case .pinduoduo: 3
        }
    }

    /// The least share of the orders that the platform has: Pinduoduo's begin with the deal.
    func orders(of count: Int) -> Int {
        switch self {
        case .taobao: count
        case .pinduoduo: count * 8 / 10
        }
    }

    /// What an app's table needs in addition.
    var appLines: String {
        switch self {
        case .taobao: ""
        case .pinduoduo: "state = \"online\"\nredirect_uri = \"urn:ietf:wg:oauth:2.0:oob\""
        }
    }
}
