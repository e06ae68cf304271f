import Glibc
import Synchronization

/// Reads a line from the terminal that the terminal does not show: a session on the screen would
/// be in its scroll-back, and in every recording of it.
enum HiddenInput {
    // Written before `isHidden` is set; a signal's handler reads it then.
    private nonisolated(unsafe) static var shown = termios()
    private static let isHidden = Atomic<Bool>(false)

    static func readLine(prompt: String) -> String? {
        guard isatty(0) == 1, tcgetattr(0, &shown) == 0 else { return Swift.readLine() }
        Console.write(prompt, terminator: "")
        // Stopped and continued, it would read with the terminal as the shell has set it.
        let stop = signal(SIGTSTP, SIG_IGN)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        // Enter is seen, or the next line would begin behind the prompt.
        hidden.c_lflag |= tcflag_t(ECHONL)
        // Whatever ends the program must not leave a terminal behind that shows nothing.
        isHidden.store(true, ordering: .sequentiallyConsistent)
        tcsetattr(0, TCSANOW, &hidden)
        defer {
            show()
            signal(SIGTSTP, stop)
        }
        return Swift.readLine()
    }

    /// Before a signal's handler can call `show`.
    static func prepare() {
        _ = (isHidden.load(ordering: .relaxed), shown)
    }

    /// Lets the terminal show again; safe inside a signal's handler. What was typed meanwhile and
    /// not read is discarded first: it is part of a secret, and the shell would show it. (TCSAFLUSH
    /// discards it too, but waits for the output, which Ctrl-S may have stopped.)
    static func show() {
        guard isHidden.exchange(false, ordering: .sequentiallyConsistent) else { return }
        tcflush(0, TCIFLUSH)
        tcsetattr(0, TCSANOW, &shown)
    }
}
