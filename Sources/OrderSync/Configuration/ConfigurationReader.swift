import Glibc
import HTTPTransport
import Logging
import Observability
import SyncCore
import TOMLKit

/// Turns a TOML file into a `Configuration`, or refuses it.
enum ConfigurationReader {
    static func read(path: String) throws(ConfigurationError) -> Configuration {
        guard let bytes = contents(of: path) else {
            throw ConfigurationError(
                file: path, line: 0, key: "",
                expectation: "cannot be read: \(String(cString: strerror(errno))); see "
                    + "`ordersync run --help` for --config")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(
                file: path, line: 0, key: "", expectation: "expected text in UTF-8")
        }
        return try parse(text, file: path)
    }

    static func parse(_ text: String, file: String) throws(ConfigurationError) -> Configuration {
        let root: TOMLTable
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                file: file, line: error.source.begin.line, key: "", expectation: error.description)
        } catch {
            throw ConfigurationError(file: file, line: 0, key: "", expectation: "is not TOML")
        }
        let lines = TOMLLines(text)
        let known = ["store", "auth", "log", "http", "privacy", "app", "shop", "price_watch"]
        if let unknown = root.keys.sorted().first(where: { !known.contains($0) }) {
            throw ConfigurationError(
                file: file, line: lines.line(of: unknown, in: unknown), key: unknown,
                expectation:
                    "unknown; expected [store], [auth], [log], [http], [privacy], [[app]], "
                    + "[[shop]] or [[price_watch]]")
        }
        var configuration = Configuration()
        let scope = Scope(file: file, lines: lines, root: root)
        try readStore(scope, &configuration)
        try readAuth(scope, &configuration)
        try readLog(scope, &configuration)
        try readHTTP(scope, &configuration)
        try readPrivacy(scope, &configuration)
        for reader in try scope.tables("app") {
            configuration.apps.append(try AppReader.read(reader, configuration))
        }
        var census = ShopReader.Census()
        for reader in try scope.tables("shop") {
            configuration.shops.append(try ShopReader.read(reader, configuration, &census))
        }
        for reader in try scope.tables("price_watch") {
            try PromoterReader.watch(reader, &configuration)
        }
        guard !configuration.apps.isEmpty else { throw scope.missing("[[app]]") }
        guard !configuration.shops.isEmpty else { throw scope.missing("[[shop]]") }
        return configuration
    }

    // MARK: Tables

    private static func readStore(
        _ scope: Scope, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        guard var reader = try scope.table("store") else { return }
        if let path = try reader.text("path") {
            guard !path.isEmpty else { throw reader.error("path", "expected a file's path") }
            configuration.storePath = path
        }
        try reader.finish()
    }

    private static func readAuth(
        _ scope: Scope, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        guard var reader = try scope.table("auth") else { return }
        if let path = try reader.text("state_file") {
            guard !path.isEmpty else { throw reader.error("state_file", "expected a file's path") }
            configuration.stateFile = path
        }
        try reader.finish()
    }

    private static func readLog(
        _ scope: Scope, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        guard var reader = try scope.table("log") else { return }
        configuration.logLevel = try reader.choice("level") ?? configuration.logLevel
        configuration.logFormat = try reader.choice("format") ?? configuration.logFormat
        try reader.finish()
    }

    private static func readHTTP(
        _ scope: Scope, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        guard var reader = try scope.table("http") else { return }
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
        _ scope: Scope, _ configuration: inout Configuration
    ) throws(ConfigurationError) {
        guard var reader = try scope.table("privacy") else { return }
        let receiver: PrivacyPolicy.Keeping = try reader.choice("receiver") ?? .store
        let raw: PrivacyPolicy.Keeping? = try reader.choice("raw")
        if receiver != .store, raw == .store {
            throw reader.error(
                "raw",
                "expected \"mask\" or \"drop\": receiver = \"\(receiver.rawValue)\" hides what "
                    + "the JSON would go on telling")
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

        func table(_ name: String) throws(ConfigurationError) -> TableReader? {
            guard root.contains(key: name) else { return nil }
            guard let table = root[name]?.table else { throw wrongForm(name, "[\(name)]") }
            return TableReader(
                file: file, title: "[\(name)]", place: name, table: table, lines: lines)
        }

        func tables(_ name: String) throws(ConfigurationError) -> [TableReader] {
            guard root.contains(key: name) else { return [] }
            guard let array = root[name]?.array else { throw wrongForm(name, "[[\(name)]]") }
            var readers: [TableReader] = []
            for index in 0..<array.count {
                guard let table = array[index].table else {
                    throw wrongForm(name, "[[\(name)]]")
                }
                readers.append(
                    TableReader(
                        file: file, title: "[[\(name)]]", place: "\(name)#\(index)", table: table,
                        lines: lines))
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
