import Testing

@testable import HTTPTransport

/// What stands between: a proxy that refuses, and a page to which calls are redirected.
@Suite(.timeLimit(.minutes(30))) struct ProxyTests {
    @Test(arguments: [
        (407, "Proxy-Authenticate: Basic realm=x\r\n", "HTTPS_PROXY"), (403, "", "NO_PROXY"),
        (502, "", "NO_PROXY"),
    ])
    func aProxyThatRefusesIsNamed(status: Int, header: String, advice: String) async throws {
        let proxy = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 \(status) No\r\n\(header)Content-Length: 0\r\n\r\n")
        }
        let transport = CurlTransport(
            connectionsMax: 1, caFile: nil, proxy: "http://127.0.0.1:\(proxy.port)")
        do throws(TransportError) {
            _ = try await transport.send(
                HTTPRequest(url: "https://gateway.example.test/router/rest", body: [0x61]))
            Issue.record("an answer came")
        } catch {
            #expect(error == .proxyRefused(status))
            #expect(error.code == "proxy \(status)")
            #expect(error.line.contains("(\(status))"))
            #expect(error.line.contains(advice))
        }
    }

    @Test(
        arguments: [
            ("http://login.example.test/portal?session=61", "login.example.test"),
            ("https://Login.Example.test:8443", "login.example.test"),
            ("//10.0.0.1/x", "10.0.0.1"), ("https://login.example.test?a=b", "login.example.test"),
            ("/login", nil), ("", nil), ("https://", nil),
            ("https://user@login.example.test/", nil),
            ("https://13800138000.example.test/", nil), ("https://138.0013.8000.test/", nil),
            ("https://6102b398150e31fc06815b256edfcdff.test/", nil),
            ("https://%E5%BC%A0.test/", nil), ("https://张三.test/", nil), ("https://secret/", nil),
            ("https://aVeryLongLabelThatIsAnEncodedText.test/", nil), ("ftp://a.test/", nil),
        ] as [(String, String?)])
    func onlyAPlainHostIsKept(location: String, host: String?) async throws {
        #expect(RedirectTarget.host(of: location) == host)
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write(
                "HTTP/1.1 302 Found\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")
        }
        let answer = try await CurlTransport().send(HTTPRequest(url: server.url, body: [0x61]))
        #expect(answer.status == 302)
        #expect(answer.redirectHost == host)
    }
}
