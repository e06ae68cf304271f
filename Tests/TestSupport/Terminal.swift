import Glibc
import Synchronization

/// A terminal with a program in it, as wide as documentation shows it.
///
/// It is read in packet mode: the kernel reports there when typed text has reached the line
/// discipline, which decides with the settings of that moment whether to echo. Text that is written
/// and not yet there would be echoed by settings that come later, which no program can prevent.
public final class Terminal: Sendable {
    private struct State {
        var child: ChildProcess?
        var shown = ""
        /// Times that the flow was resumed, as typed text asks at its end.
        var resumed = 0
    }

    private let master: Int32
    private let slave: Int32
    private let path: String
    private let state = Mutex(State())

    /// TIOCSPTLCK, TIOCGPTN, TIOCPKT and TIOCSWINSZ: Swift's Glibc lacks them and posix_openpt.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let setPacketMode: UInt = 0x5420
    private static let setSize: UInt = 0x5414
    private static let packetOfFlow: UInt8 = 8

    public init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var isLocked: Int32 = 0
        var isOn: Int32 = 1
        var number: Int32 = 0
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard master >= 0, ioctl(master, Self.setLock, &isLocked) == 0,
            ioctl(master, Self.getNumber, &number) == 0,
            ioctl(master, Self.setPacketMode, &isOn) == 0,
            ioctl(master, Self.setSize, &size) == 0
        else { throw ChildProcess.CannotStart(description: "no terminal can be made") }
        path = "/dev/pts/\(number)"
        slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    }

    deinit {
        state.withLock { $0.child?.signal(SIGKILL) }
        close(master)
        close(slave)
    }

    public func start(_ program: String, _ arguments: [String], folder: String = "/") throws {
        let child = try ChildProcess(
            program, arguments, folder: folder, input: .terminal(path))
        state.withLock { $0.child = child }
    }

    public func signal(_ number: Int32) { state.withLock { $0.child?.signal(number) } }

    public func ending() async -> ChildProcess.Ending? {
        await state.withLock { $0.child }?.ending()
    }

    /// The terminal shows what is typed.
    public var echoes: Bool { attributes.c_lflag & tcflag_t(ECHO) != 0 }

    private var attributes: termios {
        var attributes = termios()
        tcgetattr(slave, &attributes)
        return attributes
    }

    /// Types a text; on return the terminal has taken it.
    public func type(_ text: String) async throws {
        _ = shown
        let before = state.withLock { $0.resumed }
        // Stop and resume the flow (Ctrl-S, Ctrl-Q): the terminal obeys in the order of typing.
        let bytes = Array("\(text)\u{13}\u{11}".utf8)
        _ = write(master, bytes, bytes.count)
        try await wait("the terminal to take what is typed") {
            _ = shown
            return state.withLock { $0.resumed } > before
        }
    }

    /// Types what ends the program (Ctrl-C, Ctrl-\\), which may be gone before it is asked.
    public func press(_ key: String) {
        let bytes = Array(key.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// All that the terminal has shown up to now.
    public var shown: String {
        state.withLock { state in
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(master, &bytes, bytes.count)
                guard count > 0 else { return state.shown }
                if bytes[0] == 0 {
                    state.shown += String(decoding: bytes[1..<count], as: UTF8.self)
                } else if bytes[0] & Self.packetOfFlow != 0 {
                    state.resumed += 1
                }
            }
        }
    }

    /// Typed input that was not read: the next program would read it.
    public func pendingInput() -> String {
        var raw = attributes
        raw.c_lflag &= ~tcflag_t(ICANON)
        tcsetattr(slave, TCSANOW, &raw)
        let flags = fcntl(slave, F_GETFL)
        _ = fcntl(slave, F_SETFL, flags | O_NONBLOCK)
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(slave, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
