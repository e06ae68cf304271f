import Glibc

/// Reads a line from the terminal that the terminal does not show: a session on the screen would
/// be in its scroll-back, and in every recording of it.
enum HiddenInput {
    // Written before the handlers are in place; they and nobody else read it then.
    private nonisolated(unsafe) static var shown = termios()

    /// Whatever ends the program must not leave a terminal behind that shows nothing.
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    static func readLine(prompt: String) -> String? {
        guard isatty(0) == 1, tcgetattr(0, &shown) == 0 else { return Swift.readLine() }
        Console.write(prompt, terminator: "")
        let before = endings.map { signal($0, restoreAndEnd) }
        // Stopped and continued, it would read with the terminal as the shell has set it.
        let stop = signal(SIGTSTP, SIG_IGN)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        // Enter is seen, or the next line would begin behind the prompt.
        hidden.c_lflag |= tcflag_t(ECHONL)
        tcsetattr(0, TCSANOW, &hidden)
        defer {
            show()
            for (number, handler) in zip(endings, before) { signal(number, handler) }
            signal(SIGTSTP, stop)
        }
        return Swift.readLine()
    }
}

/// A global function, for it must hold no context: it runs inside a signal.
private func restoreAndEnd(_ number: Int32) {
    HiddenInput.show()
    signal(number, SIG_DFL)
    raise(number)
}

extension HiddenInput {
    /// Lets the terminal show again; safe inside a signal's handler. What was typed meanwhile and
    /// not read is discarded first: it is part of a secret, and the shell would show it. (TCSAFLUSH
    /// discards it too, but waits for the output, which Ctrl-S may have stopped.)
    fileprivate static func show() {
        tcflush(0, TCIFLUSH)
        tcsetattr(0, TCSANOW, &shown)
    }
}
