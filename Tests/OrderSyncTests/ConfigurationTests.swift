import Foundation
import Logging
import Observability
import Platforms
import SyncCore
import Testing
import WireFormat

@testable import Configuration
@testable import OrderSync

@Suite struct ConfigurationTests {
    /// A whole file; other lines may follow those of the shop.
    static func file(app: String = "", shop: String = "", top: String = "") -> String {
        """
        \(top)
        [[app]]
        name = "main"
        key = "12345678"
        secret_file = "/etc/main.secret"
        \(app)
        [[shop]]
        name = "flagship"
        app = "main"
        session_file = "/etc/flagship.session"
        \(shop)
        """
    }

    private func parse(_ text: String) throws(ConfigurationError) -> Configuration {
        try ConfigurationReader.parse(text, file: "test.toml")
    }

    @Test func theReaderFillsInTheDefaults() throws {
        let configuration = try parse(Self.file())
        #expect(configuration.storePath == "/var/lib/ordersync/orders.db")
        #expect(configuration.logLevel == .info)
        #expect(configuration.logFormat == .auto)
        #expect(configuration.http.listen == ListenAddress("127.0.0.1:9464"))
        #expect(configuration.http.hosts.isEmpty)
        #expect(configuration.http.token == nil)
        #expect(
            configuration.apps == [
                Configuration.App(
                    name: "main", platform: .taobao, key: "12345678",
                    secret: .file("/etc/main.secret"),
                    gateway: "https://eco.taobao.com/router/rest", signMethod: .hmacSHA256,
                    callsPerSecond: 5, burst: 10, callsPerDay: 5_000)
            ])
        #expect(
            configuration.shops == [
                Configuration.Shop(
                    name: "flagship", app: "main", session: .file("/etc/flagship.session"),
                    backfillDays: 90, pollIntervalMilliseconds: 10_000, settleSeconds: 2,
                    settleMaxSeconds: 10, overlapSeconds: 60, overlapMaxSeconds: 900,
                    sweepSeconds: [600, 3_600, 86_400], details: .changed,
                    refundIntervalMilliseconds: 60_000, parcelIntervalSeconds: 3_600, audits: true,
                    streams: [.orders, .refunds, .shipments], types: [])
            ])
        #expect(configuration.app(named: "main") == configuration.apps[0])
        #expect(configuration.app(named: "other") == nil)
    }

    /// Every key, none at its default.
    private static let everyKey = """
        [store]
        path = "orders.db"
        [log]
        level = "debug"
        format = "json"
        [http]
        listen = "[::]:9465"
        hosts = ["orders.example.net", "10.0.0.7"]
        token_file = "/etc/ordersync/page.token"
        [[app]]
        name = "a"
        platform = "taobao"
        key = "1"
        secret = "helloworld"
        gateway = "http://127.0.0.1:8080/router/rest"
        sign_method = "md5"
        calls_per_second = 2
        burst = 1
        calls_per_day = 1000000000
        [[app]]
        name = "b"
        key = "2"
        secret_env = "SECRET"
        calls_per_second = 0.01
        [[shop]]
        name = "one"
        app = "a"
        session = "6100b23"
        backfill_days = 0
        details = "never"
        poll_interval = "100ms"
        settle = "1500ms"
        settle_max = "5s"
        overlap = "30m"
        overlap_max = "1h"
        sweep = ["5m", "2h"]
        refund_interval = "2m"
        parcel_interval = "30m"
        audit = false
        streams = ["orders", "refunds", "shipments"]
        types = ["fixed", "cod"]
        [[shop]]
        name = "two"
        app = "b"
        session_credential = "two.session"
        settle = "0s"
        """

    @Test func theReaderReadsEveryKey() throws {
        let configuration = try parse(Self.everyKey)
        let folder = FileManager.default.currentDirectoryPath
        #expect(configuration.storePath == "\(folder)/orders.db")
        #expect(configuration.logLevel == .debug)
        #expect(configuration.logFormat == .json)
        #expect(configuration.http.listen == ListenAddress(host: "::", port: 9_465))
        #expect(configuration.http.hosts == ["orders.example.net", "10.0.0.7"])
        #expect(configuration.http.token == .file("/etc/ordersync/page.token"))
        #expect(
            configuration.apps.map(\.secret) == [.inline("helloworld"), .environment("SECRET")])
        #expect(configuration.apps.map(\.signMethod) == [.md5, .hmacSHA256])
        #expect(configuration.apps.map(\.callsPerSecond) == [2, 0.01])
        #expect(configuration.apps[0].burst == 1)
        #expect(configuration.apps[0].callsPerDay == 1_000_000_000)
        let one = configuration.shops[0]
        #expect(one.session == .inline("6100b23"))
        #expect(one.backfillDays == 0)
        #expect(one.details == .never)
        #expect(one.sweepSeconds == [300, 7_200])
        #expect(!one.audits)
        #expect(one.refundIntervalMilliseconds == 120_000)
        #expect(one.parcelIntervalSeconds == 1_800)
        #expect(one.settleMaxSeconds == 5)
        #expect(one.overlapMaxSeconds == 3_600)
        #expect(one.pollIntervalMilliseconds == 100)
        #expect(one.settleSeconds == 2)
        #expect(one.overlapSeconds == 1_800)
        #expect(one.types == ["fixed", "cod"])
        #expect(one.streams == [.orders, .refunds, .shipments])
        #expect(configuration.shops[1].session == .credential("two.session"))
        #expect(configuration.shops[1].settleSeconds == 0)
    }

    /// The file that `make install` puts in place.
    private static func shipped() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("config/ordersync.toml"), encoding: .utf8)
    }

    @Test func theShippedFileParsesWithAndWithoutItsComments() throws {
        let text = try Self.shipped()
        let configuration = try parse(text)
        #expect(configuration.apps.count == 1)
        #expect(configuration.shops.count == 1)
        // It states the defaults.
        var plain = try parse(Self.file())
        plain.apps[0].secret = configuration.apps[0].secret
        plain.shops[0].session = configuration.shops[0].session
        #expect(configuration == plain)
        let all = text.replacing("# types", with: "types")
        #expect(try parse(all).shops[0].types.count == 7)
    }

    /// What the reader knows is in the file, and no more.
    @Test func theShippedFileNamesEveryKey() throws {
        let text = try Self.shipped()
        for (table, others) in [
            ("[store]", 0), ("[log]", 0), ("[http]", 3), ("[[app]]", 3), ("[[shop]]", 3),
        ] {
            // A key that no one knows makes the reader name those that it does.
            let wrong = text.replacing("\n\(table)\n", with: "\n\(table)\nzzz = 1\n")
            let error = #expect(throws: ConfigurationError.self) { try parse(wrong) }
            #expect(error?.key == "\(table) zzz")
            let known = try #require(error?.expectation.split(separator: "one of ").last)
                .split(separator: ", ")
            let rest = try #require(text.split(separator: "\n\(table)\n").last)
            var named: Set<Substring> = []
            for line in rest.split(separator: "\n") {
                if line.hasPrefix("[") || line.hasPrefix("# [[") { break }
                guard
                    let key = line.drop(while: { $0 == "#" || $0 == " " })
                        .firstMatch(of: #/^([a-z_]+) = /#)?.1
                else { continue }
                named.insert(key)
            }
            #expect(named.isSubset(of: known), "\(table)")
            // The other ways to give a secret are described in words.
            let missing = known.filter { !named.contains($0) }
            #expect(missing.count == others, "\(table): \(missing)")
            for key in missing { #expect(rest.contains(key), "\(key)") }
        }
    }
}
