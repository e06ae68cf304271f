import Foundation
import HTTPTransport
import Testing

/// Exchanges that succeed, against a real server.
@Suite(.timeLimit(.minutes(30))) struct ExchangeTests {
    private let transport = CurlTransport()

    private func post(_ url: String, _ body: String) -> HTTPRequest {
        HTTPRequest(
            url: url, body: Array(body.utf8),
            contentType: "application/x-www-form-urlencoded;charset=UTF-8")
    }

    @Test func theTransportPostsBodyAndHeaders() async throws {
        let server = try LoopbackServer { connection in
            connection.serve { httpAnswer($0.body, headers: ["X-Other: 1"]) }
        }
        let text = "method=taobao.time.get&memo=%E5%A5%BD" + String(repeating: "x", count: 200_000)
        let answer = try await transport.send(post(server.url, text))
        #expect(answer.status == 200)
        #expect(answer.body == Array(text.utf8))
        #expect(answer.date.isEmpty)
        let request = try #require(await server.requests.first { _ in true })
        #expect(request.line == "POST /router/rest HTTP/1.1")
        #expect(
            request.header("content-type") == ["application/x-www-form-urlencoded;charset=UTF-8"])
        #expect(request.header("content-length") == ["\(text.utf8.count)"])
        #expect(request.header("accept") == ["application/json"])
        #expect(request.header("accept-encoding") == ["gzip, deflate"])
        #expect(request.header("user-agent") == ["ordersync"])
        #expect(request.header("host") == ["127.0.0.1:\(server.port)"])
        #expect(request.header("expect").isEmpty)
        #expect(request.body == Array(text.utf8))
    }

    @Test func theTransportGetsWithoutABodyAndPostsAnEmptyOne() async throws {
        let server = try LoopbackServer { $0.serve { _ in httpAnswer([0x31]) } }
        var requests = server.requests.makeAsyncIterator()
        _ = try await transport.send(HTTPRequest(url: server.url, body: nil))
        #expect(await requests.next()?.line == "GET /router/rest HTTP/1.1")
        _ = try await transport.send(HTTPRequest(url: server.url, body: []))
        let empty = await requests.next()
        #expect(empty?.line == "POST /router/rest HTTP/1.1")
        #expect(empty?.header("content-length") == ["0"])
    }

    @Test func theTransportReusesOneConnection() async throws {
        let server = try LoopbackServer { $0.serve { httpAnswer($0.body) } }
        for round in 0..<20 {
            let answer = try await transport.send(post(server.url, "round=\(round)"))
            #expect(String(decoding: answer.body, as: UTF8.self) == "round=\(round)")
        }
        #expect(server.connectionCount == 1)
    }

    @Test func theTransportKeepsAnswersApartWhenManyCallAtOnce() async throws {
        let server = try LoopbackServer { $0.serve { httpAnswer($0.body) } }
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for index in 0..<100 {
                group.addTask { [transport] in
                    let answer = try await transport.send(post(server.url, "call=\(index)"))
                    return (index, String(decoding: answer.body, as: UTF8.self))
                }
            }
            for try await (index, text) in group { #expect(text == "call=\(index)") }
        }
        #expect((1...8).contains(server.connectionCount))
    }

    /// `"示例"` in GBK.
    private static let gbk: [UInt8] = [0x22, 0xCA, 0xBE, 0xC0, 0xFD, 0x22]

    /// Bytes of 示例 and 乗 in GBK; the second byte of 乗 is a backslash in ASCII.
    @Test(
        arguments: [
            ("application/json; charset=GBK", gbk, "\"示例\"", .converted),
            ("text/javascript;charset=\"gb2312\"", [0x22, 0x81, 0x5C, 0x22], "\"乗\"", .converted),
            ("text/html; charset=gb18030", [0x81, 0x30, 0x81, 0x30], "\u{80}", .converted),
            (
                "text/plain; charset=GBK", [0x22, 0xFF, 0xCA, 0xBE, 0xCA], "\"\u{FFFD}示\u{FFFD}",
                .converted
            ),
            ("text/plain; charset=GBK", Array("示例".utf8), "示例", .utf8),
            ("text/plain; charset=UTF-8", [0xEF, 0xBB, 0xBF] + Array("{}".utf8), "{}", .utf8),
            ("", [0xEF, 0xBB, 0xBF] + Array("示".utf8), "示", .utf8),
            ("", gbk, "\"示例\"", .guessed),
            ("application/json", gbk, "\"示例\"", .guessed),
            ("application/json;charset=UTF-8", gbk, "\"示例\"", .guessed),
            ("text/html; charset=ISO-8859-1", gbk, "\"示例\"", .guessed),
        ] as [(String, [UInt8], String, BodyEncoding)])
    func answersAreUTF8(
        contentType: String, body: [UInt8], text: String, encoding: BodyEncoding
    ) async throws {
        let server = try LoopbackServer { connection in
            connection.serve { _ in httpAnswer(body, headers: ["Content-Type: \(contentType)"]) }
        }
        let answer = try await transport.send(post(server.url, "a=1"))
        #expect(answer.body == Array(text.utf8))
        #expect(answer.encoding == encoding)
    }

    @Test func theTransportUnpacksGzip() async throws {
        // 40 times {"packed":true}.
        let packed = try #require(
            Data(base64Encoded: "H4sIAAAAAAACA6tWKkhMzk5NUbIqKSpNra0e5Y5yqcEFAFUN6EFYAgAA"))
        let server = try LoopbackServer {
            $0.serve { _ in httpAnswer([UInt8](packed), headers: ["Content-Encoding: gzip"]) }
        }
        let answer = try await transport.send(post(server.url, "a=1"))
        let expected = String(repeating: #"{"packed":true}"#, count: 40)
        #expect(String(decoding: answer.body, as: UTF8.self) == expected)
    }

    @Test func theTransportReadsABodyThatComesByteByByte() async throws {
        let answer = httpAnswer(
            Array(#"{"time_get_response":{}}"#.utf8),
            headers: ["dAtE:   Sun, 06 Nov 1994 08:49:37 GMT"])
        let server = try LoopbackServer { connection in
            var option: Int32 = 1
            setsockopt(
                connection.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &option,
                socklen_t(MemoryLayout<Int32>.size))
            while connection.readRequest() != nil {
                for byte in answer where !connection.write([byte]) { return }
            }
        }
        let received = try await transport.send(post(server.url, "a=1"))
        #expect(String(decoding: received.body, as: UTF8.self) == #"{"time_get_response":{}}"#)
        #expect(received.date == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func theTransportReadsChunksAndBodiesWithoutLength() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.write("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfgh")
        }
        let chunked = try await transport.send(post(server.url, "a=1"))
        #expect(chunked.body == Array("abcde".utf8))
        let untilClose = try await transport.send(post(server.url, "a=1"))
        #expect(untilClose.body == Array("fgh".utf8))
    }

    @Test(arguments: ["400 Bad Request", "404 Not Found", "502 Bad Gateway", "200 OK"])
    func theTransportReturnsEveryStatus(status: String) async throws {
        let server = try LoopbackServer {
            $0.serve { _ in httpAnswer(Array("<html>".utf8), status: status) }
        }
        let answer = try await transport.send(post(server.url, "a=1"))
        #expect("\(answer.status)" == status.prefix(3))
        #expect(answer.body == Array("<html>".utf8))
    }

    @Test func theTransportDoesNotFollowRedirects() async throws {
        let server = try LoopbackServer {
            $0.serve { _ in
                httpAnswer([], status: "302 Found", headers: ["Location: /elsewhere"])
            }
        }
        var requests = server.requests.makeAsyncIterator()
        #expect(try await transport.send(post(server.url, "session=1")).status == 302)
        #expect(try await transport.send(post(server.url + "/2", "a=1")).status == 302)
        #expect(await requests.next()?.line == "POST /router/rest HTTP/1.1")
        #expect(await requests.next()?.line == "POST /router/rest/2 HTTP/1.1")
    }

    @Test func theTransportClosesItsConnectionsAtItsEnd() async throws {
        let server = try LoopbackServer { $0.serve { httpAnswer($0.body) } }
        do {
            let shortLived = CurlTransport()
            _ = try await shortLived.send(post(server.url, "a=1"))
        }
        #expect(await server.closings.first { _ in true } != nil)
    }

    /// Ends right after an answer: the worker may be anywhere in its loop.
    @Test func theTransportEndsAtAnyMoment() async throws {
        let server = try LoopbackServer { $0.serve { httpAnswer($0.body) } }
        for _ in 0..<200 {
            let shortLived = CurlTransport(connectionsMax: 1)
            #expect(try await shortLived.send(post(server.url, "a=1")).status == 200)
        }
    }
}
