import Foundation
import HTTPTransport
import Synchronization
import Testing

/// Every way an exchange fails, against a real server.
@Suite(.timeLimit(.minutes(30))) struct TransportErrorTests {
    private let transport = CurlTransport()

    /// The error of a call, nil if it was answered.
    private func fault(
        _ url: String, timeoutMilliseconds: Int = 30_000
    ) async -> TransportError? {
        do throws(TransportError) {
            _ = try await transport.send(
                HTTPRequest(
                    url: url, body: Array("session=6100b23f0e4c1a5d".utf8),
                    timeoutMilliseconds: timeoutMilliseconds))
            return nil
        } catch {
            #expect(!error.line.isEmpty)
            #expect(!error.code.isEmpty)
            #expect(!error.line.contains("6100b23f0e4c1a5d"))
            return error
        }
    }

    private func isBroken(_ error: TransportError?) -> Bool {
        if case .broken = error { true } else { false }
    }

    @Test func aRefusedConnectionIsAFault() async throws {
        let (descriptor, port) = try LoopbackServer.bound()  // Bound, but no one listens.
        defer { close(descriptor) }
        let error = await fault("http://127.0.0.1:\(port)/")
        guard case .cannotConnect = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        .disabled(
            if: ProcessInfo.processInfo.environment.keys.contains {
                $0.lowercased().hasSuffix("_proxy")
            }, "a proxy resolves names"))
    func anUnknownHostIsAFault() async {
        let error = await fault("https://gateway.invalid/router/rest")
        guard case .unknownHost = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aSilentServerTimesOut() async throws {
        let server = try LoopbackServer { $0.stayForever() }
        #expect(await fault(server.url, timeoutMilliseconds: 120) == .timedOut)
    }

    @Test func aStalledBodyTimesOut() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            connection.stayForever()
        }
        #expect(await fault(server.url, timeoutMilliseconds: 120) == .timedOut)
    }

    @Test func aResetOrClosedConnectionIsAFault() async throws {
        for resets in [true, false] {
            let server = try LoopbackServer { connection in
                _ = connection.readRequest()
                if resets { connection.resetWhenClosed() }
            }
            #expect(isBroken(await fault(server.url)), "reset: \(resets)")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        "nonsense\r\n\r\n", "<html>502 Bad Gateway</html>",
    ])
    func truncatedAndGarbledAnswersAreFaults(answer: String) async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write(answer)
        }
        #expect(isBroken(await fault(server.url)))
    }

    /// For libcurl that is an answer; its empty body is one that no adapter believes.
    @Test func aTruncatedHeadIsAnEmptyAnswer() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Le")
        }
        let request = HTTPRequest(url: server.url, body: [0x61])
        let answer = try? await transport.send(request)
        #expect(answer?.body.isEmpty ?? true)
    }

    @Test func anOversizedAnswerIsAFault() async throws {
        let megabyte = [UInt8](repeating: 0x20, count: 1 << 20)
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while connection.write(megabyte) {}  // It is the client who ends it.
        }
        #expect(await fault(server.url) == .tooLarge)
    }

    /// The transfer ends as soon as its size is known, or passes the limit: what it would cost to
    /// receive and to read does not depend on the server.
    @Test(arguments: [
        ("500 Oops", "Content-Length: 62914560\r\n", 0), ("500 Oops", "Connection: close\r\n", 1),
        ("302 Found", "Connection: close\r\n", 1),
    ])
    func aLargeErrorIsAnErrorWithoutABody(status: String, header: String, least: Int) async throws {
        let sent = Mutex(0)
        let part = [UInt8](repeating: 0x20, count: 1 << 16)
        let (done, finished) = AsyncStream<Void>.makeStream()
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 \(status)\r\n\(header)\r\n")
            while connection.write(part), sent.withLock({ $0 }) < 60 << 20 {
                sent.withLock { $0 += part.count }
            }
            finished.yield()
        }
        let answer = try await transport.send(HTTPRequest(url: server.url, body: [0x61]))
        #expect("\(answer.status)" == status.prefix(3))
        #expect(answer.body.isEmpty)
        for await _ in done { break }
        // What the sockets hold comes on top of the limit for errors.
        #expect(sent.withLock { $0 } >> 20 >= least)
        #expect(sent.withLock { $0 } < 32 << 20)
    }

    @Test func plainHTTPToOtherHostsMakesNoTraffic() async throws {
        let server = try LoopbackServer { $0.serve { _ in httpAnswer([]) } }
        // Linux takes 0.0.0.0 for this machine: the server would hear it.
        for host in ["0.0.0.0", "user@127.0.0.1", "127.1", "[::ffff:127.0.0.1]"] {
            #expect(await fault("http://\(host):\(server.port)/") == .refusedURL, "\(host)")
        }
        for url in ["", "ftp://127.0.0.1:\(server.port)/", "file:///etc/passwd"] {
            #expect(await fault(url) == .refusedURL, "\(url)")
        }
        #expect(server.connectionCount == 0)
        #expect(await fault(server.url) == nil)
        #expect(server.connectionCount == 1)
    }

    @Test func garbledAddressesAreRefused() async {
        #expect(await fault("http://127.0.0.1:99999/") == .refusedURL)
        #expect(await fault("https://a b/") == .refusedURL)
    }
}
