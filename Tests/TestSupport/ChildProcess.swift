import CSpawn
import Glibc
import Synchronization

/// A child process of a test. Waiting for it suspends the task: only a thread of the child's own
/// blocks, never one of the pool that all tests share.
public final class ChildProcess: Sendable {
    public enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// What the child finds at descriptor 0.
    public enum Input: Sendable {
        case nothing
        case file(String)
        /// What `write` sends; it ends with `closeInput`.
        case pipe
        /// A terminal, which becomes the child's controlling one: Ctrl-C typed there reaches it.
        case terminal(String)
    }

    public struct CannotStart: Error, CustomStringConvertible {
        public var description: String
    }

    private struct State {
        var ending: Ending?
        var waiting: [CheckedContinuation<Ending, Never>] = []
        var input: Int32 = -1
    }

    public let identifier: Int32
    private let state = Mutex(State())

    /// - Parameters:
    ///   - output: the file that stdout is written to; a terminal as input takes all.
    ///   - errors: the file that stderr is written to.
    public init(
        _ path: String, _ arguments: [String], folder: String = "/", input: Input = .nothing,
        output: String = "/dev/null", errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var ends: [Int32] = [-1, -1]
        let creating = O_WRONLY | O_CREAT | O_TRUNC
        switch input {
        case .nothing: posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        case .file(let path): posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
        case .pipe:
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw CannotStart(description: "no pipe") }
            posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        case .terminal(let path):
            posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        }
        if case .terminal = input {
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, output, creating, 0o644)
            posix_spawn_file_actions_addopen(&actions, 2, errors, creating, 0o644)
        }
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        // Pipes and sockets of other tests must not stay open in this child.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var isInTerminal = false
        if case .terminal = input { isInTerminal = true }
        let pid = try Self.spawn(path, arguments, &actions, isInTerminal: isInTerminal)
        if ends[0] >= 0 { close(ends[0]) }
        identifier = pid
        state.withLock { $0.input = ends[1] }
        startThread { [self] in reap() }
    }

    deinit {
        closeInput()
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ actions: inout posix_spawn_file_actions_t,
        isInTerminal: Bool
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // As a shell starts it: no signal is blocked or ignored. The threads of the pool block all.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // Others stay in the group of the tests: Ctrl-C ends them too.
        let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, isInTerminal ? flags | cspawn_setsid : flags)
        var words = ([path] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var pid = pid_t()
        let code = posix_spawn(&pid, path, &actions, &attributes, words, environ)
        guard code == 0 else {
            throw CannotStart(description: "\(path): \(String(cString: strerror(code)))")
        }
        return pid
    }

    private func reap() {
        var information = siginfo_t()
        let options = WEXITED | WNOWAIT
        while waitid(P_PID, id_t(identifier), &information, options) != 0, errno == EINTR {}
        let waiting = state.withLock { state in
            // Under the lock, so that `signal` never meets another process with this number.
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let number = status & 0x7F
            state.ending = number == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: number)
            defer { state.waiting = [] }
            return state.waiting
        }
        let ending = state.withLock { $0.ending } ?? .exited(-1)
        for continuation in waiting { continuation.resume(returning: ending) }
    }

    public var isRunning: Bool { state.withLock { $0.ending == nil } }

    /// How it has ended; waits until it has.
    public func ending() async -> Ending {
        await withCheckedContinuation { continuation in
            let ending = state.withLock { state in
                if state.ending == nil { state.waiting.append(continuation) }
                return state.ending
            }
            if let ending { continuation.resume(returning: ending) }
        }
    }

    public func signal(_ number: Int32) {
        state.withLock { if $0.ending == nil { _ = Glibc.kill(identifier, number) } }
    }

    // MARK: Input

    /// Of a child with a pipe. The text must fit into it: 64 KiB.
    public func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = state.withLock { Glibc.write($0.input, bytes, bytes.count) }
    }

    public func closeInput() {
        state.withLock { state in
            if state.input >= 0 { close(state.input) }
            state.input = -1
        }
    }
}
