import Glibc
import ProgramSupport

/// Waits on this machine for the browser that the platform sends back.
final class LoopbackListener {
    private let descriptor: Int32

    /// - Parameter address: `127.0.0.1:PORT`; nothing but loopback.
    init(_ address: String) throws(CommandFailure) {
        let halves = address.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].hasPrefix("127."), let port = UInt16(halves[1]) else {
            throw CommandFailure(.wrongUsage, "--listen takes 127.0.0.1:PORT")
        }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        guard inet_pton(AF_INET, String(halves[0]), &name.sin_addr) == 1 else {
            throw CommandFailure(.wrongUsage, "--listen takes 127.0.0.1:PORT")
        }
        descriptor = socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var one: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let isBound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(descriptor, 8) == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw CommandFailure(.failed, "cannot listen on \(address): \(reason)")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Waits for requests until `take` has what it wants.
    /// - Parameter take: gets a request's query; answers a page for the browser, and the value
    ///   once it has come.
    func wait<Value>(
        seconds: Int, _ take: (_ query: [UInt8]) throws -> (page: String, value: Value?)
    ) async throws -> Value? {
        for _ in 0..<(seconds * 10) {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            defer { close(connection) }
            guard let query = Self.query(connection) else { continue }
            let (page, value) = try take(query)
            Self.answer(page, connection)
            if let value { return value }
        }
        return nil
    }

    /// Longest head of a request that is read.
    private static let headMax = 16_384

    /// The query of a GET; nil for anything else.
    private static func query(_ connection: Int32) -> [UInt8]? {
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(
            connection, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while !head.contains(UInt8(ascii: "\n")), head.count < headMax {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            head += chunk.prefix(count)
        }
        let words = head.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
            .split(separator: UInt8(ascii: " "))
        guard words.count >= 2, Array(words[0]) == Array("GET".utf8),
            let mark = words[1].firstIndex(of: UInt8(ascii: "?"))
        else { return nil }
        return Array(words[1][(mark + 1)...])
    }

    private static func answer(_ page: String, _ connection: Int32) {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: \(page.utf8.count)\r\nConnection: close\r\n\r\n\(page)"
        let bytes = Array(text.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
