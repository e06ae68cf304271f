import OrderStore
import SyncCore
import Testing

@testable import Configuration
@testable import OrderSync
@testable import ProgramSupport

/// Promoters' accounts and watched prices in the configuration.
@Suite struct PromoterConfigurationTests {
    /// Two apps, one for shops and one for a promoter; the rest from line 13 on.
    private func file(_ rest: String) -> String {
        """
        [[app]]
        name = "main"
        platform = "pinduoduo"
        key = "1"
        secret_env = "A"
        [[app]]
        name = "jinbao"
        platform = "pinduoduo"
        key = "2"
        secret_env = "B"
        # The rest
        #
        \(rest)
        """
    }

    private static let promoter = """
        [[shop]]
        name = "promoter"
        app = "jinbao"
        streams = ["affiliate"]

        """
    private static let watch = """
        [[price_watch]]
        app = "jinbao"
        pid = "1_2"
        goods = ["E9a", "E9-b_C"]

        """

    private func fault(_ rest: String) -> ConfigurationError? {
        do {
            _ = try ConfigurationReader.parse(file(rest), file: "test.toml")
            return nil
        } catch {
            return error
        }
    }

    @Test func anAccountAndItsWatchesAreRead() throws {
        let text = file(
            Self.promoter + Self.watch + """
                interval = "90s"
                below = "19.9"
                """)
        let configuration = try ConfigurationReader.parse(text, file: "test.toml")
        let shop = try #require(configuration.shops.first)
        #expect(configuration.shops.count == 1)
        #expect(shop.isPromoter)
        #expect(
            shop.watches
                == ["E9a", "E9-b_C"].map {
                    GoodsWatch(goods: $0, pid: "1_2", interval: 90, belowFen: 1_990)
                })
        #expect(
            shop.streamKinds == [.affiliate, .prices, .sweep, .sweepSecond, .sweepThird])
        #expect(try configuration.promotersApp(named: "jinbao").name == "jinbao")
        #expect(configuration.account(of: configuration.apps[1])?.name == "promoter")
    }

    @Test func customParametersArePassedOnAsTheyAre() throws {
        let mine = #"{"uid": "u-1", "sid":"测试"}"#
        let text = file(Self.watch + "custom_parameters = '\(mine)'")
        let configuration = try ConfigurationReader.parse(text, file: "test.toml")
        #expect(configuration.shops[0].watches.map(\.customParameters) == [mine, mine])
        let none = try ConfigurationReader.parse(
            file(Self.watch + "custom_parameters = ''"), file: "test.toml")
        #expect(none.shops[0].watches.allSatisfy { $0.customParameters.isEmpty })
    }

    /// Prices need no account: they have one of the app's name.
    @Test func pricesNeedNoAccount() throws {
        let configuration = try ConfigurationReader.parse(file(Self.watch), file: "test.toml")
        let shop = try #require(configuration.shops.first)
        #expect(shop.name == "jinbao-prices")
        #expect(shop.app == "jinbao")
        #expect(shop.isPromoter)
        #expect(shop.streamKinds == [.prices])
        #expect(shop.watches.map(\.interval) == [600, 600])
        #expect(shop.watches.allSatisfy { $0.belowFen == nil })
    }

    @Test(
        arguments: [
            (
                promoter.replacing("[\"affiliate\"]", with: "[\"affiliate\", \"orders\"]"),
                16, "[[shop]] streams", "\"affiliate\" alone"
            ),
            (
                promoter + "[[shop]]\nname = \"x\"\napp = \"jinbao\"\nsession_env = \"C\"\n",
                19, "[[shop]] app", "either shops or a promoter's account"
            ),
            (
                promoter + promoter.replacing("\"promoter\"", with: "\"x\""),
                19, "[[shop]] app", "expected another app"
            ),
            (
                "[[shop]]\nname = \"x\"\napp = \"jinbao\"\nsession_env = \"C\"\n" + watch,
                18, "[[price_watch]] app", "expected a promoter's app"
            ),
            (
                watch.replacing("\"jinbao\"", with: "\"other\""),
                14, "[[price_watch]] app", "expected the name of an [[app]] (\"main\""
            ),
            (
                watch.replacing("pid = ", with: "# pid = "), 13, "[[price_watch]] pid",
                "it is missing"
            ),
            (watch + "below = \"cheap\"", 17, "[[price_watch]] below", "such as \"19.90\""),
            (watch + "below = \"0\"", 17, "[[price_watch]] below", "such as \"19.90\""),
            (watch + "below = 19.9", 17, "[[price_watch]] below", "expected a text in quotes"),
            (
                watch + "custom_parameters = \"u-1\"", 17, "[[price_watch]] custom_parameters",
                "a JSON object with a \"uid\""
            ),
            (
                watch + "custom_parameters = '{\"sid\":\"x\"}'", 17,
                "[[price_watch]] custom_parameters", "a JSON object with a \"uid\""
            ),
            (
                watch + "custom_parameters = '{\"uid\":\"\(String(repeating: "u", count: 55))\"}'",
                17, "[[price_watch]] custom_parameters", "64 bytes at most, got 65"
            ),
            (watch + "interval = \"5s\"", 17, "[[price_watch]] interval", "10s to 24h"),
            (watch + "colour = 1", 17, "[[price_watch]] colour", "unknown key"),
            (
                watch.replacing("[\"E9a\", \"E9-b_C\"]", with: "[]"), 16,
                "[[price_watch]] goods", "missing or empty"
            ),
            (
                watch.replacing("E9a", with: "E9 a"), 16, "[[price_watch]] goods",
                "got \"E9 a\""
            ),
            (watch + watch, 20, "[[price_watch]] goods", "watched twice"),
        ] as [(String, Int, String, String)])
    func wrongPromotersAreRefused(rest: String, line: Int, key: String, expectation: String) {
        let fault = fault(rest)
        #expect(fault?.line == line, "\(String(describing: fault))")
        #expect(fault?.key == key)
        #expect(fault?.expectation.contains(expectation) == true, "\(fault?.text ?? "")")
    }

    @Test func aTaobaoAppHasNoPromoters() {
        let text = file(Self.promoter).replacing("platform = \"pinduoduo\"", with: "")
        #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.parse(text, file: "test.toml")
        }
    }

    /// Which app a command speaks for.
    @Test func theOnlyPromotersAppIsMeant() throws {
        let shop = "[[shop]]\nname = \"x\"\napp = \"main\"\nsession_env = \"C\"\n"
        let one = try ConfigurationReader.parse(file(shop), file: "test.toml")
        #expect(try one.promotersApp(named: nil).name == "jinbao")
        let two = try ConfigurationReader.parse(file(Self.watch), file: "test.toml")
        #expect(throws: CommandFailure.self) { try two.promotersApp(named: nil) }
        #expect(try two.promotersApp(named: "main").name == "main")
        #expect(throws: CommandFailure.self) { try one.promotersApp(named: "main") }
    }
}
