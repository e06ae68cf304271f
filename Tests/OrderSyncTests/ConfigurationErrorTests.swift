import Foundation
import Testing

@testable import Configuration

/// What is refused, with the file, the line, the key and what was expected.
@Suite struct ConfigurationErrorTests {
    private func fault(_ text: String) -> ConfigurationError? {
        do {
            _ = try ConfigurationReader.parse(text, file: "test.toml")
            return nil
        } catch {
            return error
        }
    }

    @Test func aTracedShopMustBeOneOfTheFile() throws {
        let text = """
            [log]
            trace_shop = "NAME"
            [[app]]
            name = "a"
            key = "1"
            secret_file = "/s"
            [[shop]]
            name = "one"
            app = "a"
            session_file = "/t"
            """
        let error = try #require(fault(text.replacing("NAME", with: "two")))
        #expect(error.line == 2)
        #expect(error.key == "[log] trace_shop")
        #expect(error.expectation == "expected the name of a [[shop]] in this file, got \"two\"")
        let configuration = try ConfigurationReader.parse(
            text.replacing("NAME", with: "one"), file: "test.toml")
        #expect(configuration.tracedShop == "one")
    }

    /// Line 6 of the file is the app's, line 11 the shop's.
    @Test(
        arguments: [
            ("calls = 5", "", 6, "[[app]] calls", "unknown key; expected one of authorize_url,"),
            (
                "calls_per_second = \"5\"", "", 6, "[[app]] calls_per_second",
                "expected a number from"
            ),
            (
                "calls_per_second = 0", "", 6, "[[app]] calls_per_second",
                "from 0.01 to 100000.0, got 0"
            ),
            ("calls_per_second = nan", "", 6, "[[app]] calls_per_second", "expected a number from"),
            ("calls_per_second = inf", "", 6, "[[app]] calls_per_second", "expected a number from"),
            ("burst = 0", "", 6, "[[app]] burst", "a whole number from 1 to 100000, got 0"),
            ("burst = 1.5", "", 6, "[[app]] burst", "expected a whole number"),
            ("calls_per_day = -1", "", 6, "[[app]] calls_per_day", "got -1"),
            (
                "platform = \"amazon\"", "", 6, "[[app]] platform",
                "expected one of \"taobao\", \"pin"
            ),
            ("sign_method = \"sha1\"", "", 6, "[[app]] sign_method", "expected one of \"md5\""),
            ("gateway = \"http://eco.taobao.com/\"", "", 6, "[[app]] gateway", "expected https://"),
            ("gateway = 1", "", 6, "[[app]] gateway", "expected a text in quotes"),
            ("secret = \"helloworld\"", "", 6, "[[app]] secret", "loopback only"),
            ("secret_env = \"A\"", "", 3, "[[app]] secret", "expected one of secret_file"),
            ("", "colour = 1", 11, "[[shop]] colour", "unknown key; expected one of app,"),
            ("", "session = \"6100\"", 11, "[[shop]] session", "loopback only"),
            ("", "backfill_days = 91", 11, "[[shop]] backfill_days", "from 0 to 90, got 91"),
            (
                "", "details = \"always\"", 11, "[[shop]] details",
                "\"changed\", \"never\", got"
            ),
            ("", "poll_interval = 10", 11, "[[shop]] poll_interval", "expected a duration such as"),
            ("", "poll_interval = \"10\"", 11, "[[shop]] poll_interval", "expected a duration"),
            ("", "poll_interval = \"s\"", 11, "[[shop]] poll_interval", "expected a duration"),
            ("", "poll_interval = \"-1s\"", 11, "[[shop]] poll_interval", "expected a duration"),
            ("", "poll_interval = \"1.5s\"", 11, "[[shop]] poll_interval", "expected a duration"),
            (
                "", "poll_interval = \"99ms\"", 11, "[[shop]] poll_interval",
                "100ms to 1h, got \"99ms\""
            ),
            (
                "", "poll_interval = \"9999999999999999999h\"", 11, "[[shop]] poll_interval",
                "duration"
            ),
            ("", "settle = \"31m\"", 11, "[[shop]] settle", "expected 0h to 30m, got"),
            ("", "overlap = \"2h\"", 11, "[[shop]] overlap", "to 1h, got"),
            ("", "sweep = [\"10m\", \"10m\"]", 11, "[[shop]] sweep", "each longer than the one"),
            ("", "sweep = [\"2h\", \"1h\"]", 11, "[[shop]] sweep", "each longer than the one"),
            (
                "", "sweep = [\"1m\", \"2m\", \"3m\", \"4m\"]", 11, "[[shop]] sweep",
                "expected up to 3 durations"
            ),
            ("", "sweep = [\"169h\"]", 11, "[[shop]] sweep", "expected"),
            ("", "sweep = \"1m\"", 11, "[[shop]] sweep", "expected"),
            ("", "settle_max = \"1s\"", 11, "[[shop]] settle_max", "no less than settle"),
            ("", "overlap_max = \"59s\"", 11, "[[shop]] overlap_max", "no less than overlap"),
            ("", "refund_interval = \"999ms\"", 11, "[[shop]] refund_interval", "expected"),
            ("", "parcel_interval = \"25h\"", 11, "[[shop]] parcel_interval", "expected"),
            ("", "audit = \"yes\"", 11, "[[shop]] audit", "expected"),
            ("", "streams = [\"refunds\"]", 11, "[[shop]] streams", "the others hang on it"),
            ("", "streams = []", 11, "[[shop]] streams", "expected \"orders\" among them"),
            ("", "streams = [\"order\"]", 11, "[[shop]] streams", "got \"order\""),
            ("", "streams = \"orders\"", 11, "[[shop]] streams", "expected a list of texts"),
            ("", "types = [\"fixed\", 1]", 11, "[[shop]] types", "expected a list of texts"),
        ] as [(String, String, Int, String, String)])
    func theReaderRefusesWrongValues(
        app: String, shop: String, line: Int, key: String, expectation: String
    ) throws {
        let text = ConfigurationTests.file(app: app, shop: shop)
        let error = try #require(fault(text))
        #expect(error.file == "test.toml")
        #expect(error.key == key)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if line != 3 { #expect(error.line == line, "\(error.text)") }
        #expect(lines[error.line - 1].contains(key.split(separator: " ")[1]) || line == 3)
        #expect(error.expectation.contains(expectation), "\(error.expectation)")
        #expect(error.text.hasPrefix("test.toml:\(error.line): \(key): "))
        // A file from Windows has the same lines.
        #expect(fault(text.replacing("\n", with: "\r\n")) == error)
    }

    @Test(
        arguments: [
            ("colour = 1\n", 1, "colour", "unknown; expected [store]"),
            ("[stor]\npath = \"x\"\n", 1, "stor", "unknown; expected [store]"),
            ("\n[store]\npath = \"\"\n", 3, "[store] path", "expected a file's path"),
            ("[store]\n\npth = \"x\"\n", 3, "[store] pth", "expected one of path"),
            (
                "[log]\nlevel = \"loud\"\n", 2, "[log] level",
                "\"warning\", \"error\", \"critical\", got"
            ),
            ("[log]\nformat = \"xml\"\n", 2, "[log] format", "expected one of \"auto\", \"json\""),
            ("[http]\nlisten = 9464\n", 2, "[http] listen", "expected a text in quotes"),
            (
                "[privacy]\nreceiver = \"hide\"\n", 2, "[privacy] receiver",
                "\"store\", \"mask\", \"drop\", got"
            ),
            ("[privacy]\nraw = true\n", 2, "[privacy] raw", "expected a text in quotes"),
            (
                "[privacy]\nbuyer = \"mask\"\n", 2, "[privacy] buyer",
                "expected one of raw, receiver"
            ),
            (
                "[privacy]\nreceiver = \"mask\"\nraw = \"store\"\n", 3, "[privacy] raw",
                "expected \"mask\" or \"drop\": receiver = \"mask\" hides"
            ),
            ("store = 1\n", 1, "store", "expected [store]"),
            ("[[store]]\npath = \"x\"\n", 1, "store", "expected [store]"),
            ("[app]\nname = \"x\"\n", 1, "app", "expected [[app]]"),
            ("app = [1]\n", 1, "app", "expected [[app]]"),
            ("[[app]]\nname = \"a\"\n", 1, "[[app]] key", "expected a text, but it is missing"),
            (
                "[[app]]\nname = \"\"\nkey = \"1\"\nsecret_file = \"s\"\n", 2, "[[app]] name",
                "expected a text"
            ),
            ("[[app]]\nname = \"a\"\nkey = \"1\"\n", 1, "[[app]] secret_file", "but it is missing"),
            ("\n\n[store\n", 3, "", ""),
            ("[store]\npath = \n", 2, "[store] path", "expected value"),
            ("[store]\npath = \"a\"\npath = \"b\"\n", 3, "[store] path", "cannot redefine"),
        ] as [(String, Int, String, String)])
    func theReaderRefusesTables(text: String, line: Int, key: String, expectation: String) throws {
        let error = try #require(fault(text))
        #expect(error.key == key, "\(error.text)")
        #expect(error.line == line, "\(error.text)")
        #expect(
            expectation.isEmpty || error.expectation.contains(expectation), "\(error.text)")
    }

    /// All that is wrong is reported in one run, in the order of the file.
    @Test func theReaderReportsEveryFault() throws {
        let text = ConfigurationTests.file(
            app: "burst = 0\ncolour = 1\ncalls_per_second = \"5\"",
            shop: "poll_interval = \"5\"\n[[shop]]\nname = 3\napp = \"none\"",
            top: "colour = 1\n[log]\nlevel = \"loud\"\nformt = 1\n[stor]\npath = \"x\"")
        let error = try #require(fault(text))
        #expect(
            ([error] + error.others).map(\.key) == [
                "colour", "[log] level", "[log] formt", "stor", "[[app]] burst", "[[app]] colour",
                "[[app]] calls_per_second", "[[shop]] poll_interval", "[[shop]] name",
                "[[shop]] app",
            ], "\(error.text)")
        #expect(error.text.split(separator: "\n").count == 10)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for fault in [error] + error.others {
            #expect(lines[fault.line - 1].contains(fault.name.isEmpty ? fault.key : fault.name))
        }
    }

    /// A fault of an app makes none in the tables that name it.
    @Test(
        arguments: [
            // The name is missing, or at fault: any shop may mean it.
            ("key = \"1\"\nsecret_file = \"s\"", ["[[app]] name"]),
            ("name = 1\nkey = \"1\"\nsecret_file = \"s\"", ["[[app]] name"]),
            // The app is known, and what follows from the key at fault is not.
            (
                "name = \"a\"\nkey = \"1\"\nsecret_file = \"s\"\nplatform = \"pinduodu\"",
                ["[[app]] platform"]
            ),
            (
                "name = \"a\"\nkey = \"1\"\nsecret_file = \"s\"\ngateway = \"127.0.0.1:80\"",
                ["[[app]] gateway"]
            ),
            ("name = \"a\"\nsecret_file = \"s\"", ["[[app]] key"]),
            ("name = \"a\"", ["[[app]] key", "[[app]] secret_file"]),
        ])
    func aFaultOfAnAppIsReportedOnce(app: String, keys: [String]) throws {
        let text = """
            [[app]]
            \(app)
            [[shop]]
            name = "one"
            app = "a"
            session = "inline"
            [[shop]]
            name = "two"
            app = "a"
            streams = ["affiliate"]
            [[price_watch]]
            app = "a"
            pid = "1_2"
            goods = ["x"]
            """
        let error = try #require(fault(text))
        #expect(([error] + error.others).map(\.key) == keys, "\(error.text)")
        #expect(!error.text.contains("placeholder"))
        // The shops' own faults are reported all the same.
        let both = text.replacing("session = \"inline\"", with: "backfill_days = 91")
            .replacing("pid = \"1_2\"", with: "")
        let found = try #require(fault(both))
        #expect(
            ([found] + found.others).map(\.key) == keys + [
                "[[shop]] backfill_days", "[[price_watch]] pid",
            ], "\(found.text)")
    }

    /// The names that a wrong one is reported with are those of the file.
    @Test func anUnknownAppIsReportedWithTheKnownOnes() throws {
        let error = try #require(
            fault(
                "[[app]]\nname = \"a\"\n[[shop]]\nname = \"one\"\napp = \"b\"\n"))
        let last = try #require(error.others.last)
        #expect(last.key == "[[shop]] app")
        #expect(last.expectation.contains("expected the name of an [[app]] (\"a\")"))
    }

    @Test func theReaderReportsEveryLineThatIsNotTOML() throws {
        let text =
            "[store]\npath = \n[log]\nlevel == \"info\"\nformat = text\n[http]\nhosts = 1 2\n"
        let error = try #require(fault(text))
        #expect(
            ([error] + error.others).map(\.key) == [
                "[store] path", "[log] level", "[log] format", "[http] hosts",
            ], "\(error.text)")
        // After a broken head the keys below it would belong elsewhere.
        #expect(fault("[store\npath = \n")?.others == [])
    }

    /// Relative paths lead from the configuration's folder, wherever a command is run.
    @Test func pathsAreRelativeToTheFile() throws {
        let text = """
            [store]
            path = "data/orders.db"
            [auth]
            state_file = "../sessions.json"
            [network]
            ca_file = "ca.pem"
            [http]
            token_file = "token"
            [[app]]
            name = "main"
            key = "1"
            secret_file = "main.secret"
            [[shop]]
            name = "a"
            app = "main"
            session_file = "/etc/a.session"
            """
        let configuration = try ConfigurationReader.parse(text, file: "/etc/o/o.toml")
        #expect(configuration.storePath == "/etc/o/data/orders.db")
        #expect(configuration.stateFile == "/etc/o/../sessions.json")
        #expect(configuration.caFile == "/etc/o/ca.pem")
        #expect(configuration.http.token == .file("/etc/o/token"))
        #expect(configuration.apps[0].secret == .file("/etc/o/main.secret"))
        #expect(configuration.shops[0].session == .file("/etc/a.session"))
        let root = try ConfigurationReader.parse(text, file: "/o.toml")
        #expect(root.storePath == "/data/orders.db")
        let here = FileManager.default.currentDirectoryPath
        for (file, folder) in [("o.toml", here), ("x/o.toml", "\(here)/x")] {
            let relative = try ConfigurationReader.parse(text, file: file)
            #expect(relative.storePath == "\(folder)/data/orders.db")
        }
    }

    @Test func theReaderRefusesWhatIsMissing() {
        #expect(fault("")?.text == "test.toml: [[app]]: expected at least one")
        let text = ConfigurationTests.file()
        let onlyApp = String(text.split(separator: "[[shop]]")[0])
        #expect(fault(onlyApp)?.text == "test.toml: [[shop]]: expected at least one")
        #expect(
            fault(text.replacing("\"main\"\nsession", with: "\"x\"\nsession"))?.key
                == "[[shop]] app")
    }

    /// The second of two tables of one name has its own lines.
    @Test func namesAreTheirOwn() throws {
        let text = ConfigurationTests.file()
        let shops =
            text + "\n"
            + String(try #require(text.split(separator: "[[app]]").last))
            .replacing(#/(?s)^.*\[\[shop\]\]/#, with: "[[shop]]")
        let error = try #require(fault(shops))
        #expect(error.key == "[[shop]] name")
        #expect(error.expectation.contains("is taken"))
        let lines = shops.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(error.line > 10, "\(error.text)")
        #expect(lines[error.line - 1].contains("name"), "\(error.text)")
    }

    @Test func theReaderSaysWhyAFileCannotBeRead() throws {
        let folder = FileManager.default.temporaryDirectory
        let missing = folder.appendingPathComponent("ordersync-\(UUID().uuidString)").path
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.read(path: missing)
        }
        #expect(error?.text.contains("\(missing): cannot be read: No such file") == true)
        let isFolder = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.read(path: folder.path)
        }
        #expect(isFolder?.expectation.contains("cannot be read: Is a directory") == true)
        let binary = missing + ".toml"
        try Data([0x61, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: binary))
        defer { try? FileManager.default.removeItem(atPath: binary) }
        let notText = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.read(path: binary)
        }
        #expect(notText?.expectation.contains("UTF-8") == true, "\(notText?.text ?? "")")
    }

    /// The TOML reader would take it for the end, and all that follows would silently not count.
    @Test func aNULByteIsRefused() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("ordersync-nul-\(UUID().uuidString).toml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data("[store]\npath = \"/a\"\n\0\n[log]\nlevel = \"nonsense\"\n".utf8).write(to: path)
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.read(path: path.path)
        }
        #expect(error?.line == 3)
        #expect(error?.expectation.contains("NUL byte") == true)
    }
}
