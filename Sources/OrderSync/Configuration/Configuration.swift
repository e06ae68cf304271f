import HTTPTransport
import Logging
import Observability
import OrderStore
import Platforms
import SyncCore

/// The configuration file, checked: what is here can be run. `config/ordersync.toml` explains
/// every key.
struct Configuration: Equatable, Sendable {
    struct App: Equatable, Sendable {
        var name: String
        var platform: Platform
        var key: String
        var secret: SecretSource
        var gateway: String
        /// Taobao's alone.
        var signMethod = TOPSignature.Method.hmacSHA256
        /// What the platform's console calls it, where that changes what the app may do.
        var state = AppState.online
        var callsPerSecond: Double
        var burst: Int
        var callsPerDay: Int
        /// Of its authorisation; nil for the platform's own.
        var redirectURI: String?
        var authorizeURL: String?
        var tokenURL: String?
    }

    /// An app under test may call less, and for fewer shops, than one that has gone online.
    enum AppState: String, CaseIterable, Sendable {
        case test, online
    }

    struct Shop: Equatable, Sendable {
        var name: String
        var app: String
        var session: SecretSource
        var backfillDays: Int64
        var pollMilliseconds: Int64 = 10_000
        var settleSeconds: Int64 = 2
        var settleMaxSeconds: Int64 = 10
        var overlapSeconds: Int64 = 60
        var overlapMaxSeconds: Int64 = 900
        /// How long after its first read the time is read again; rising, at most three.
        var sweepSeconds: [Int64] = [600, 3_600, 86_400]
        var details = DetailPolicy.changed
        var refundPollMilliseconds: Int64 = 60_000
        var parcelPollSeconds: Int64 = 3_600
        /// Closed days are counted and compared.
        var audits = true
        var streams: Set<Stream> = [.orders, .refunds, .shipments]
        /// Trade types to ask for; empty for all that the platform knows.
        var types: [String] = []
        /// Of a promoter: goods whose prices are watched.
        var watches: [GoodsWatch] = []

        /// What a shop can be synced for.
        enum Stream: String, CaseIterable {
            case orders, refunds, shipments
            /// A promoter's orders, and nothing else.
            case affiliate
        }

        /// An account of a promoter (Duoduo Jinbao): it has no shop, and needs no session.
        var isPromoter: Bool { !streams.contains(.orders) }

        /// The machine's streams for it. Details are always among them: hollow rows need them.
        var streamKinds: Set<StreamKind> {
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
    struct HTTP: Equatable, Sendable {
        /// Nil for no page.
        var listen: ListenAddress? = ListenAddress(host: "127.0.0.1", port: 9464)
        /// Further names by which it may be called.
        var hosts: [String] = []
        /// What readers must show; always there when others than this machine can reach it.
        var token: SecretSource?
    }

    var storePath = "/var/lib/ordersync/orders.db"
    /// Where sessions are stored; nil for `sessions.json` beside the database.
    var stateFile: String?
    /// Certificates of CAs to trust; nil for the system's.
    var caFile: String?
    /// World-readable secret files are accepted on read-only mounts.
    var allowsReadableSecrets = false
    var logLevel = Logger.Level.info
    var logFormat = LogFormat.auto
    var http = HTTP()
    var privacy = PrivacyPolicy()
    var apps: [App] = []
    var shops: [Shop] = []

    func app(named name: String) -> App? {
        apps.first { $0.name == name }
    }

    var sessionFile: SessionFile {
        let folder = SessionFile.folder(of: storePath)
        return SessionFile(
            path: stateFile ?? (folder == "/" ? "/sessions.json" : "\(folder)/sessions.json"),
            databasePath: storePath)
    }
}
