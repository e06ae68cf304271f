import OrderStore
import Platforms
import WireFormat

/// Reads what promoters (Duoduo Jinbao) have: their accounts among the `[[shop]]`, and
/// `[[price_watch]]`.
public enum PromoterReader {
    /// Between two looks at a price, where `interval` is left out.
    private static let intervalMilliseconds: Int64 = 600_000

    /// Checks that a promoter's account and its app fit together. An app reads either shops or a
    /// promoter's account: the platform has its own kind for each.
    /// - Parameter other: the first shop of the same app.
    static func check(
        _ shop: Configuration.Shop, _ app: Configuration.App, first other: Configuration.Shop?,
        _ reader: TOMLTableReader
    ) throws(ConfigurationError) {
        if shop.isPromoter, app.platform != .pinduoduo {
            throw reader.error(
                "streams", "\"affiliate\" is for apps of platform = \"pinduoduo\"")
        }
        guard let other else { return }
        guard other.isPromoter == shop.isPromoter else {
            throw reader.error(
                "app",
                "expected another app: \"\(other.name)\" has it, and an app reads either "
                    + "shops or a promoter's account")
        }
        if shop.isPromoter {
            throw reader.error(
                "app", "expected another app: \"\(other.name)\" is its promoter's account")
        }
    }

    /// Reads one `[[price_watch]]` and puts it to the promoter's account of its app. Where there
    /// is none, prices alone are read, under the app's name.
    static func watch(
        _ table: TOMLTableReader, _ configuration: inout Configuration, _ names: ShopReader.Names
    ) throws(ConfigurationError) {
        var reader = table
        let name = try reader.requiredText("app")
        let app = try names.app(name, reader)
        if let app, app.platform != .pinduoduo {
            throw reader.error("app", "prices need an app of platform = \"pinduoduo\"")
        }
        let watches = try watches(&reader)
        try reader.finish()
        guard let app else { return }
        let place = try account(of: app, &configuration, reader)
        for watch in watches {
            let isTwice = configuration.shops[place].watches.contains {
                $0.goods == watch.goods && $0.pid == watch.pid
            }
            guard !isTwice else {
                throw reader.error("goods", "\"\(watch.goods)\" is watched twice for one pid")
            }
            configuration.shops[place].watches.append(watch)
        }
    }

    private static func watches(
        _ reader: inout TOMLTableReader
    ) throws(ConfigurationError) -> [GoodsWatch] {
        let pid = try reader.requiredText("pid")
        let parameters = try reader.text("custom_parameters") ?? ""
        if !parameters.isEmpty, let fault = CustomParameters.fault(parameters) {
            throw reader.error("custom_parameters", fault)
        }
        let interval =
            try reader.duration("interval", in: 10_000...86_400_000)
            ?? intervalMilliseconds
        var below: Int64?
        if let text = try reader.text("below") {
            guard let fen = Fen.parse(text), fen > 0 else {
                throw reader.error("below", "expected yuan such as \"19.90\", got \"\(text)\"")
            }
            below = fen
        }
        guard let goods = try reader.texts("goods"), !goods.isEmpty else {
            throw reader.error("goods", "expected a list of goods_sign, but it is missing or empty")
        }
        for sign in goods where !isSign(sign) {
            throw reader.error("goods", "expected goods_sign texts, got \"\(sign)\"")
        }
        return goods.map {
            GoodsWatch(
                goods: $0, pid: pid, customParameters: parameters,
                interval: (interval + 999) / 1_000, belowFen: below)
        }
    }

    /// Signs are letters, digits, `_` and `-`.
    public static func isSign(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    private static func account(
        of app: Configuration.App, _ configuration: inout Configuration, _ reader: TOMLTableReader
    ) throws(ConfigurationError) -> Int {
        if let place = configuration.shops.firstIndex(where: { $0.app == app.name }) {
            guard configuration.shops[place].isPromoter else {
                throw reader.error(
                    "app",
                    "expected a promoter's app: \"\(configuration.shops[place].name)\" is a shop "
                        + "of this one")
            }
            return place
        }
        let name = "\(app.name)-prices"
        guard !configuration.shops.contains(where: { $0.name == name }) else {
            throw reader.error("app", "a [[shop]] has the name \"\(name)\", which its prices need")
        }
        var account = Configuration.Shop(
            name: name, app: app.name,
            session: .stored(configuration.sessionFile, shop: name, appKey: app.key),
            backfillDays: 0)
        account.streams = []
        configuration.shops.append(account)
        return configuration.shops.count - 1
    }
}
