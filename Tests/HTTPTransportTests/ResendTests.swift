import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(30))) struct ResendTests {
    /// libcurl repeats a request automatically on a kept connection that is dead. At the platform
    /// that would be a call that no one counted.
    @Test func aDeadConnectionIsNotTriedAgainUnasked() async throws {
        let transport = CurlTransport(connectionsMax: 1)
        let server = try LoopbackServer { connection in
            // One good answer, then the connection ends without a word to the next request.
            guard let first = connection.readRequest() else { return }
            connection.write(httpAnswer(first.body))
            _ = connection.readRequest()
        }
        var requests = server.requests.makeAsyncIterator()
        let request = HTTPRequest(url: server.url, body: [0x61], contentType: "text/plain")
        #expect(try await transport.send(request).status == 200)
        #expect(await requests.next() != nil)
        await #expect(throws: TransportError.self) { _ = try await transport.send(request) }
        #expect(await requests.next() != nil)
        // The next one to arrive is the next that was asked for, not the last one again.
        let next = HTTPRequest(url: server.url, body: [0x62], contentType: "text/plain")
        #expect(try await transport.send(next).status == 200)
        #expect(await requests.next()?.body == [0x62])
    }
}
