internal import Glibc
internal import Synchronization
public import WireFormat

/// Where lines go: a file descriptor, each line in one write, secrets struck out.
public final class LogSink: Sendable {
    public let isTerminal: Bool
    private let descriptor: Int32
    private let writesPriority: Bool
    private let secrets = Mutex<[String]>([])
    /// Milliseconds of the machine's clock.
    let wallMilliseconds: @Sendable () -> Int64

    /// - Parameters:
    ///   - descriptor: stderr unless a test sets another.
    ///   - wallMilliseconds: the machine's clock unless a test sets another.
    public init(
        descriptor: Int32 = 2,
        wallMilliseconds: @escaping @Sendable () -> Int64 = LogSink.systemMilliseconds
    ) {
        self.descriptor = descriptor
        self.wallMilliseconds = wallMilliseconds
        isTerminal = isatty(descriptor) == 1
        writesPriority = Self.isJournal(descriptor)
    }

    /// Texts that must never be written, whatever an event holds: a net below the rule that no
    /// secret reaches a field in the first place.
    public func strikeOut(_ secret: Secret) {
        let plain = secret.exposedText
        guard plain.utf8.count >= 6 else { return }
        var quoted: [UInt8] = []
        JSONWriter.appendQuoted(plain, to: &quoted)
        let escaped = String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        secrets.withLock { secrets in
            for text in [plain, escaped] where !secrets.contains(text) { secrets.append(text) }
            // The longer first: struck out after one that it begins with, its end would stay.
            secrets.sort { $0.utf8.count > $1.utf8.count }
        }
    }

    func write(_ line: String, priority: Int) {
        var text = line
        for secret in secrets.withLock({ $0 }) where text.contains(secret) {
            text = text.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: "…")
        }
        if writesPriority { text = "<\(priority)>\(text)" }
        text += "\n"
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 { if errno == EINTR { continue } else { return } }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }

    @Sendable public static func systemMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// What a line on stderr that is no event begins with, so that journald takes it for an error.
    public static var errorPrefix: String { isJournal(2) ? "<3>" : "" }

    /// systemd names the journal's socket by device and inode (systemd.exec, $JOURNAL_STREAM).
    private static func isJournal(_ descriptor: Int32) -> Bool {
        guard let stream = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    }
}
