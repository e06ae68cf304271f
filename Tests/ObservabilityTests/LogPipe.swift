import Glibc
import Logging
import WireFormat

@testable import Observability

/// A pipe with a log at its one end and the test at the other.
final class LogPipe {
    let writeEnd: Int32
    private let readEnd: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe can be made")
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// The text that `body` logs. It must fit into a pipe: 64 KiB.
    func text(
        _ format: LogFormat = .json, level: Logger.Level = .trace, secrets: [String] = [],
        wallMilliseconds: Int64 = 0, _ body: (Logger) -> Void
    ) -> String {
        let sink = LogSink(descriptor: writeEnd, wallMilliseconds: { wallMilliseconds })
        for secret in secrets { sink.strikeOut(Secret(secret)) }
        let logger = Logger(label: "test") { _ in
            EventLogHandler(level: level, format: format, sink: sink)
        }
        body(logger)
        let end = Array("end of the test\n".utf8)
        precondition(write(writeEnd, end, end.count) == end.count)
        var bytes: [UInt8] = []
        while !bytes.suffix(end.count).elementsEqual(end) {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(readEnd, &chunk, chunk.count)
            precondition(count > 0, "the pipe broke")
            bytes += chunk.prefix(count)
        }
        return String(decoding: bytes.dropLast(end.count), as: UTF8.self)
    }
}
