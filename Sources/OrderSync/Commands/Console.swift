import Glibc
import Observability
import OrderStore

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

    /// A table with columns as wide as their widest cell; numbers stand right.
    static func table(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - width(cell))
                let isLast = column == row.count - 1
                if rightAligned.contains(column) {
                    line += padding + cell
                } else {
                    line += isLast ? cell : cell + padding
                }
                if !isLast { line += "  " }
            }
            return line
        }.joined(separator: "\n")
    }

    /// Columns that a text takes: Chinese characters take two.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
                0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
                0x20000...0x3FFFD:
                sum + 2
            // Accents, variation selectors and the joiner of emoji stand on what is before them.
            case 0x300...0x36F, 0xFE00...0xFE0F, 0x200B...0x200D: sum
            default: sum + 1
            }
        }
    }

    /// `1 shop`, `2 shops`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(Int64(number))) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `1,234,567`.
    static func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    /// `4s`, `12m`, `3h 20m`, `5d`.
    static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7_200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3_600)h \(seconds % 3_600 / 60)m"
        default: "\(seconds / 86_400)d"
        }
    }
}
