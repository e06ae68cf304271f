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

        public init(
            name: String, platform: Platform, key: String, secret: SecretSource, gateway: String,
            signMethod: TOPSignature.Method = TOPSignature.Method.hmacSHA256,
            state: AppState = AppState.online, callsPerSecond: Double, burst: Int, callsPerDay: Int,
            redirectURI: String? = nil, authorizeURL: String? = nil, tokenURL: String? = nil
        ) {
            self.name = name
            self.platform = platform
            self.key = key
            self.secret = secret
            self.gateway = gateway
            self.signMethod = signMethod
            self.state = state
            self.callsPerSecond = callsPerSecond
            self.burst = burst
            self.callsPerDay = callsPerDay
            self.redirectURI = redirectURI
            self.authorizeURL = authorizeURL
            self.tokenURL = tokenURL
        }
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
        public var pollMilliseconds: Int64 = 10_000
        public var settleSeconds: Int64 = 2
        public var settleMaxSeconds: Int64 = 10
        public var overlapSeconds: Int64 = 60
        public var overlapMaxSeconds: Int64 = 900
        /// How long after its first read the time is read again; rising, at most three.
        public var sweepSeconds: [Int64] = [600, 3_600, 86_400]
        public var details = DetailPolicy.changed
        public var refundPollMilliseconds: Int64 = 60_000
        public var parcelPollSeconds: Int64 = 3_600
        /// Closed days are counted and compared.
        public var audits = true
        public var streams: Set<Stream> = [.orders, .refunds, .shipments]
        /// Trade types to ask for; empty for all that the platform knows.
        public var types: [String] = []
        /// Of a promoter: goods whose prices are watched.
        public var watches: [GoodsWatch] = []

        public init(
            name: String, app: String, session: SecretSource, backfillDays: Int64,
            pollMilliseconds: Int64 = 10_000, settleSeconds: Int64 = 2,
            settleMaxSeconds: Int64 = 10, overlapSeconds: Int64 = 60,
            overlapMaxSeconds: Int64 = 900, sweepSeconds: [Int64] = [600, 3_600, 86_400],
            details: DetailPolicy = DetailPolicy.changed, refundPollMilliseconds: Int64 = 60_000,
            parcelPollSeconds: Int64 = 3_600, audits: Bool = true,
            streams: Set<Stream> = [.orders, .refunds, .shipments], types: [String] = [],
            watches: [GoodsWatch] = []
        ) {
            self.name = name
            self.app = app
            self.session = session
            self.backfillDays = backfillDays
            self.pollMilliseconds = pollMilliseconds
            self.settleSeconds = settleSeconds
            self.settleMaxSeconds = settleMaxSeconds
            self.overlapSeconds = overlapSeconds
            self.overlapMaxSeconds = overlapMaxSeconds
            self.sweepSeconds = sweepSeconds
            self.details = details
            self.refundPollMilliseconds = refundPollMilliseconds
            self.parcelPollSeconds = parcelPollSeconds
            self.audits = audits
            self.streams = streams
            self.types = types
            self.watches = watches
        }

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
