import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Observability

/// A real socket, spoken to in raw HTTP.
@Suite struct WebServerTests {
    /// However slow the machine is that runs the tests.
    private static var patient: WebServer.Limits {
        var limits = WebServer.Limits()
        limits.patience = 600
        return limits
    }

    private func serve(
        _ limits: WebServer.Limits = Self.patient,
        _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let server = try await WebServer.start(
            ListenAddress(host: "127.0.0.1", port: 0), limits: limits)
        let answering = Task {
            for await exchange in server.requests {
                let words = exchange.request.query.sorted { $0.key < $1.key }
                    .map { "\($0.key)=\($0.value)" }
                let text = ([exchange.request.method, exchange.request.path] + words)
                    .joined(separator: " ")
                exchange.answer(WebReply(200, body: Array(text.utf8)))
            }
        }
        do {
            try await body(server.port)
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
        await answering.value
    }

    /// What the server writes until it has written `count` answers or closed.
    private func exchange(
        _ port: Int, _ request: String, answers count: Int = 1
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            if !request.isEmpty { try? await outbound.write(ByteBuffer(string: request)) }
            var text = ""
            do {
                for try await part in inbound {
                    text += String(buffer: part)
                    if text.split(separator: "HTTP/1.1 ").count >= count, isWhole(text) { break }
                }
            } catch {
                text += " reset"
            }
            return text
        }
    }

    private func isWhole(_ text: String) -> Bool {
        guard let last = text.ranges(of: "HTTP/1.1 ").last,
            let end = text[last.lowerBound...].firstRange(of: "\r\n\r\n"),
            let length = text[last.lowerBound...].firstRange(of: "Content-Length: "),
            let count = Int(text[length.upperBound...].prefix { $0.isNumber })
        else { return false }
        return text.contains("HEAD-MARK") || text[end.upperBound...].utf8.count >= count
    }

    @Test func theServerAnswersWithTheHeadersThatProtect() async throws {
        try await serve { port in
            let text = try await exchange(
                port, "GET /a?x=%E5%BA%97&y HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.hasSuffix("GET /a x=店 y="))
            for header in [
                "Content-Type: text/plain; charset=utf-8", "Cache-Control: no-store",
                "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
                "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
                "Cross-Origin-Resource-Policy: same-origin", "Referrer-Policy: no-referrer",
            ] { #expect(text.contains("\r\n\(header)\r\n"), "\(header)") }
            #expect(!text.lowercased().contains("access-control"))
        }
    }

    @Test func theServerKeepsConnectionsAndAnswersInOrder() async throws {
        try await serve { port in
            let requests = (1...3).map { "GET /\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
            let text = try await exchange(port, requests.joined(), answers: 3)
            let places = (1...3).compactMap { text.firstRange(of: "GET /\($0)")?.lowerBound }
            #expect(places.count == 3)
            #expect(places == places.sorted())
        }
    }

    @Test func headHasNoBody() async throws {
        try await serve { port in
            let text = try await exchange(
                port, "HEAD /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(text.contains("Content-Length: 7\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: [
        ("a long body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nhello", "413"),
        ("a body of no length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400"),
        (
            "a chunked body", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "413"
        ),
        ("no HTTP", "GET hello\r\n\r\n", "400"), ("no method", "hello\r\n\r\n", "501"),
        ("an unknown method", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", "501"),
        ("a foreign address", "GET http://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
        ("a broken query", "GET /?a=%ZZ HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
        (
            "long headers",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n",
            "400"
        ),
        ("a long address", "GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\n\r\n", "400"),
        (
            "many headers",
            "GET / HTTP/1.1\r\n\(String(repeating: "X: 1\r\n", count: 100))\r\n", "400"
        ),
    ])
    func theServerRefusesAndCloses(why: String, request: String, status: String) async throws {
        try await serve { port in
            let text = try await exchange(port, request, answers: 2)
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(why): \(text)")
            #expect(text.lowercased().contains("connection: close"), "\(why)")
        }
    }

    /// An unused body is skipped: the next request starts where it ends.
    @Test func connectionsContinueAfterBodiesAndHeads() async throws {
        try await serve { port in
            let requests =
                "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                + "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "OPTIONS /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
                + "PROPFIND /4 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /5 HTTP/1.1\r\nHost: a\r\n\r\n"
            let text = try await exchange(port, requests, answers: 5)
            let parts = text.split(separator: "\r\n\r\n", omittingEmptySubsequences: false)
            let bodies = parts.dropFirst().map { part in
                String(part[..<(part.firstRange(of: "HTTP/1.1 ")?.lowerBound ?? part.endIndex)])
            }
            #expect(bodies == ["POST /1", "", "OPTIONS /3", "PROPFIND /4", "GET /5"], "\(text)")
        }
    }

    @Test(.timeLimit(.minutes(30))) func aSlowPeerIsCutOff() async throws {
        var limits = WebServer.Limits()
        limits.patience = 1
        try await serve(limits) { port in
            let begun = try await exchange(port, "GET / HTTP/1.1\r\nHost: ")
            let silent = try await exchange(port, "")
            // Had it not cut them off, there would be no end.
            #expect(begun.isEmpty)
            #expect(silent.isEmpty)
        }
    }

    @Test func connectionsAreBounded() async throws {
        var limits = WebServer.Limits()
        limits.connections = 2
        try await serve(limits) { port in
            let group: MultiThreadedEventLoopGroup = .singletonMultiThreadedEventLoopGroup
            var open: [any Channel] = []
            for _ in 0..<2 {
                open.append(
                    try await ClientBootstrap(group: group)
                        .connect(host: "127.0.0.1", port: port).get())
            }
            let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let refused = try await exchange(port, request)
            #expect(!refused.contains("200"))
            try await open[0].close()
            try await wait("the server to notice that a connection has gone") {
                let text = (try? await exchange(port, request)) ?? ""
                return text.contains("200 OK")
            }
            try await open[1].close()
        }
    }

    @Test func aTakenPortIsAnError() async throws {
        try await serve { port in
            let error = await #expect(throws: WebServer.CannotListen.self) {
                _ = try await WebServer.start(ListenAddress(host: "127.0.0.1", port: port))
            }
            #expect(error?.description == "Address already in use")
        }
    }
}
