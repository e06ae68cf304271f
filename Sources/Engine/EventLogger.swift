import Logging
public import Observability
import OrderStore
import Platforms
import ProgramSupport
public import SyncCore
import WireFormat

/// Turns the machine's notes into lines of the log. What repeats is logged once a minute.
public final class EventLogger {
    public let dependencies: EngineDependencies
    private var lastLogged: [String: (at: MonotonicInstant, suppressed: Int64)] = [:]
    private var budget = LogRateLimiter()
    /// What was logged about a write-ahead log that cannot be emptied.
    var loggedLogBytes: Int64 = 0

    /// How long the same fault of the same stream is not logged again.
    static let repeatMilliseconds: Int64 = 60_000
    /// Kinds of faults remembered at most; older ones are forgotten and logged again.
    private static let lastLoggedMax = 4_096

    private let ticks: () -> MonotonicInstant

    /// - Parameter ticks: the machine's clock unless a test sets another.
    init(
        _ dependencies: EngineDependencies,
        ticks: @escaping () -> MonotonicInstant = SystemClocks.ticks
    ) {
        self.dependencies = dependencies
        self.ticks = ticks
    }

    public func write(_ note: SyncNote) {
        count(note)
        switch note {
        case .windowStored(let stream, let window, let calls, let rows, let lag):
            // An idle poll is no news.
            dependencies.log.event(
                rows > 0 ? .info : .debug, "window stored",
                place(stream) + [
                    ("window_start", .text(UTCText.rfc3339(window.start))),
                    ("window_end", .text(UTCText.rfc3339(window.end))),
                    ("rows", .number(Int64(rows))), ("calls", .number(Int64(calls))),
                    ("lag_s", .number(lag)),
                ])
        case .backfillFinished(let stream, let reachedBack):
            dependencies.log.event(
                .notice, "history loaded",
                place(stream) + [("back_to", .text(UTCText.rfc3339(reachedBack)))])
        case .answerDoubted(let stream, let window, let doubt, let attempt, let retry):
            repeated(
                .warning, "answer not believed", key: "\(stream)\(doubt)",
                place(stream) + [
                    ("reason", .text(doubt.rawValue)),
                    ("window_start", .text(UTCText.rfc3339(window.start))),
                    ("window_end", .text(UTCText.rfc3339(window.end))),
                    ("attempt", .number(Int64(attempt))), ("retry_ms", .number(retry)),
                ])
        case .doubtAccepted(let stream, let window, let doubt):
            repeated(
                .warning, "interval accepted in doubt", key: "\(stream)\(doubt)",
                place(stream) + [
                    ("reason", .text(doubt.rawValue)),
                    ("window_start", .text(UTCText.rfc3339(window.start))),
                    ("window_end", .text(UTCText.rfc3339(window.end))),
                ])
        case .callFailed(let stream, let app, let method, let failure, let attempt, let retry):
            let app = dependencies.app(app)
            // A single failure is harmless; several in a row need attention.
            let level: Logger.Level =
                failure.isExpected
                ? .debug
                : failure.isUnknownCode || isRefusal(failure)
                    ? .error : attempt > 3 ? .warning : .info
            repeated(
                level, "call failed", key: "\(app.name)\(failure.code)\(method)",
                (stream.map { place($0) } ?? []) + [
                    ("app", .text(app.name)), ("method", .text(app.adapter.methodName(method))),
                    ("code", .text(failure.code)), ("attempt", .number(Int64(attempt))),
                    ("retry_ms", .number(retry)), ("advice", .text(failure.line)),
                ])
        case .throttled(let app, let scope, let method, let seconds, let code):
            let app = dependencies.app(app)
            repeated(
                seconds > 60 ? .warning : .info, "throttled by the platform",
                key: "\(app.name)\(code)",
                [
                    ("app", .text(app.name)), ("scope", .text(scope.rawValue)),
                    ("method", .text(method.map { app.adapter.methodName($0) } ?? "")),
                    ("code", .text(code)), ("rest_s", .number(seconds)),
                ])
        case .dayIsSpent, .shopUnauthorised, .shopRecovered, .shopRefused, .shopAccepted,
            .appMisconfigured, .appRecovered, .clockKnown, .clockMoved, .clockUnknown,
            .methodRefused, .sellerRefused, .sellerUnknown:
            writeState(note)
        case .requestFinished, .lateChange, .lagChanged, .detailGivenUp, .parcelTextUnknown,
            .dayAudited, .outOfReach, .windowQuarantined:
            writeFinding(note)
        case .decision(let decision):
            write(decision)
        }
    }

    /// State changes of an app or a shop; each is logged when it happens.
    private func writeState(_ note: SyncNote) {
        switch note {
        case .dayIsSpent(let app, let calls):
            dependencies.log.event(
                .warning, "calls of the day are used up",
                [
                    ("app", .text(dependencies.app(app).name)),
                    ("calls_today", .number(Int64(calls))),
                ])
        case .shopUnauthorised(let shop, let code, let line):
            dependencies.log.event(
                .error, "shop needs authorisation",
                [
                    ("shop", .text(dependencies.shop(shop).name)), ("code", .text(code)),
                    ("advice", .text(line)),
                ])
        case .shopRecovered(let shop):
            dependencies.log.event(
                .notice, "shop is authorised again",
                [("shop", .text(dependencies.shop(shop).name))])
        case .shopRefused(let shop, let code, let line):
            dependencies.log.event(
                .error, "shop is refused by the platform",
                [
                    ("shop", .text(dependencies.shop(shop).name)), ("code", .text(code)),
                    ("advice", .text(line)),
                ])
        case .shopAccepted(let shop):
            dependencies.log.event(
                .notice, "shop is accepted again",
                [("shop", .text(dependencies.shop(shop).name))])
        case .sellerRefused, .sellerUnknown:
            writeSeller(note)
        case .appMisconfigured(let app, let code, let line):
            dependencies.log.event(
                .error, "app is refused by the platform",
                [
                    ("app", .text(dependencies.app(app).name)), ("code", .text(code)),
                    ("advice", .text(line)),
                ])
        case .appRecovered(let app):
            dependencies.log.event(
                .notice, "app is accepted again", [("app", .text(dependencies.app(app).name))])
        case .clockKnown(let app, let ahead):
            dependencies.log.event(
                abs(ahead) > 60 ? .warning : .info, "platform clock known",
                [("app", .text(dependencies.app(app).name)), ("machine_ahead_s", .number(ahead))])
        case .clockMoved(let app, let seconds):
            dependencies.log.event(
                .warning, "platform clock moved",
                [("app", .text(dependencies.app(app).name)), ("moved_s", .number(seconds))])
        case .clockUnknown(let app):
            dependencies.log.event(
                .warning, "platform clock unknown", [("app", .text(dependencies.app(app).name))])
        case .methodRefused(let app, let method, let code, let line, let seconds):
            let app = dependencies.app(app)
            let name = app.adapter.methodName(method)
            repeated(
                .error, "method is refused by the platform", key: "\(app.name)\(name)",
                [
                    ("app", .text(app.name)), ("method", .text(name)), ("code", .text(code)),
                    ("retry_s", .number(seconds)), ("advice", .text(line)),
                ])
        case .windowStored, .backfillFinished, .answerDoubted, .doubtAccepted, .callFailed,
            .throttled, .requestFinished, .lateChange, .lagChanged, .detailGivenUp,
            .parcelTextUnknown,
            .dayAudited, .outOfReach, .windowQuarantined, .decision:
            break
        }
    }

    private func writeSeller(_ note: SyncNote) {
        if case .sellerRefused(let shop, let line) = note {
            dependencies.log.event(
                .error, "session of another seller",
                [("shop", .text(dependencies.shop(shop).name)), ("advice", .text(line))])
        }
        if case .sellerUnknown(let shop, let code, let line) = note {
            dependencies.log.event(
                .info, "seller unknown",
                [
                    ("shop", .text(dependencies.shop(shop).name)), ("code", .text(code)),
                    ("advice", .text(line)),
                ])
        }
    }

    // MARK: Helpers

    private func count(_ note: SyncNote) {
        guard let meter = dependencies.runState?.meter else { return }
        if case .callFailed(_, let app, let method, _, _, _) = note {
            let app = dependencies.app(app)
            meter.recordRetry(app: app.name, method: app.adapter.methodName(method))
        }
        if case .answerDoubted(_, _, let doubt, _, _) = note { meter.record(doubt) }
    }

    public func place(_ stream: StreamID) -> [(String, LogField)] {
        [
            ("shop", .text(dependencies.shop(stream.shop).name)),
            ("stream", .text(stream.kind.rawValue)),
        ]
    }

    private func isRefusal(_ failure: CallFailure) -> Bool {
        failure.disposition == .badRequest
    }

    func repeated(
        _ level: Logger.Level, _ message: StaticString, key: String,
        _ fields: [(String, LogField)]
    ) {
        let now = ticks()
        let id = "\(message)\(key)"
        if let last = lastLogged[id], now.milliseconds(since: last.at) < Self.repeatMilliseconds {
            lastLogged[id]?.suppressed += 1
            return
        }
        guard let leftOut = budget.take(now: now) else {
            lastLogged[id, default: (now, 0)].suppressed += 1
            return
        }
        if leftOut > 0 {
            dependencies.log.event(.warning, "log lines left out", [("lines", .number(leftOut))])
        }
        let suppressed = lastLogged[id]?.suppressed ?? 0
        if lastLogged.count >= Self.lastLoggedMax { lastLogged = [:] }
        lastLogged[id] = (now, 0)
        var fields = fields
        if suppressed > 0 { fields.append(("repeated", .number(suppressed))) }
        dependencies.log.event(level, message, fields)
    }
}
