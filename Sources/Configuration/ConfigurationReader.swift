import Glibc
import HTTPTransport
import Logging
import Observability
import SyncCore
import TOMLKit

/// Turns a TOML file into a `Configuration`, or refuses it.
public enum ConfigurationReader {
    public static func read(path: String) throws(ConfigurationError) -> Configuration {
        guard let bytes = contents(of: path) else {
            throw ConfigurationError(
                file: path, line: 0, key: "",
                expectation: "cannot be read: \(String(cString: strerror(errno))); see "
                    + "`ordersync run --help` for --config")
        }
        if let end = bytes.firstIndex(of: 0) {
            // The TOML reader would take it for the end of the file.
            throw ConfigurationError(
                file: path, line: bytes[..<end].count { $0 == UInt8(ascii: "\n") } + 1, key: "",
                expectation: "contains a NUL byte; delete it (is the file text in UTF-8?)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(
                file: path, line: 0, key: "", expectation: "expected text in UTF-8")
        }
        return try parse(text, file: path)
    }

    static func parse(_ text: String, file: String) throws(ConfigurationError)
        -> Configuration
    {
        let lines = TOMLLines(text)
        let root = try ConfigurationSyntax.parse(text, file: file, lines: lines)
        var faults = ConfigurationFaults()
        let known = [
            "store", "auth", "network", "log", "http", "privacy", "app", "shop", "price_watch",
        ]
        for unknown in root.keys.sorted() where !known.contains(unknown) {
            faults.add(
                ConfigurationError(
                    file: file, line: lines.line(of: unknown, in: unknown), key: unknown,
                    expectation:
                        "unknown; expected [store], [auth], [network], [log], [http], [privacy], "
                        + "[[app]], [[shop]] or [[price_watch]]"))
        }
        var configuration = Configuration()
        var scope = Scope(file: file, lines: lines, root: root)
        let single: [(String, TableReading)] = [
            ("store", readStore), ("auth", readAuth), ("network", readNetwork), ("log", readLog),
            ("http", readHTTP), ("privacy", readPrivacy),
        ]
        for (name, read) in single {
            for reader in faults.collect({ () throws(ConfigurationError) in try scope.table(name) })
                ?? []
            {
                _ = faults.read(reader) { reader throws(ConfigurationError) in
                    try read(reader, &configuration)
                }
            }
            scope.allowsReadableSecrets = configuration.allowsReadableSecrets
        }
        readLists(scope, &configuration, &faults)
        try faults.throwIfAny()
        guard !configuration.apps.isEmpty else { throw scope.missing("[[app]]") }
        guard !configuration.shops.isEmpty else { throw scope.missing("[[shop]]") }
        if let name = configuration.tracedShop,
            !configuration.shops.contains(where: { $0.name == name })
        {
            throw ConfigurationError(
                file: file, line: lines.line(of: "trace_shop", in: "log"),
                key: "[log] trace_shop",
                expectation: "expected the name of a [[shop]] in this file, got \"\(name)\"")
        }
        return configuration
    }

    private typealias TableReading = (
        TOMLTableReader, inout Configuration
    ) throws(ConfigurationError) -> Void

    private static func readLists(
        _ scope: Scope, _ configuration: inout Configuration, _ faults: inout ConfigurationFaults
    ) {
        func tables(_ name: String) -> [TOMLTableReader] {
            faults.collect { () throws(ConfigurationError) in try scope.tables(name) } ?? []
        }
        var faultyApps = ShopReader.FaultyApps()
        for reader in tables("app") {
            var app: Configuration.App?
            let keys = faults.read(reader) { reader throws(ConfigurationError) in
                app = try AppReader.read(reader, configuration)
            }
            if let app, keys.isEmpty {
                configuration.apps.append(app)
            } else {
                faultyApps.add(app, keys)
            }
        }
        var names = ShopReader.Names(configuration, faultyApps)
        for reader in tables("shop") {
            var shop: Configuration.Shop?
            let keys = faults.read(reader) { reader throws(ConfigurationError) in
                shop = try ShopReader.read(reader, configuration, names)
            }
            guard let shop, keys.isEmpty else { continue }
            names.insert(shop)
            configuration.shops.append(shop)
        }
        for reader in tables("price_watch") {
            _ = faults.read(reader) { reader throws(ConfigurationError) in
                try PromoterReader.watch(reader, &configuration, names)
            }
        }
    }

    // MARK: Tables

    private static func readStore(
        _ table: TOMLTableReader, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        var reader = table
        configuration.storePath = try reader.path("path") ?? configuration.storePath
        try reader.finish()
    }

    private static func readAuth(
        _ table: TOMLTableReader, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        var reader = table
        configuration.stateFile = try reader.path("state_file")
        configuration.allowsReadableSecrets = try reader.flag("allow_readable_secrets") ?? false
        try reader.finish()
    }

    private static func readNetwork(
        _ table: TOMLTableReader, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        var reader = table
        configuration.caFile = try reader.path("ca_file")
        try reader.finish()
    }

    private static func readLog(
        _ table: TOMLTableReader, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        var reader = table
        configuration.logLevel = try reader.choice("level") ?? configuration.logLevel
        configuration.logFormat = try reader.choice("format") ?? configuration.logFormat
        configuration.tracedShop = try reader.text("trace_shop")
        try reader.finish()
    }

    private static func readHTTP(
        _ table: TOMLTableReader, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        var reader = table
        if let text = try reader.text("listen") {
            configuration.http.listen = ListenAddress(text)
            guard configuration.http.listen != nil || text.isEmpty else {
                throw reader.error(
                    "listen",
                    "expected an IP address and a port such as \"127.0.0.1:9464\", or \"\" for "
                        + "no status page, got \"\(text)\"")
            }
        }
        configuration.http.hosts = try reader.texts("hosts") ?? []
        for host in configuration.http.hosts where !isHostName(host) {
            throw reader.error(
                "hosts", "expected names or addresses without scheme or port, got \"\(host)\"")
        }
        configuration.http.token = try reader.optionalSecret("token")
        if let listen = configuration.http.listen, !listen.isLoopback,
            configuration.http.token == nil
        {
            throw reader.error(
                "listen",
                "beyond this machine the page is served only with a token: expected token_file "
                    + "(or token_env, token_credential) too")
        }
        try reader.finish()
    }

    private static func readPrivacy(
        _ table: TOMLTableReader, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        var reader = table
        let receiver: PrivacyPolicy.Keeping = try reader.choice("receiver") ?? .store
        let raw: PrivacyPolicy.Keeping? = try reader.choice("raw")
        if receiver != .store, raw == .store {
            throw reader.error(
                "raw",
                "expected \"mask\" or \"drop\": receiver = \"\(receiver.rawValue)\" hides what "
                    + "the JSON would still contain")
        }
        configuration.privacy = PrivacyPolicy(
            receiver: receiver, raw: raw ?? (receiver == .store ? .store : .mask))
        try reader.finish()
    }

    /// Letters, digits and what stands between them in a name or an address.
    private static func isHostName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && !"/@?#,\"".utf8.contains(byte)
            } && (text.hasPrefix("[") || text.utf8.count { $0 == UInt8(ascii: ":") } != 1)
    }

    // MARK: Helpers

    /// The file's root with what messages need.
    private struct Scope {
        let file: String
        let lines: TOMLLines
        let root: TOMLTable
        var allowsReadableSecrets = false

        /// One, or none.
        func table(_ name: String) throws(ConfigurationError) -> [TOMLTableReader] {
            guard root.contains(key: name) else { return [] }
            guard let table = root[name]?.table else { throw wrongForm(name, "[\(name)]") }
            return [reader(title: "[\(name)]", place: name, table)]
        }

        private func reader(title: String, place: String, _ table: TOMLTable) -> TOMLTableReader {
            TOMLTableReader(
                file: file, title: title, place: place, table: table, lines: lines,
                folder: ConfigurationFolder.of(file), allowsReadableSecrets: allowsReadableSecrets)
        }

        func tables(_ name: String) throws(ConfigurationError) -> [TOMLTableReader] {
            guard root.contains(key: name) else { return [] }
            guard let array = root[name]?.array else { throw wrongForm(name, "[[\(name)]]") }
            var readers: [TOMLTableReader] = []
            for index in 0..<array.count {
                guard let table = array[index].table else {
                    throw wrongForm(name, "[[\(name)]]")
                }
                readers.append(
                    reader(title: "[[\(name)]]", place: "\(name)#\(index)", table))
            }
            return readers
        }

        func wrongForm(_ name: String, _ form: String) -> ConfigurationError {
            ConfigurationError(
                file: file, line: lines.line(of: name, in: name), key: name,
                expectation: "expected \(form)")
        }

        func missing(_ form: String) -> ConfigurationError {
            ConfigurationError(
                file: file, line: 0, key: form, expectation: "expected at least one")
        }
    }

    /// Nil, and `errno` says why.
    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        return ferror(file) == 0 ? bytes : nil
    }
}
