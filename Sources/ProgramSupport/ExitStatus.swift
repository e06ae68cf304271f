/// Exit codes, after sysexits.h.
public enum ExitStatus: Int32, Sendable {
    case failed = 1
    /// As `systemctl status` has it.
    case notRunning = 3
    case wrongUsage = 64
    case platformUnreachable = 69
    case databaseUnusable = 73
    case tryAgainLater = 75
    case notAuthorised = 77
    case configurationWrong = 78
}
