import Configuration
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

/// The calls that a command makes directly, in the name of an app: one after the other, no faster
/// than the app's rate, and counted with the daemon's where there is a database.
struct CommandCalls {
    private let app: Configuration.App
    private let pause: Duration
    private var book: CallLedger?
    /// Why calls are not counted though there is a database; nil while they are.
    private(set) var trouble: StoreError?
    private let needsBook: Bool

    /// Least time between two calls.
    private static let secondsMin = 0.2

    /// - Parameter needsBook: makes no call that cannot be counted. `check` makes its few: what
    ///   is wrong with a database must not hide what else is wrong.
    init(
        _ app: Configuration.App, _ configuration: Configuration, needsBook: Bool
    ) async throws(CommandFailure) {
        self.app = app
        self.needsBook = needsBook
        // What a daemon does at this moment is unknown: beside it, half of the rate.
        let isShared = DatabaseLock.isHeld(databasePath: configuration.storePath)
        let rate = isShared ? app.callsPerSecond / 2 : app.callsPerSecond
        pause = .seconds(max(Self.secondsMin, 1 / rate))
        do throws(StoreError) {
            book = try CallLedger(path: configuration.storePath)
            try await book?.probe(now: SystemClocks.wall())
        } catch {
            book = nil
            trouble = error
            if needsBook { throw Self.uncounted(error) }
        }
    }

    /// Waits for its turn and writes the call down; it is to be made at once then.
    /// - Throws: when it must not be made.
    mutating func begin(_ method: String, platformNow: UTCInstant) async throws(CommandFailure) {
        // Before the first as well: a script may run one command after the other.
        try? await Task.sleep(for: pause)
        guard let book else { return }
        do throws(CallLedger.Refusal) {
            try await book.book(
                app: app.name, method: method, day: BeijingDay.text(platformNow),
                callsPerDay: app.callsPerDay, now: SystemClocks.wall())
        } catch {
            switch error {
            case .dayIsSpent:
                throw CommandFailure(
                    .tryAgainLater,
                    "app \(app.name): all \(DisplayText.grouped(Int64(app.callsPerDay))) calls of "
                        + "the day are made or reserved; run it again after midnight Beijing time, "
                        + "or raise the quota in the console and `calls_per_day`")
            case .banned(let end):
                throw Self.banned(app, until: end)
            case .unwritable(let error):
                if needsBook { throw Self.uncounted(error) }
                trouble = error
                self.book = nil
            }
        }
    }

    /// Keeps a ban that a call was answered with, for the daemon and the next command.
    func note(_ failure: CallFailure, method: String) async {
        guard let book, case .throttled(let scope, let stated) = failure.disposition else { return }
        let seconds = max(0, min(stated ?? 1, RateLimiter.banSecondsMax))
        // As much more as the daemon adds to its own. It is not kept: the daemon receives it, too.
        let until = SystemClocks.wall().advanced(bySeconds: seconds + 2)
        try? await book.ban(
            app: app.name, method: scope == .app ? "" : method, until: until, code: failure.code)
    }

    static func banned(_ app: Configuration.App, until end: UTCInstant) -> CommandFailure {
        CommandFailure(
            .tryAgainLater,
            "app \(app.name) is banned by the platform until \(BeijingTime.text(end)) Beijing time")
    }

    private static func uncounted(_ error: StoreError) -> CommandFailure {
        var line = "no call is made that cannot be counted: \(error.line)"
        if case .readOnly = error { line += ", or run it as the daemon's user" }
        return CommandFailure(error.exitStatus, line)
    }
}
