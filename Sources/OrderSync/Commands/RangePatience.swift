import Engine
import OrderStore
import ProgramSupport
import SyncCore

/// How long `backfill` and `verify` wait for the platform before they give up, and what they exit
/// with then. What is open stays in the ledger: the same command continues it.
struct RangePatience: Sendable {
    /// Without any answer.
    var unansweredSeconds: Int64 = 60
    /// While answers come and all of them are failures. A span that the platform cannot read is
    /// halved and quarantined meanwhile.
    var failingSeconds: Int64 = 300
    /// A ban or a spent quota that ends sooner is waited for.
    var pauseSeconds: Int64 = 60
    /// Without progress of a daemon that reads.
    var daemonSeconds: Int64 = 120

    private static let again = "What is open stays in the ledger; run the command again"

    /// What stops an engine of the command's own; nil while it may go on.
    func failure(
        outage: SyncEngine.Outage?, pause: Int64?, app: String, now: Now
    ) -> CommandFailure? {
        if let outage {
            let seconds = now.ticks.milliseconds(since: outage.since) / 1_000
            if seconds >= (outage.isAnswered ? failingSeconds : unansweredSeconds) {
                return CommandFailure(
                    .platformUnreachable,
                    "app \(app): no call has succeeded for \(DisplayText.duration(seconds)) "
                        + "(\(outage.line)). \(Self.again)")
            }
        }
        guard let pause, pause > pauseSeconds else { return nil }
        return CommandFailure(
            .tryAgainLater,
            "app \(app): banned by the platform, or the calls of the day are used up; calls "
                + "continue in \(DisplayText.duration(pause)). \(Self.again) then")
    }

    /// What keeps a daemon from reading; nil while it may be at work.
    /// - Parameters:
    ///   - quietSince: when the range was last seen to shrink.
    ///   - callsLeft: of the app's calls of the day.
    func failure(
        daemon progress: RangeProgress, callsLeft: Int64, app: String, quietSince: Now, now: Now
    ) -> CommandFailure? {
        switch progress.shopState {
        case .unauthorized:
            return CommandFailure(
                .notAuthorised,
                "the platform refuses the shop's session (\(progress.shopReason)); authorise it "
                    + "again, the daemon then continues")
        case .paused:
            return CommandFailure(
                .configurationWrong,
                "the daemon has paused the shop: \(progress.shopReason). It continues once that "
                    + "is corrected")
        case .active:
            break
        }
        let quiet = now.ticks.milliseconds(since: quietSince.ticks) / 1_000
        let ban = progress.bannedUntil.map { $0.seconds(since: now.wall) } ?? 0
        if ban > pauseSeconds, quiet >= min(pauseSeconds, daemonSeconds) {
            return CommandFailure(
                .tryAgainLater,
                "app \(app): banned by the platform for \(DisplayText.duration(ban)) more; the "
                    + "daemon then continues")
        }
        if callsLeft <= 0, quiet >= min(pauseSeconds, daemonSeconds) {
            return CommandFailure(
                .tryAgainLater,
                "app \(app): the calls of the day are used up; the daemon continues after midnight "
                    + "Beijing time")
        }
        guard quiet >= daemonSeconds else { return nil }
        if let success = progress.appSucceededAt, success > quietSince.wall { return nil }
        let reason = progress.lastError.isEmpty ? "" : " (\(progress.lastError))"
        return CommandFailure(
            .platformUnreachable,
            "app \(app): the daemon has read nothing for \(DisplayText.duration(quiet))\(reason). "
                + "It keeps trying and then continues; see its log, or run: ordersync check")
    }
}
