import Glibc
import OrderStore
import ProgramSupport
import Synchronization

/// What the signals that end a program do, for every command.
///
/// | command | first SIGINT, SIGTERM or SIGHUP | exit code in a shell |
/// | --- | --- | --- |
/// | `run`, `sandbox`, `demo --live` | an orderly end | 0 |
/// | `backfill`, `verify` that read the platform themselves | store what was received | 75 |
/// | all others, and any second signal | the end by the signal | 130, 143, 129 |
///
/// (For `run`, SIGHUP reads the configuration again.) Whatever ends it, unfinished files are
/// removed and the terminal shows again what is typed. Transactions and locks need nothing: SQLite
/// and the kernel undo them.
enum EndingSignals {
    private enum Reaction: Int {
        /// By the signal itself, so that a shell sees what happened.
        case end
        /// At once, with exit code 0: the service has not begun.
        case succeed
        /// `Interruption` reports it.
        case report
    }

    private static let reaction = Atomic<Int>(Reaction.end.rawValue)
    private static let pipeEnd = Atomic<Int32>(-1)
    /// The address of a line for stderr that ends in a NUL; 0 if there is none.
    private static let note = Atomic<UInt>(0)

    /// Of these commands a signal is the orderly end, from their first moment.
    private static func isService(_ arguments: some Collection<String>) -> Bool {
        switch arguments.first {
        case "run", "sandbox": true
        case "demo": arguments.contains("--live")
        default: false
        }
    }

    /// To be called before anything else: no file is written yet, no thread runs.
    /// - Parameter arguments: without the program's name.
    static func install(_ arguments: some Collection<String>) {
        UnfinishedFiles.prepare()
        HiddenInput.prepare()
        let isService = isService(arguments)
        reaction.store((isService ? Reaction.succeed : .end).rawValue, ordering: .relaxed)
        _ = (pipeEnd.load(ordering: .relaxed), note.load(ordering: .relaxed))
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            // `nohup`, and what a script starts in the background.
            if isIgnored(number), !isService || number == SIGHUP { continue }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = handleEndingSignal
            // The same signal again must end a handler that hangs.
            action.sa_flags = SA_NODEFER | Int32(SA_RESTART)
            sigaction(number, &action, nil)
        }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handleBusError
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
        sigaction(SIGBUS, &action, nil)
        // It is no end of `run`; until the service listens for it there is nothing to load.
        if arguments.first == "run" { signal(SIGHUP, SIG_IGN) }
        // The reader of a log, or of a connection, that goes away must not end the program.
        signal(SIGPIPE, SIG_IGN)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// From now on the first signal writes a byte into a pipe; the second ends the program.
    /// - Returns: the pipe's other end.
    static func report() -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        reaction.store(Reaction.report.rawValue, ordering: .sequentiallyConsistent)
        return ends[0]
    }

    /// What a signal says on stderr from now on: that the work is not complete.
    static func say(_ line: StaticString) {
        note.store(UInt(bitPattern: line.utf8Start), ordering: .sequentiallyConsistent)
    }

    /// Inside a signal's handler: no lock, no allocation.
    fileprivate static func handle(_ number: Int32) {
        let taken = reaction.exchange(Reaction.end.rawValue, ordering: .sequentiallyConsistent)
        switch number == SIGQUIT ? .end : Reaction(rawValue: taken) {
        case .report:
            var byte: UInt8 = 0
            _ = write(pipeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
        case .succeed:
            cleanUp()
            _exit(0)
        case .end, nil:
            cleanUp()
            let address = note.exchange(0, ordering: .sequentiallyConsistent)
            if let line = UnsafePointer<CChar>(bitPattern: address) {
                _ = write(2, line, strlen(line))
            }
            signal(number, SIG_DFL)
            raise(number)
        }
    }

    /// The reader of stdout has gone, as in `ordersync report | head`: ends without a word, as
    /// programs do that do not ignore SIGPIPE.
    static func endByPipe() -> Never {
        cleanUp()
        signal(SIGPIPE, SIG_DFL)
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_UNBLOCK, &pipe, nil)
        raise(SIGPIPE)
        _exit(128 + SIGPIPE)
    }

    /// SQLite maps the index of the log (`-shm`) into memory. If another program cuts that file
    /// short, the kernel answers the next access with SIGBUS, which nothing can undo. Closing the
    /// database would access it again, and after a crash SQLite makes a new index from the log.
    fileprivate static func endByBusError() -> Never {
        cleanUp()
        let line: StaticString = """
            ordersync: the database's -shm was cut short while ordersync had it open, or its disk \
            failed; ordersync ended at once and nothing that was stored is lost. Start it again; \
            do not touch -wal and -shm while the service runs

            """
        _ = write(2, line.utf8Start, line.utf8CodeUnitCount)
        _exit(ExitStatus.databaseUnusable.rawValue)
    }

    private static func cleanUp() {
        HiddenInput.show()
        UnfinishedFiles.removeAll()
    }
}

private func handleBusError(_ number: Int32) {
    EndingSignals.endByBusError()
}

/// A global function: it must hold no context.
private func handleEndingSignal(_ number: Int32) {
    let code = errno
    EndingSignals.handle(number)
    errno = code
}
