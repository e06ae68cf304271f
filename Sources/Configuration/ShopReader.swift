import HTTPTransport
import Platforms
import SyncCore

/// Reads one `[[shop]]`.
enum ShopReader {
    /// The `[[app]]` that have faults. No fault of a shop may follow from one of theirs.
    struct FaultyApps {
        fileprivate var byName: [String: Configuration.App] = [:]
        /// An app's name is at fault: any shop may mean it.
        fileprivate var hasNameless = false

        /// - Parameter keys: those at fault.
        mutating func add(_ app: Configuration.App?, _ keys: Set<String>) {
            if let app, !keys.contains("name") {
                byName[app.name] = app
            } else {
                hasNameless = true
            }
        }
    }

    /// What the shops before have taken: looked up, not searched, because there can be thousands.
    struct Names {
        fileprivate let apps: [String: Configuration.App]
        /// In the order of the file.
        fileprivate let appNames: [String]
        fileprivate let faultyApps: FaultyApps
        fileprivate var shops: Set<String> = []
        /// By app.
        fileprivate var counts: [String: Int] = [:]
        fileprivate var firstShops: [String: Configuration.Shop] = [:]

        init(_ configuration: Configuration, _ faultyApps: FaultyApps) {
            self.faultyApps = faultyApps
            appNames = configuration.apps.map(\.name)
            apps = Dictionary(configuration.apps.map { ($0.name, $0) }) { first, _ in first }
        }

        /// The app that a table names; nil where that table cannot be checked, because the app
        /// has faults.
        func app(
            _ name: String, _ reader: TOMLTableReader
        ) throws(ConfigurationError) -> Configuration.App? {
            if let app = apps[name] { return app }
            guard faultyApps.byName[name] == nil, !faultyApps.hasNameless else { return nil }
            let known = (appNames + faultyApps.byName.keys.sorted())
                .map { "\"\($0)\"" }.joined(separator: ", ")
            throw reader.error("app", "expected the name of an [[app]] (\(known))")
        }

        mutating func insert(_ shop: Configuration.Shop) {
            shops.insert(shop.name)
            counts[shop.app, default: 0] += 1
            if firstShops[shop.app] == nil { firstShops[shop.app] = shop }
        }
    }

    static func read(
        _ table: TOMLTableReader, _ configuration: Configuration, _ names: Names
    ) throws(ConfigurationError) -> Configuration.Shop {
        var reader = table
        let name = try reader.requiredText("name")
        guard !names.shops.contains(name) else {
            throw reader.error("name", "expected another name, \"\(name)\" is taken")
        }
        let appName = try reader.requiredText("app")
        let app = try names.app(appName, reader)
        if let shopsMax = app?.shopsMax, names.counts[appName, default: 0] >= shopsMax {
            throw reader.error(
                "app",
                "expected at most \(shopsMax) shops: \"\(appName)\" is in test state. Once it has "
                    + "gone online, set state = \"online\" in its [[app]]")
        }
        let days = try reader.integer("backfill_days", in: 0...90)
        var shop = Configuration.Shop(
            name: name, app: appName,
            session: try reader.secret(
                "session", isInlineAllowed: app.map { GatewayURL.isLoopback($0.gateway) } ?? true,
                otherwise: .stored(
                    configuration.sessionFile, shop: name, appKey: app?.key ?? "")),
            backfillDays: days.map(Int64.init) ?? ShopDefaults.backfillDays)
        shop.streams = try streams(&reader) ?? shop.streams
        if let app {
            try PromoterReader.check(shop, app, first: names.firstShops[appName], reader)
        }
        try readLive(&reader, &shop, app)
        try readRest(&reader, &shop, app)
        try reader.finish()
        return shop
    }

    private static func streams(
        _ reader: inout TOMLTableReader
    ) throws(ConfigurationError) -> Set<Configuration.Shop.Stream>? {
        guard let names = try reader.texts("streams") else { return nil }
        let known = Configuration.Shop.Stream.allCases.map(\.rawValue)
        var streams: Set<Configuration.Shop.Stream> = []
        for name in names {
            guard let stream = Configuration.Shop.Stream(rawValue: name) else {
                throw reader.error("streams", "expected some of \(known), got \"\(name)\"")
            }
            streams.insert(stream)
        }
        if streams.contains(.affiliate) {
            guard streams == [.affiliate] else {
                throw reader.error(
                    "streams",
                    "expected \"affiliate\" alone: a promoter's app cannot read a shop's orders, "
                        + "so the shop needs an [[app]] and its own [[shop]]")
            }
            return streams
        }
        guard streams.contains(.orders) else {
            throw reader.error("streams", "expected \"orders\" among them: the others hang on it")
        }
        return streams
    }

    /// How live changes are read, and read again.
    private static func readLive(
        _ reader: inout TOMLTableReader, _ shop: inout Configuration.Shop, _ app: Configuration.App?
    ) throws(ConfigurationError) {
        shop.pollIntervalMilliseconds =
            try reader.duration("poll_interval", in: 100...3_600_000)
            ?? shop.pollIntervalMilliseconds
        let settle = try reader.duration("settle", in: 0...1_800_000)
        let overlap = try reader.duration("overlap", in: 0...3_600_000)
        // Of a promoter's list nothing of the kind is known.
        let settleMin = shop.isPromoter ? 0 : app?.rules.settleMin ?? 0
        let usual = shop.isPromoter ? 0 : app?.adapter.rules.settleMin ?? 0
        shop.settleSeconds = settle.map(seconds) ?? max(usual, shop.settleSeconds)
        guard shop.settleSeconds >= settleMin else {
            throw reader.error(
                "settle",
                "expected no less than \(settleMin)s: the lists of "
                    + "\(app?.platform.rawValue ?? "") are not whole before")
        }
        shop.overlapSeconds = overlap.map(seconds) ?? shop.overlapSeconds
        let settleMax = try reader.duration("settle_max", in: 0...1_800_000)
        let overlapMax = try reader.duration("overlap_max", in: 0...3_600_000)
        shop.settleMaxSeconds =
            settleMax.map(seconds) ?? max(shop.settleMaxSeconds, shop.settleSeconds)
        shop.overlapMaxSeconds =
            overlapMax.map(seconds) ?? max(shop.overlapMaxSeconds, shop.overlapSeconds)
        guard shop.settleMaxSeconds >= shop.settleSeconds else {
            throw reader.error("settle_max", "expected no less than settle")
        }
        guard shop.overlapMaxSeconds >= shop.overlapSeconds else {
            throw reader.error("overlap_max", "expected no less than overlap")
        }
        guard let delays = try reader.durations("sweep", in: 1_000...604_800_000) else { return }
        shop.sweepSeconds = delays.map(seconds)
        let isRising = zip(shop.sweepSeconds, shop.sweepSeconds.dropFirst()).allSatisfy { $0 < $1 }
        guard shop.sweepSeconds.count <= StreamKind.sweeps.count, isRising else {
            throw reader.error(
                "sweep",
                "expected up to \(StreamKind.sweeps.count) durations, each longer "
                    + "than the one before")
        }
    }

    private static func readRest(
        _ reader: inout TOMLTableReader, _ shop: inout Configuration.Shop, _ app: Configuration.App?
    ) throws(ConfigurationError) {
        shop.details = try reader.choice("details") ?? shop.details
        shop.refundIntervalMilliseconds =
            try reader.duration("refund_interval", in: 1_000...3_600_000)
            ?? shop.refundIntervalMilliseconds
        let parcel = try reader.duration("parcel_interval", in: 1_000...86_400_000)
        shop.parcelIntervalSeconds = parcel.map(seconds) ?? shop.parcelIntervalSeconds
        shop.audits = try reader.flag("audit") ?? shop.audits
        shop.types = try reader.texts("types") ?? []
        if let app, app.platform != .taobao, !shop.types.isEmpty {
            throw reader.error("types", "expected none: \(app.platform.rawValue) has no such types")
        }
    }

    private static func seconds(_ milliseconds: Int64) -> Int64 {
        (milliseconds + 999) / 1_000
    }
}
