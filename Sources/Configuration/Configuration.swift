import HTTPTransport
public import Logging
public import Observability
public import OrderStore
public import Platforms
public import SyncCore

/// The configuration file, checked: what is here can be run. `config/ordersync.toml` explains
/// every key.
public struct Configuration: Equatable, Sendable {
    public struct App: Equatable, Sendable {
        public var name: String
        public var platform: Platform
        public var key: String
        public var secret: SecretSource
        public var gateway: String
        /// Taobao's alone.
        public var signMethod = TOPSignature.Method.hmacSHA256
        /// What the platform's console calls it, where that changes what the app may do.
        public var state = AppState.online
        public var callsPerSecond: Double
        public var burst: Int
        public var callsPerDay: Int
        /// Of its authorisation; nil for the platform's own.
        public var redirectURI: String?
        public var authorizeURL: String?
        var tokenURL: String?
    }

    /// An app under test may call less, and for fewer shops, than one that has gone online.
    public enum AppState: String, CaseIterable, Sendable {
        case test, online
    }

    public struct Shop: Equatable, Sendable {
        public var name: String
        public var app: String
        public var session: SecretSource
        public var backfillDays: Int64
        public var pollIntervalMilliseconds = ShopDefaults.pollIntervalMilliseconds
        public var settleSeconds = ShopDefaults.settleSeconds
        public var settleMaxSeconds = ShopDefaults.settleMaxSeconds
        public var overlapSeconds = ShopDefaults.overlapSeconds
        public var overlapMaxSeconds = ShopDefaults.overlapMaxSeconds
        /// How long after its first read the time is read again; rising, at most three.
        public var sweepSeconds = ShopDefaults.sweepSeconds
        public var details = DetailPolicy.changed
        public var refundIntervalMilliseconds = ShopDefaults.refundIntervalMilliseconds
        public var parcelIntervalSeconds = ShopDefaults.parcelIntervalSeconds
        /// Closed days are counted and compared.
        public var audits = true
        public var streams: Set<Stream> = [.orders, .refunds, .shipments]
        /// Trade types to ask for; empty for all that the platform knows.
        public var types: [String] = []
        /// Of a promoter: goods whose prices are watched.
        public var watches: [GoodsWatch] = []

        /// What a shop can be synced for.
        public enum Stream: String, CaseIterable, Sendable {
            case orders, refunds, shipments
            /// A promoter's orders, and nothing else.
            case affiliate
        }

        /// An account of a promoter (Duoduo Jinbao): it has no shop, and needs no session.
        public var isPromoter: Bool { !streams.contains(.orders) }

        /// The machine's streams for it. Details are always among them: hollow rows need them.
        public var streamKinds: Set<StreamKind> {
            if isPromoter { return promoterKinds }
            var kinds: Set<StreamKind> = [.orders, .backfill, .details, .requested, .verify]
            if !sweepSeconds.isEmpty { kinds.formUnion(StreamKind.sweeps) }
            if streams.contains(.refunds) { kinds.formUnion([.refunds, .refundHistory]) }
            if streams.contains(.shipments) { kinds.insert(.shipments) }
            if audits { kinds.insert(.audit) }
            return kinds
        }

        private var promoterKinds: Set<StreamKind> {
            var kinds: Set<StreamKind> = watches.isEmpty ? [] : [.prices]
            guard streams.contains(.affiliate) else { return kinds }
            kinds.insert(.affiliate)
            if !sweepSeconds.isEmpty { kinds.formUnion(StreamKind.sweeps) }
            return kinds
        }
    }

    /// The status page.
    public struct HTTP: Equatable, Sendable {
        /// Nil for no page.
        public var listen: ListenAddress? = ListenAddress(host: "127.0.0.1", port: 9464)
        /// Further names by which it may be called.
        public var hosts: [String] = []
        /// What readers must show; always there when others than this machine can reach it.
        public var token: SecretSource?
    }

    public var storePath = "/var/lib/ordersync/orders.db"
    /// Where sessions are stored; nil for `sessions.json` beside the database.
    var stateFile: String?
    /// Certificates of CAs to trust; nil for the system's.
    public var caFile: String?
    /// World-readable secret files are accepted on read-only mounts.
    var allowsReadableSecrets = false
    public var logLevel = Logger.Level.info
    public var logFormat = LogFormat.auto
    /// The shop whose decisions are logged.
    public var tracedShop: String?
    public var http = HTTP()
    public var privacy = PrivacyPolicy()
    public var apps: [App] = []
    public var shops: [Shop] = []

    public init() {}

    public func app(named name: String) -> App? {
        apps.first { $0.name == name }
    }

    public var sessionFile: SessionFile {
        let folder = SessionFile.folder(of: storePath)
        return SessionFile(
            path: stateFile ?? (folder == "/" ? "/sessions.json" : "\(folder)/sessions.json"),
            databasePath: storePath)
    }
}

extension Configuration.Shop {
    /// A shop with the default of every key that may be left out.
    public init(name: String, app: String, session: SecretSource) {
        self.init(
            name: name, app: app, session: session, backfillDays: ShopDefaults.backfillDays)
    }
}

extension Configuration.App {
    public init(
        name: String, platform: Platform, key: String, secret: SecretSource, gateway: String,
        limit: RateLimiter.Policy
    ) {
        self.init(
            name: name, platform: platform, key: key, secret: secret, gateway: gateway,
            callsPerSecond: limit.callsPerSecond, burst: limit.burst,
            callsPerDay: limit.callsPerDay)
    }
}
