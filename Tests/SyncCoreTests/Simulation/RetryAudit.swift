@testable import SyncCore

/// Nothing is asked for again before the pause that its failure calls for. The questions are those
/// that only one thing asks: a window's next request, a day's audit, the clock, the carriers, a
/// shop's seller, the detail of an order or a refund. Times are virtual milliseconds.
struct RetryAudit {
    enum Question: Hashable {
        case window(StreamID, start: UTCInstant, from: UTCInstant, through: UTCInstant, page: Int)
        case audit(ShopID)
        case clock(AppID)
        case carriers(AppID)
        case seller(ShopID)
        case detail(StreamID, WorkItem.Subject)
    }

    private var earliest: [Question: Int64] = [:]
    private var failures: [Question: Int] = [:]

    /// What a call in flight asks; nil for parcels and prices, which follow their plans.
    static func question(_ call: Call, _ machine: SyncMachine) -> Question? {
        switch call.kind {
        case .serverTime: return .clock(call.app)
        case .carriers: return .carriers(call.app)
        case .seller: return call.shop.map { .seller($0) }
        case .order(let id): return call.stream.map { .detail($0, .order(id)) }
        case .refund(let id, _): return call.stream.map { .detail($0, .refund(id)) }
        case .trace, .parcels, .goods: return nil
        case .list(let request):
            guard let stream = call.stream else { return nil }
            if stream.kind == .audit { return .audit(stream.shop) }
            let feeds = machine.shops.first { $0.id == stream.shop }?.feeds ?? []
            let tasks = feeds.first { $0.id == stream }?.tasks ?? []
            guard let task = tasks.first(where: { $0.state == .calling(call.id) }) else {
                return nil
            }
            return .window(
                stream, start: task.reader.window.start, from: request.from,
                through: request.through, page: request.pageNumber)
        }
    }

    /// - Returns: the rule that the call breaks, nil for a lawful one.
    func fault(_ question: Question, at time: Int64) -> String? {
        guard let earliest = earliest[question], time < earliest else { return nil }
        return "\(question) asked again at \(time), before its pause ends at \(earliest)"
    }

    /// A newer version is read at once, whatever became of the one before.
    mutating func queuedAnew(_ stream: StreamID, _ subject: WorkItem.Subject) {
        earliest[.detail(stream, subject)] = nil
        failures[.detail(stream, subject)] = nil
    }

    mutating func answered(_ question: Question, _ outcome: CallResult.Outcome, at time: Int64) {
        guard case .failure(let failure) = outcome,
            let (reason, least) = Self.pause(question, failure.disposition)
        else {
            failures[question] = nil
            return
        }
        var attempt = failures[question] ?? 0
        failures[question] = attempt + 1
        // Progress elsewhere in the window begins its pauses anew.
        if case .window = question { attempt = 0 }
        let backoff = reason.backoff
        let shortest = min(backoff.millisecondsMax, backoff.milliseconds << min(20, attempt)) / 2
        // The process's ticks may run 50 ppm fast, and each reading is rounded.
        var pause = max(shortest, least * 1_000)
        // The database keeps whole seconds of the platform's time, which is known to a second.
        if case .detail = question { pause = max(0, pause - 3_000) }
        earliest[question] = time + pause - pause / 10_000 - 2
    }

    private static func pause(
        _ question: Question, _ disposition: Disposition
    ) -> (RetryReason, atLeast: Int64)? {
        switch (question, disposition) {
        case (_, .throttled), (_, .empty): nil  // Bans have their own check.
        case (.clock, _): (.clock, 0)
        case (.carriers, _): (.carriers, 0)
        case (.audit, _): (.audit, 0)
        case (.seller, .retry), (.seller, .narrow), (.seller, .clockSkew): (.seller, 0)
        case (.window, .retry(let after)), (.window, .narrow(let after)): (.failure, after ?? 0)
        case (.window, .clockSkew): (.failure, 0)
        case (.window, .badRequest), (.window, .notFound): (.refusal, 0)
        case (.detail, .retry(let after)), (.detail, .narrow(let after)): (.detail, after ?? 0)
        case (.detail, .badRequest): (.detail, 0)
        case (.detail, .notFound): (.missingDetail, 0)
        case (.seller, _), (.window, _), (.detail, _): nil
        }
    }
}
