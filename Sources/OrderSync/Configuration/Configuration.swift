import HTTPTransport
import Logging
import Observability
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
        var signMethod: TOPSignature.Method
        var callsPerSecond: Double
        var burst: Int
        var callsPerDay: Int
    }

    struct Shop: Equatable, Sendable {
        var name: String
        var app: String
        var session: SecretSource
        var backfillDays: Int64
        var readsDetails: Bool
        var pollMilliseconds: Int64
        var settleSeconds: Int64
        var overlapSeconds: Int64
        var streams: [String]
        /// Trade types to ask for; empty for all that the platform knows.
        var types: [String]
    }

    var storePath = "/var/lib/ordersync/orders.db"
    var logLevel = Logger.Level.info
    var logFormat = LogFormat.auto
    var httpListen = ""
    var privacy = PrivacyPolicy()
    var apps: [App] = []
    var shops: [Shop] = []

    func app(named name: String) -> App? {
        apps.first { $0.name == name }
    }
}

/// The file cannot be used; says where, and what was expected.
struct ConfigurationError: Error, Equatable {
    var file: String
    /// 0 when the fault has no line of its own.
    var line: Int
    /// For example `[[app]] calls_per_second`.
    var key: String
    var expectation: String

    var text: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return key.isEmpty ? "\(place): \(expectation)" : "\(place): \(key): \(expectation)"
    }
}
