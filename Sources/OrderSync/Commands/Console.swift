import Glibc
import Observability
import OrderStore
import ProgramSupport

/// The terminal: stdout for results, stderr for errors.
enum Console {
    static var isTerminal: Bool { isatty(1) == 1 }

    /// A descriptor that is closed at the start would be the number of the next file that is
    /// opened: a database, for one.
    static func openMissing() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Writes to stdout. Ends the program when that cannot be done: quietly when the reader has
    /// gone, else with a line on stderr.
    static func write(_ text: String, terminator: String = "\n") {
        switch write(text + terminator, to: 1) {
        case 0: return
        case EPIPE: EndingSignals.endByPipe()
        case let code:
            error("stdout cannot be written: \(String(cString: strerror(code)))")
            UnfinishedFiles.removeAll()
            _exit(ExitStatus.failed.rawValue)
        }
    }

    static func error(_ text: String) {
        // What fails while a signal ends the program is no failure to report.
        UnfinishedFiles.waitForEnd()
        _ = write("\(LogSink.errorPrefix)ordersync: \(text)\n", to: 2)
    }

    /// - Returns: 0, or the error number.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    switch errno {
                    case EINTR: continue
                    case EAGAIN:
                        // A terminal that another program has set so.
                        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        poll(&ready, 1, -1)
                        continue
                    default: return errno
                    }
                }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return 0
        }
    }
}
