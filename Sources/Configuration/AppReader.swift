import HTTPTransport
public import Platforms

/// Reads one `[[app]]`.
enum AppReader {
    /// What an `[[app]]` is allowed whose keys of these names are left out.
    private static let callsPerSecond = 5.0
    private static let burst = 10
    /// Calls a day of an app under test, on either platform; and of one that has gone online on
    /// Pinduoduo, where no daily limit is documented.
    private static let testCallsPerDay = 5_000
    private static let onlineCallsPerDay = 200_000

    static func read(
        _ table: TOMLTableReader, _ configuration: Configuration
    ) throws(ConfigurationError) -> Configuration.App {
        var reader = table
        let name = try reader.requiredText("name")
        guard configuration.app(named: name) == nil else {
            throw reader.error("name", "expected another name, \"\(name)\" is taken")
        }
        let platform: Platform = try reader.choice("platform") ?? .taobao
        let gateway = try reader.text("gateway") ?? platform.gateway
        guard GatewayURL.isAllowed(gateway) else {
            throw reader.error("gateway", "expected https://…, or http:// to a loopback address")
        }
        var app = Configuration.App(
            name: name, platform: platform, key: try reader.requiredText("key"),
            secret: try reader.secret(
                "secret", isInlineAllowed: GatewayURL.isLoopback(gateway)),
            gateway: gateway,
            callsPerSecond: try reader.number("calls_per_second", in: 0.01...100_000)
                ?? callsPerSecond,
            burst: try reader.integer("burst", in: 1...100_000) ?? burst,
            callsPerDay: testCallsPerDay)
        try readSignMethod(&reader, &app)
        try readQuota(&reader, &app)
        try readAuthorisation(&reader, &app)
        // Each app has its own limiter, and the platform counts by key.
        if let twin = configuration.apps.first(where: {
            $0.key == app.key && $0.gateway == app.gateway
        }) {
            throw reader.error(
                "key",
                "expected another key: \"\(twin.name)\" has it, and its shops share the quota")
        }
        try reader.finish()
        return app
    }

    private static func readSignMethod(
        _ reader: inout TOMLTableReader, _ app: inout Configuration.App
    ) throws(ConfigurationError) {
        let method: TOPSignature.Method? = try reader.choice("sign_method")
        guard method == nil || app.platform == .taobao else {
            throw reader.error(
                "sign_method", "expected none: \(app.platform.rawValue) has one signature alone")
        }
        app.signMethod = method ?? app.signMethod
    }

    /// What an app may call, by what it is in the platform's console.
    private static func readQuota(
        _ reader: inout TOMLTableReader, _ app: inout Configuration.App
    ) throws(ConfigurationError) {
        let state: Configuration.AppState? = try reader.choice("state")
        switch app.platform {
        case .taobao:
            guard state == nil else {
                throw reader.error("state", "expected none: it is for platform = \"pinduoduo\"")
            }
        case .pinduoduo:
            // Every app begins so; one that has gone online says it here.
            app.state = state ?? .test
            if app.state == .online { app.callsPerDay = onlineCallsPerDay }
        }
        app.callsPerDay =
            try reader.integer("calls_per_day", in: 1...1_000_000_000) ?? app.callsPerDay
        guard app.state == .online || app.callsPerDay <= testCallsPerDay else {
            throw reader.error(
                "calls_per_day",
                "expected at most \(testCallsPerDay): the app is in test state. Once it has gone "
                    + "online, set state = \"online\"")
        }
    }

    private static func readAuthorisation(
        _ reader: inout TOMLTableReader, _ app: inout Configuration.App
    ) throws(ConfigurationError) {
        app.redirectURI = try reader.text("redirect_uri")
        guard app.redirectURI != "" else {
            throw reader.error("redirect_uri", "expected the URI that is in the console")
        }
        app.authorizeURL = try reader.text("authorize_url")
        app.tokenURL = try reader.text("token_url")
        for (key, url) in [("authorize_url", app.authorizeURL), ("token_url", app.tokenURL)] {
            guard url.map(GatewayURL.isAllowed) ?? true else {
                throw reader.error(key, "expected https://…, or http:// to a loopback address")
            }
        }
    }
}

extension Configuration.App {
    /// Shops that may authorise it; nil for any number.
    var shopsMax: Int? { state == .test ? 5 : nil }
}

extension Platform {
    /// Where calls go.
    public var gateway: String {
        switch self {
        case .taobao: "https://eco.taobao.com/router/rest"
        case .pinduoduo: "https://gw-api.pinduoduo.com/api/router"
        }
    }
}
