import HTTPTransport
import Testing

@Suite struct GatewayURLTests {
    @Test(arguments: [
        "http://127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1:8080/router/rest",
        "http://127.255.255.254/", "http://localhost", "http://localhost:1/x?y#z",
        "http://[::1]", "http://[::1]/", "http://[::1]:8080/", "http://127.0.0.1?x",
        "http://127.0.0.1#x",
    ])
    func loopbackMayBePlain(url: String) {
        #expect(GatewayURL.isLoopback(url))
        #expect(GatewayURL.isAllowed(url))
        #expect(GatewayURL.isLoopback(url.replacing("http://", with: "https://")))
    }

    @Test(arguments: [
        "http://eco.taobao.com/router/rest", "http://127.0.0.1.evil.com/",
        "http://evil.com/127.0.0.1",
        "http://localhost.evil.com/", "http://localhostevil/", "http://evil.com#localhost",
        "http://evil.com?127.0.0.1", "http://127.0.0.1@evil.com/", "http://127.0.0.1:80@evil.com/",
        "http://localhost:x@evil.com/", "http://user@127.0.0.1/", "http://[::1]@evil.com/",
        "http://[::1].evil.com/", "http://[::1]evil.com/", "http://[::1", "http://[::2]/",
        "http://[::ffff:8.8.8.8]/", "http://127.0.0.1\\@evil.com/", "http://127.0.0.1\\.evil.com/",
        "http://0.0.0.0/", "http://0/", "http://127.1/", "http://2130706433/", "http://127.0.0/",
        "http://127.0.0.1.1/", "http://127.0.0.256/", "http://127.0.0./", "http://127.0.0.+1/",
        "http://127.0.0.-1/", "http://128.0.0.1/", "http://1270.0.0.1/", "http://0127.0.0.1/",
        "http://", "http:///", "http://:80/", "HTTP://127.0.0.1/", "http:/127.0.0.1/",
        "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "localhost", "",
        " http://127.0.0.1/",
        "https://", "http://127.0.0.1 .evil.com/", "http://１２７.0.0.1/", "http://localhost\t/",
    ])
    func otherHostsMayNotBePlain(url: String) {
        #expect(!GatewayURL.isLoopback(url))
        #expect(!GatewayURL.isAllowed(url))
    }

    @Test(arguments: [
        "https://eco.taobao.com/router/rest", "https://gw.api.taobao.com", "https://0.0.0.0/",
    ])
    func httpsGoesAnywhere(url: String) {
        #expect(GatewayURL.isAllowed(url))
        #expect(!GatewayURL.isLoopback(url))
    }
}
