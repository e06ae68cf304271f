import Foundation
import Glibc
import Testing

extension SystemTests {
    /// A pasted session is on no screen, and the terminal shows again afterwards, whatever ends
    /// the program.
    @Suite(.serialized) struct HiddenInputTests {
        /// A terminal with a program in it.
        private final class Terminal {
            let process = Process()
            private let master: Int32
            private let slave: Int32
            private(set) var shown = ""

            /// TIOCSPTLCK and TIOCGPTN: Swift's Glibc has neither them nor posix_openpt.
            private static let setLock: UInt = 0x4004_5431
            private static let getNumber: UInt = 0x8004_5430

            init(_ arguments: [String]) throws {
                master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
                var isLocked: Int32 = 0
                var number: Int32 = 0
                guard master >= 0, ioctl(master, Self.setLock, &isLocked) == 0,
                    ioctl(master, Self.getNumber, &number) == 0
                else { throw Child.Failure(description: "no terminal can be made") }
                slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
                _ = fcntl(master, F_SETFL, O_NONBLOCK)
                process.executableURL = URL(filePath: Child.binary)
                process.arguments = arguments
                let handle = FileHandle(fileDescriptor: slave)
                process.standardInput = handle
                process.standardOutput = handle
                process.standardError = handle
                try process.run()
            }

            deinit {
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                close(master)
                close(slave)
            }

            var shows: Bool {
                var state = termios()
                tcgetattr(slave, &state)
                return state.c_lflag & tcflag_t(ECHO) != 0
            }

            func type(_ text: String) {
                let bytes = Array(text.utf8)
                _ = write(master, bytes, bytes.count)
            }

            func look() -> String {
                var bytes = [UInt8](repeating: 0, count: 4_096)
                while true {
                    let count = read(master, &bytes, bytes.count)
                    guard count > 0 else { break }
                    shown += String(decoding: bytes.prefix(count), as: UTF8.self)
                }
                return shown
            }
        }

        private func prompted(_ site: Site) async throws -> Terminal {
            let terminal = try Terminal(
                ["auth", "import", "shop1", "--expires", "365d", "--config", site.configuration])
            try await wait("the prompt") { terminal.look().contains("then Enter") }
            try await wait("the terminal to show nothing") { !terminal.shows }
            return terminal
        }

        @Test func aPastedSessionIsNotShown() async throws {
            let site = try await Site(Site.Settings(orders: 5))
            try site.useStoredSession()
            let terminal = try await prompted(site)
            let session = site.gateway.shops[0].session
            terminal.type("\(session)\n")
            try await wait("it to end") { !terminal.process.isRunning }
            #expect(terminal.process.terminationStatus == 0, "\(terminal.look())")
            #expect(!terminal.look().contains(session.prefix(8)), "\(terminal.look())")
            #expect(terminal.shows)
            #expect(try site.stored(member: "access_token") == session)
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
        func theTerminalShowsAgain(signal: Int32) async throws {
            let site = try await Site(Site.Settings(orders: 5))
            try site.useStoredSession()
            let terminal = try await prompted(site)
            terminal.type("half-a-sess")
            kill(terminal.process.processIdentifier, signal)
            try await wait("it to end") { !terminal.process.isRunning }
            #expect(terminal.process.terminationReason == .uncaughtSignal)
            #expect(terminal.process.terminationStatus == signal)
            #expect(terminal.shows)
            #expect(!terminal.look().contains("half-a-sess"))
            #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/sessions.json"))
        }
    }
}
