import Observability
import Testing

@testable import Configuration
@testable import OrderSync

@Suite struct PageConfigurationTests {
    private func read(_ http: String) throws(ConfigurationError) -> Configuration.HTTP {
        let text = ConfigurationTests.file(top: "[http]\n\(http)")
        return try ConfigurationReader.parse(text, file: "test.toml").http
    }

    @Test(
        arguments: [
            ("listen = \"\"", nil), ("", "127.0.0.1:9464"), ("listen = \"[::1]:80\"", "[::1]:80"),
            ("listen = \"localhost:0\"", "localhost:0"),
            ("listen = \"0.0.0.0:9464\"\ntoken_env = \"TOKEN\"", "0.0.0.0:9464"),
        ] as [(String, String?)])
    func theListenAddressIsRead(http: String, expected: String?) throws {
        #expect(try read(http).listen?.description == expected)
    }

    @Test(arguments: [
        ("listen = \"0.0.0.0:9464\"", 2, "[http] listen", "only with a token"),
        ("listen = \"[::]:9464\"", 2, "[http] listen", "only with a token"),
        ("listen = \"192.168.1.5:80\"", 2, "[http] listen", "only with a token"),
        ("listen = \"9464\"", 2, "[http] listen", "expected an IP address and a port"),
        ("listen = \"example.net:80\"", 2, "[http] listen", "expected an IP address and a port"),
        ("listen = 9464", 2, "[http] listen", "expected a text"),
        ("token = \"0123456789abcdef\"", 2, "[http] token", "put it in a file"),
        (
            "token_file = \"a\"\ntoken_env = \"B\"", 2, "[http] token",
            "expected one of token_file, token_env, token_credential"
        ),
        ("hosts = \"a\"", 2, "[http] hosts", "expected a list of texts"),
        ("hosts = [\"http://a\"]", 2, "[http] hosts", "without scheme or port"),
        ("hosts = [\"a:80\"]", 2, "[http] hosts", "without scheme or port"),
        ("hosts = [\"\"]", 2, "[http] hosts", "without scheme or port"),
        ("port = 80", 2, "[http] port", "unknown key; expected one of hosts, listen, token"),
    ])
    func theReaderRefusesWrongValues(http: String, line: Int, key: String, expectation: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(http) }
        #expect(error?.key == key)
        #expect(error?.expectation.contains(expectation) == true, "\(error?.expectation ?? "")")
        #expect([line, 1].contains(error?.line ?? 0))
    }
}
