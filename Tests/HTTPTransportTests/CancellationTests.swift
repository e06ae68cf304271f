import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(30))) struct CancellationTests {
    private func outcome(_ transport: CurlTransport, _ url: String) async -> TransportError? {
        do throws(TransportError) {
            _ = try await transport.send(
                HTTPRequest(url: url, body: [0x61], timeoutMilliseconds: 86_400_000))
            return nil
        } catch {
            return error
        }
    }

    /// Most of the fifty wait for a connection; their cancellation must not wait for anything.
    @Test func cancellationEndsFiftyCallsAtOnce() async throws {
        let transport = CurlTransport(connectionsMax: 8)
        let server = try LoopbackServer { $0.stayForever() }
        var requests = server.requests.makeAsyncIterator()
        let task = Task {
            await withTaskGroup(of: TransportError?.self) { group in
                for _ in 0..<50 { group.addTask { await outcome(transport, server.url) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        for _ in 0..<8 { #expect(await requests.next() != nil) }
        // Nothing else can end them: their own timeout is beyond the limit of the test.
        task.cancel()
        #expect(await task.value == Array(repeating: .cancelled, count: 50))
    }

    @Test func aCallCancelledBeforeItStartsIsNotMade() async throws {
        let transport = CurlTransport()
        let server = try LoopbackServer { $0.serve { httpAnswer($0.body) } }
        for _ in 0..<50 {
            let (gate, opening) = AsyncStream<Void>.makeStream()
            let task = Task {
                for await _ in gate {}
                #expect(Task.isCancelled)
                return await outcome(transport, server.url)
            }
            task.cancel()
            opening.finish()
            #expect(await task.value == .cancelled)
        }
        #expect(server.connectionCount == 0)
        // The worker continues.
        #expect(await outcome(transport, server.url) == nil)
    }

    /// A cancelled call frees its place: others are answered, and nothing is left behind.
    @Test func otherCallsContinueAfterACancellation() async throws {
        let transport = CurlTransport(connectionsMax: 1)
        let server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                if request.line.contains("/silent") { continue }
                connection.write(httpAnswer(request.body))
            }
        }
        var requests = server.requests.makeAsyncIterator()
        for _ in 0..<10 {
            let silent = Task { await outcome(transport, server.url + "/silent") }
            #expect(await requests.next()?.line.contains("/silent") == true)
            let waiting = Task { await outcome(transport, server.url) }
            silent.cancel()
            #expect(await silent.value == .cancelled)
            #expect(await waiting.value == nil)
            #expect(await requests.next()?.line == "POST /router/rest HTTP/1.1")
        }
    }

    /// Cancellation and answer at the same moment: one of them, once.
    @Test func aCancellationMayRaceWithTheAnswer() async throws {
        let transport = CurlTransport()
        let server = try LoopbackServer { $0.serve { httpAnswer($0.body) } }
        for _ in 0..<200 {
            let task = Task { await outcome(transport, server.url) }
            await Task.yield()
            task.cancel()
            let result = await task.value
            #expect(result == nil || result == .cancelled)
        }
    }
}
