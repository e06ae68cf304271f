import NIOCore
import NIOPosix

/// One connection to a server on loopback, spoken to in raw HTTP.
struct LoopbackClient {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Sends requests one after the other on the same connection. An answer ends where its
    /// `Content-Length` says, or where the connection does.
    func exchange(_ requests: [String]) async throws -> [String] {
        try await channel.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            var answers: [String] = []
            for request in requests {
                try await outbound.write(ByteBuffer(string: request))
                var bytes: [UInt8] = []
                while !isWhole(bytes), let part = try await parts.next() {
                    bytes += part.readableBytesView
                }
                answers.append(String(decoding: bytes, as: UTF8.self))
            }
            return answers
        }
    }

    private func isWhole(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n"),
            let length = text.firstRange(of: "Content-Length: "),
            let count = Int(text[length.upperBound...].prefix { $0.isNumber })
        else { return false }
        return text[end.upperBound...].utf8.count >= count
    }
}
