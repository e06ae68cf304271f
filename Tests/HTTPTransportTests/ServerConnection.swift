import Glibc

/// A request as it arrived.
struct ReceivedRequest: Sendable {
    var head: String
    var body: [UInt8]

    /// The first line: `POST /router/rest HTTP/1.1`.
    var line: String { String(head.prefix { $0 != "\r\n" }) }

    /// The values of a header; its name in lower case.
    func header(_ name: String) -> [String] {
        head.split(separator: "\r\n").dropFirst().compactMap { line in
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.first?.lowercased() == name else { return nil }
            return halves.count == 2 ? String(halves[1].drop { $0 == " " }) : ""
        }
    }
}

/// One connection of `LoopbackServer`, used by its thread alone. All calls block.
struct ServerConnection {
    let descriptor: Int32
    let arrived: AsyncStream<ReceivedRequest>.Continuation
    let closed: AsyncStream<Void>.Continuation

    /// The next request, whole; nil when the client has closed.
    func readRequest() -> ReceivedRequest? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            if let request = Self.request(in: bytes) {
                arrived.yield(request)
                return request
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else {
                closed.yield()
                return nil
            }
            bytes += chunk.prefix(count)
        }
    }

    /// Answers every request until the client closes.
    func serve(_ answer: (ReceivedRequest) -> [UInt8]) {
        while let request = readRequest() {
            if !write(answer(request)) { return }
        }
    }

    /// Reads until the client goes away.
    func stayForever() {
        while readRequest() != nil {}
    }

    /// - Returns: false when the client has gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(
                    descriptor, $0.baseAddress! + sent, $0.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    /// Makes the coming close a reset.
    func resetWhenClosed() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private static func request(in bytes: [UInt8]) -> ReceivedRequest? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        var request = ReceivedRequest(head: head, body: Array(bytes[end.upperBound...]))
        let length = request.header("content-length").first.flatMap { Int($0) } ?? 0
        guard request.body.count >= length else { return nil }
        request.body = Array(request.body.prefix(length))
        return request
    }
}

/// An answer with its length, and what else its head shall say.
func httpAnswer(
    _ body: [UInt8], status: String = "200 OK", headers: [String] = []
) -> [UInt8] {
    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
}
