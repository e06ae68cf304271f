import NIOCore
import NIOPosix

/// Sends requests one after the other on one connection, and reads what comes by the rules of
/// HTTP: an answer to HEAD has no body, whatever its length says.
struct RawExchange {
    let port: Int

    struct Answer {
        var head: String
        var body: String

        var status: String { String(head.dropFirst(9).prefix(3)) }

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    func answers(to requests: [String]) async throws -> [Answer] {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            var rest = ""
            var answers: [Answer] = []
            for request in requests {
                try await outbound.write(ByteBuffer(string: request))
                while true {
                    if let answer = Self.take(from: &rest, isHead: request.hasPrefix("HEAD ")) {
                        answers.append(answer)
                        break
                    }
                    guard let part = try await parts.next() else { return answers }
                    rest += String(buffer: part)
                }
            }
            return answers
        }
    }

    private static func take(from text: inout String, isHead: Bool) -> Answer? {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        var answer = Answer(head: String(text[..<end.lowerBound]), body: "")
        let length = isHead ? 0 : answer.header("Content-Length").flatMap { Int($0) } ?? 0
        let rest = Array(text[end.upperBound...].utf8)
        guard rest.count >= length else { return nil }
        answer.body = String(decoding: rest.prefix(length), as: UTF8.self)
        text = String(decoding: rest.dropFirst(length), as: UTF8.self)
        return answer
    }
}
