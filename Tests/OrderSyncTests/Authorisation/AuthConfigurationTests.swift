import Testing

@testable import Configuration
@testable import OrderSync

@Suite struct AuthConfigurationTests {
    private func read(
        app: String = "", shop: String = "", extra: String = ""
    ) throws(ConfigurationError) -> Configuration {
        let text = """
            \(extra)
            [store]
            path = "/data/orders.db"
            [[app]]
            name = "main"
            key = "12345678"
            secret_file = "/etc/main.secret"
            \(app)
            [[shop]]
            name = "flagship"
            app = "main"
            \(shop)
            """
        return try ConfigurationReader.parse(text, file: "test.toml")
    }

    @Test func shopsWithoutASessionUseTheStoredOne() throws {
        let file = SessionFile(path: "/data/sessions.json", databasePath: "/data/orders.db")
        let configuration = try read()
        #expect(
            configuration.shops[0].session
                == .stored(file, shop: "flagship", appKey: "12345678"))
        let named = try read(shop: "session_file = \"/etc/flagship.session\"")
        #expect(named.shops[0].session == .file("/etc/flagship.session"))
        let moved = try read(extra: "[auth]\nstate_file = \"/secret/state.json\"")
        #expect(moved.sessionFile.path == "/secret/state.json")
        #expect(moved.sessionFile.databasePath == "/data/orders.db")
    }

    @Test func addressesFollowThePlatformOrTheSimulation() throws {
        let app = try read().apps[0]
        #expect(app.authorizeAddress == "https://oauth.taobao.com/authorize")
        #expect(app.tokenAddress == "https://oauth.taobao.com/token")
        #expect(app.redirectTarget == "urn:ietf:wg:oauth:2.0:oob")
        let sandbox = try read(app: "gateway = \"http://127.0.0.1:8080/router/rest\"").apps[0]
        #expect(sandbox.authorizeAddress == "http://127.0.0.1:8080/authorize")
        #expect(sandbox.tokenAddress == "http://127.0.0.1:8080/token")
        let own = try read(
            app: """
                redirect_uri = "https://e.cn/back"
                authorize_url = "https://e.cn/a"
                token_url = "http://localhost/t"
                """
        ).apps[0]
        #expect(own.authorizeAddress == "https://e.cn/a")
        #expect(own.tokenAddress == "http://localhost/t")
        #expect(own.redirectTarget == "https://e.cn/back")
    }

    @Test(arguments: [
        ("authorize_url = \"http://e.cn/\"", "", "[[app]] authorize_url"),
        ("token_url = \"http://oauth.taobao.com/token\"", "", "[[app]] token_url"),
        ("redirect_uri = \"\"", "", "[[app]] redirect_uri"),
        ("", "[auth]\nstate_file = \"\"", "[auth] state_file"),
        ("", "[auth]\nfile = \"x\"", "[auth] file"),
    ])
    func theReaderRefusesWhatIsWrong(app: String, extra: String, key: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try self.read(app: app, extra: extra)
        }
        #expect(error?.key == key)
        #expect(error?.line ?? 0 > 0)
    }
}
