import Testing

@testable import SandboxGateway

@Suite struct ServerTests {
    /// Runs `body` with a server of 40 orders whose clock stands.
    private func withServer(
        _ configure: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: (SandboxServer, Caller) async throws -> Void
    ) async throws {
        let caller = Caller {
            $0.ordersPerShop = 40
            $0.machineMilliseconds = { Caller.start }
            configure(&$0)
        }
        let server = try await SandboxServer.start(configuration: caller.gateway.configuration)
        do {
            try await body(server, caller)
        } catch {
            try await server.shutdown()
            throw error
        }
        try await server.shutdown()
    }

    private func http(_ request: GatewayRequest) -> String {
        let query = String(decoding: request.query, as: UTF8.self)
        let body = String(decoding: request.body, as: UTF8.self)
        return "\(request.verb) \(request.path)?\(query) HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func theServerServesSeveralCallsOnOneConnection() async throws {
        try await withServer { server, caller in
            let answers = try await LoopbackClient(port: server.port).exchange([
                http(caller.request("taobao.time.get")),
                http(
                    caller.request(
                        "taobao.trades.sold.get", ["fields": "tid", "type": Caller.allTypes])),
                "GET /_truth?shop=shop1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /_stats HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /_truth?shop=shop9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            ])
            #expect(answers[0].hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answers[0].contains("Date: Tue, 11 Nov 2025 12:00:00 GMT\r\n"))
            #expect(answers[0].contains("Content-Type: application/json;charset=UTF-8\r\n"))
            #expect(values(of: "time", in: answers[0]) == ["2025-11-11 20:00:00"])
            #expect(
                Set(values(of: "tid", in: answers[1])) == Set(values(of: "tid", in: answers[2])))
            #expect(values(of: "calls", in: answers[3]) == ["2"])
            #expect(values(of: "rows_served", in: answers[3]) == ["40"])
            #expect(answers[4].hasPrefix("HTTP/1.1 404"))
        }
    }

    /// Clients probe a connection with HEAD or OPTIONS before they use it.
    @Test(arguments: [SandboxPlatform.taobao, .pinduoduo])
    func theServerAnswersEveryMethodOnOneConnection(platform: SandboxPlatform) async throws {
        let speak = { (configuration: inout SandboxConfiguration) in
            configuration.platform = platform
        }
        try await withServer(speak) { server, caller in
            func request(_ method: String, _ path: String, _ body: String = "") -> String {
                "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            let path = platform.path
            let requests: [(request: String, status: String, allow: String?)] = [
                (request("HEAD", path), "200", nil),
                (request("OPTIONS", path), "200", "GET, HEAD, POST, OPTIONS"),
                (request("OPTIONS", "*"), "200", "GET, HEAD, POST, OPTIONS"),
                (request("PUT", path, "a=b"), "405", "GET, HEAD, POST, OPTIONS"),
                (request("DELETE", "/_stats"), "405", "GET, HEAD, OPTIONS"),
                (request("GET", "/_control"), "405", "POST, OPTIONS"),
                (request("HEAD", "/_control"), "405", "POST, OPTIONS"),
                (request("HEAD", "/_stats"), "200", nil),
                (request("HEAD", "/nothing"), "404", nil),
                (request("POST", "/nothing", "x"), "404", nil),
                (request("PROPFIND", path), "501", nil),
                (request("GET", "/_stats"), "200", nil),
            ]
            let answers = try await RawExchange(port: server.port)
                .answers(to: requests.map(\.request))
            #expect(answers.count == requests.count)
            for (answer, expected) in zip(answers, requests) {
                #expect(answer.status == expected.status, "\(expected.request)")
                #expect(answer.header("Allow") == expected.allow, "\(expected.request)")
                let length = answer.header("Content-Length").flatMap { Int($0) }
                if expected.request.hasPrefix("HEAD") {
                    #expect(answer.body.isEmpty, "\(expected.request)")
                    #expect((length ?? 0) > 0, "\(expected.request)")
                } else {
                    #expect(answer.body.utf8.count == length, "\(expected.request)")
                }
            }
            // HEAD says the length that GET has.
            let stats = try await RawExchange(port: server.port)
                .answers(to: [request("HEAD", "/_stats"), request("GET", "/_stats")])
            #expect(stats[0].header("Content-Length") == stats[1].header("Content-Length"))
            let brew = try await RawExchange(port: server.port)
                .answers(to: ["BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n"])
            #expect(brew.first?.status == "501")
            #expect(brew.first?.header("Connection") == "close")
            withExtendedLifetime(caller) {}
        }
    }

    @Test func theGatewayIsSwitchedWhileItRuns() async throws {
        try await withServer { server, caller in
            let body = "expire_session=shop1&latency_milliseconds=1"
            let answers = try await LoopbackClient(port: server.port).exchange([
                "POST /_control HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body,
                http(caller.request("taobao.user.seller.get", ["fields": "nick"])),
                "POST /_control HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nx=yyy",
            ])
            #expect(answers[0].hasPrefix("HTTP/1.1 200"))
            #expect(values(of: "sub_code", in: answers[1]) == ["session-expired"])
            #expect(answers[2].hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func theServerCutsAndClosesConnections() async throws {
        let truncate = { (configuration: inout SandboxConfiguration) in
            configuration.behaviour.truncatedRate = 1
        }
        try await withServer(truncate) { server, caller in
            let cut = try await LoopbackClient(port: server.port)
                .exchange([http(caller.request("taobao.time.get"))])[0]
            #expect(cut.contains("{\"time_get_resp"))
            #expect(!cut.contains("}"))
            _ = try await server.withGateway { $0.control("truncated_rate", "0") }
            _ = try await server.withGateway { $0.control("reset_rate", "1") }
            let none = try? await LoopbackClient(port: server.port)
                .exchange([http(caller.request("taobao.time.get"))])[0]
            #expect(none == nil || none == "")
        }
    }

    @Test func theServerAnnouncesHowToCallIt() async throws {
        let addShop = { (configuration: inout SandboxConfiguration) in
            configuration.shopCount = 2
        }
        try await withServer(addShop) { server, caller in
            let line = server.announcement()
            #expect(values(of: "url", in: line) == ["http://127.0.0.1:\(server.port)/router/rest"])
            #expect(values(of: "app_key", in: line) == ["12345678"])
            #expect(values(of: "name", in: line) == ["shop1", "shop2"])
            #expect(values(of: "session", in: line) == caller.gateway.sessions.map(\.token))
        }
    }
}
