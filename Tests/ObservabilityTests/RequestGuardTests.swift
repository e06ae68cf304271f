import Testing
import WireFormat

@testable import Observability

@Suite struct RequestGuardTests {
    private static let loopback = ListenAddress(host: "127.0.0.1", port: 9_464)
    private static let token = "0123456789abcdef"

    private func status(
        _ headers: [String: [String]], method: String = "GET", path: String = "/api/status",
        listen: ListenAddress = loopback, hosts: [String] = [], token: String? = nil,
        localAddress: String? = nil
    ) -> Int? {
        RequestGuard(listen: listen, hosts: hosts, token: token.map { Secret($0) }).refusal(
            WebRequest(
                method: method, path: path, headers: headers, localAddress: localAddress))?.status
    }

    @Test(
        arguments: [
            ("127.0.0.1:9464", nil), ("127.0.0.1", nil), ("localhost:1", nil), ("LOCALHOST", nil),
            ("[::1]:9464", nil), ("[::1]", nil), ("orders.example.net", nil),
            ("Orders.Example.Net:443", nil), ("[fd00::7]:80", nil),
            ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost.", 421),
            ("127.0.0.2", 421), ("evil@127.0.0.1", 421), ("127.0.0.1:80a", 421), ("", 421),
            (":9464", 421), ("[::1", 421), ("[::1]x", 421), ("::1", 421), ("192.168.1.5", 421),
            ("0.0.0.0:9464", 421),
        ] as [(String, Int?)])
    func theGuardAnswersToItsNames(host: String, expected: Int?) {
        let hosts = ["orders.example.net", "[fd00::7]"]
        #expect(status(["host": [host]], hosts: hosts) == expected)
    }

    @Test func oneHostIsExpected() {
        #expect(status([:]) == 400)
        #expect(status(["host": ["127.0.0.1", "127.0.0.1"]]) == 400)
    }

    @Test func theListenAddressIsAName() {
        let listen = ListenAddress(host: "192.168.1.5", port: 80)
        #expect(status(["host": ["192.168.1.5"]], listen: listen) == nil)
        let all = ListenAddress(host: "0.0.0.0", port: 80)
        let host = ["host": ["192.168.1.5:80"]]
        #expect(status(host, listen: all, localAddress: "192.168.1.5") == nil)
        #expect(status(host, listen: all, localAddress: "192.168.1.6") == 421)
        #expect(status(["host": ["0.0.0.0"]], listen: all, localAddress: "10.0.0.1") == 421)
    }

    @Test(
        arguments: [
            ("GET", nil), ("HEAD", nil), ("POST", 405), ("PUT", 405), ("DELETE", 405),
            ("PATCH", 405), ("TRACE", 405), ("CONNECT", 405), ("OPTIONS", 200), ("get", 501),
            ("BREW", 501), ("PROPFIND", 501),
        ] as [(String, Int?)])
    func theGuardAllowsOnlyReading(method: String, expected: Int?) {
        #expect(status(["host": ["localhost"]], method: method) == expected)
        let reply = RequestGuard(listen: Self.loopback).refusal(
            WebRequest(
                method: method, path: "/", headers: ["host": ["localhost"]], localAddress: nil))
        let allow = reply?.headers.first { $0.0 == "Allow" }?.1
        #expect(allow == ([200, 405].contains(expected) ? "GET, HEAD, OPTIONS" : nil))
    }

    @Test(
        arguments: [
            (
                "the page of this server",
                ["origin": "http://localhost:9464", "sec-fetch-site": "same-origin"], nil
            ),
            ("behind TLS", ["origin": "https://localhost:9464"], nil),
            ("typed by hand", ["sec-fetch-site": "none"], nil),
            ("another port", ["origin": "http://localhost:8000"], 403),
            ("another site", ["origin": "https://evil.example"], 403),
            ("a sandboxed frame", ["origin": "null"], 403),
            (
                "a script elsewhere", ["sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"],
                403
            ),
            ("a sister site", ["sec-fetch-site": "same-site"], 403),
            (
                "an image elsewhere",
                ["sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"], 403
            ),
            (
                "a link elsewhere to the JSON",
                [
                    "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
                    "sec-fetch-dest": "document",
                ], 403
            ),
        ] as [(String, [String: String], Int?)])
    func otherSitesMayNotRead(why: String, headers: [String: String], expected: Int?) {
        var all = headers.mapValues { [$0] }
        all["host"] = ["localhost:9464"]
        #expect(status(all) == expected, "\(why)")
    }

    @Test(arguments: [("document", nil), ("iframe", 403), ("embed", 403)] as [(String, Int?)])
    func aLinkMayLeadToThePage(destination: String, expected: Int?) {
        let headers = [
            "host": ["localhost"], "sec-fetch-site": ["cross-site"],
            "sec-fetch-mode": ["navigate"], "sec-fetch-dest": [destination],
        ]
        #expect(status(headers, path: "/") == expected)
    }

    @Test(
        arguments: [
            ("Bearer 0123456789abcdef", nil), ("bearer 0123456789abcdef", nil),
            ("Basic " + Base64.encode("anyone:0123456789abcdef".utf8), nil),
            ("Basic " + Base64.encode(":0123456789abcdef".utf8), nil),
            ("Bearer 0123456789abcdeF", 401), ("Bearer 0123456789abcde", 401),
            ("Bearer 0123456789abcdef0", 401), ("Bearer ", 401), ("Bearer", 401), ("", 401),
            ("Basic 0123456789abcdef", 401),
            ("Basic " + Base64.encode("0123456789abcdef".utf8), 401),
            ("Basic " + Base64.encode("0123456789abcdef:".utf8), 401), ("Basic !", 401),
            ("Digest 0123456789abcdef", 401),
        ] as [(String, Int?)])
    func theTokenIsRequired(authorization: String, expected: Int?) {
        let headers = ["host": ["localhost"], "authorization": [authorization]]
        #expect(status(headers, token: Self.token) == expected)
        #expect(status(["host": ["localhost"]], token: Self.token) == 401)
    }

    @Test(arguments: [
        ("127.0.0.1:9464", true), ("localhost:80", true), ("[::1]:0", true), ("127.8.0.1:1", true),
        ("0.0.0.0:9464", false), ("[::]:9464", false), ("192.168.1.5:65535", false),
    ])
    func theGuardReadsAddresses(text: String, isLoopback: Bool) {
        let address = ListenAddress(text)
        #expect(address?.description == text)
        #expect(address?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", "127.0.0.1", ":9464", "9464", "*:9464", "example.net:80", "::1:80", "[127.0.0.1]:80",
        "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:x", "[::1]", "localhost",
    ])
    func theGuardRefusesWhatIsNoAddress(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
