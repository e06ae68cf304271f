import Platforms
import SyncCore
import Testing

@testable import Configuration
@testable import OrderSync

/// What an app and its shops are for Pinduoduo, and what is refused there.
@Suite struct PinduoduoConfigurationTests {
    private func parse(
        app: String = "", shop: String = "", shops: Int = 1
    ) throws(ConfigurationError) -> Configuration {
        let tables = (1...shops).map { number in
            "[[shop]]\nname = \"s\(number)\"\napp = \"main\"\nsession_env = \"A\"\n\(shop)\n"
        }
        return try ConfigurationReader.parse(
            """
            [[app]]
            name = "main"
            platform = "pinduoduo"
            key = "k"
            secret_env = "B"
            \(app)
            \(tables.joined(separator: "\n"))
            """, file: "test.toml")
    }

    private func fault(app: String = "", shop: String = "", shops: Int = 1) -> String? {
        do {
            _ = try parse(app: app, shop: shop, shops: shops)
            return nil
        } catch {
            return error.text
        }
    }

    @Test func defaultsAreThoseOfAnAppUnderTest() throws {
        let configuration = try parse()
        let app = try #require(configuration.apps.first)
        #expect(app.platform == .pinduoduo)
        #expect(app.state == .test)
        #expect(app.callsPerDay == 5_000)
        #expect(app.gateway == "https://gw-api.pinduoduo.com/api/router")
        #expect(app.authorizeAddress == "https://fuwu.pinduoduo.com/service-market/auth")
        // Sessions are had where all calls go, and the console's redirect has to be named.
        #expect(app.tokenAddress == app.gateway)
        #expect(app.redirectTarget == nil)
        let shop = try #require(configuration.shops.first)
        #expect(shop.settleSeconds == 180)
        #expect(shop.settleMaxSeconds == 180)
    }

    @Test func anAppOnlineMayCallMoreAndForMoreShops() throws {
        let configuration = try parse(app: "state = \"online\"", shops: 9)
        #expect(configuration.apps[0].callsPerDay == 200_000)
        #expect(configuration.shops.count == 9)
        let own = try parse(app: "state = \"online\"\ncalls_per_day = 300000")
        #expect(own.apps[0].callsPerDay == 300_000)
        #expect(try parse(shops: 5).shops.count == 5)
    }

    @Test func aLoopbackGatewayHasItsOwnPages() throws {
        let app = try parse(app: "gateway = \"http://127.0.0.1:8080/api/router\"").apps[0]
        #expect(app.tokenAddress == "http://127.0.0.1:8080/api/router")
        #expect(app.authorizeAddress == "http://127.0.0.1:8080/authorize")
    }

    /// The platform's lists take three minutes to be whole; those of a simulation as long as it
    /// is asked to.
    @Test func aLoopbackGatewayMaySettleSooner() throws {
        let loopback = "gateway = \"http://127.0.0.1:8080/api/router\""
        let soon = try parse(app: loopback, shop: "settle = \"1s\"")
        #expect(soon.shops[0].settleSeconds == 1)
        #expect(soon.apps[0].rules.settleMin == 0)
        let usual = try parse(app: loopback)
        #expect(usual.shops[0].settleSeconds == 180)
        #expect(try parse().apps[0].rules.settleMin == 180)
    }

    @Test(
        arguments: [
            ("calls_per_day = 5001", "", 1, "calls_per_day: expected at most 5000: the app is in"),
            (
                "", "", 6,
                "[[shop]] app: expected at most 5 shops: \"main\" is in test"
            ),
            ("state = \"live\"", "", 1, "state: expected one of \"test\", \"online\", got"),
            ("sign_method = \"md5\"", "", 1, "sign_method: expected none: pinduoduo has one"),
            ("", "settle = \"179s\"", 1, "settle: expected no less than 180s: the lists of"),
            ("", "types = [\"fixed\"]", 1, "types: expected none: pinduoduo has no such types"),
            ("", "settle = \"300s\"\nsettle_max = \"200s\"", 1, "settle_max: expected no less"),
        ] as [(String, String, Int, String)])
    func theReaderRefusesWhatCannotBe(app: String, shop: String, shops: Int, said: String) {
        #expect(fault(app: app, shop: shop, shops: shops)?.contains(said) == true)
        #expect(fault(app: app, shop: shop, shops: shops)?.contains("\n") == false)
    }

    @Test func taobaoHasNoSuchState() {
        do {
            _ = try ConfigurationReader.parse(
                """
                [[app]]
                name = "main"
                key = "k"
                secret_env = "B"
                state = "test"
                """, file: "test.toml")
            Issue.record("accepted")
        } catch {
            #expect(error.text.contains("state: expected none: it is for platform"))
        }
    }
}
