@testable import SyncCore

/// The last events of a world, as lines to read: the platform's time in Beijing, and what happened.
struct WorldTrace {
    static let lineCountMax = 50

    private(set) var lines: [String] = []

    mutating func add(_ line: String, platformNow: UTCInstant) {
        lines.append("\(Self.clock(platformNow)) \(line)")
        if lines.count > 2 * Self.lineCountMax {
            lines.removeFirst(lines.count - Self.lineCountMax)
        }
    }

    var text: String { lines.suffix(Self.lineCountMax).joined(separator: "\n") }

    mutating func add(_ event: SyncEvent, platformNow: UTCInstant) {
        guard let line = Self.describe(event) else { return }
        add("event  \(line)", platformNow: platformNow)
    }

    mutating func add(_ action: SyncAction, platformNow: UTCInstant) {
        guard let line = Self.describe(action) else { return }
        add("action \(line)", platformNow: platformNow)
    }

    // MARK: Text

    /// Ticks say nothing, and neither does what only says that something was stored.
    private static func describe(_ event: SyncEvent) -> String? {
        switch event {
        case .tick, .committed: nil
        case .answered(let id, let result): "call \(id.rawValue): \(describe(result))"
        case .reserved(_, let total, _, _): "\(total) calls of the day are reserved"
        case .worked(let stream, let subject, let due):
            "\(name(stream)) \(subject): finished\(due.map { ", due \(clock($0))" } ?? "")"
        case .workLoaded(let stream, let items, _, _):
            items.isEmpty ? nil : "\(name(stream)): \(items.count) entries loaded"
        case .requested(let stream, let records):
            "\(name(stream)): \(records.count) windows requested"
        case .banFound, .carriersStored, .queued, .stored, .counted, .authorisationChanged:
            "\(event)"
        }
    }

    private static func describe(_ action: SyncAction) -> String? {
        switch action {
        case .call(let call): "call \(call.id.rawValue): \(describe(call))"
        case .commit(let id, let change):
            "\(name(change.stream)): commit \(id.map { "of call \($0.rawValue), " } ?? "")"
                + describe(change)
        case .finish(_, let change): "\(name(change.stream)) \(change.subject): \(change.outcome)"
        case .discard(let id): "discard the answer of call \(id.rawValue)"
        case .loadWork, .reserve, .lagMeasured, .note(.windowStored): nil
        default: "\(action)"
        }
    }

    private static func describe(_ call: Call) -> String {
        let stream = call.stream.map(name) ?? "app \(call.app.rawValue)"
        guard case .list(let request) = call.kind else { return "\(stream) \(call.kind)" }
        let count = request.wantsTotal ? ", counted" : ""
        return "\(stream) \(clock(request.from))–\(clock(request.through)), "
            + "page \(request.pageNumber)\(count)"
    }

    private static func describe(_ result: CallResult) -> String {
        switch result.outcome {
        case .failure(let failure): return "failed, \(failure.disposition)"
        case .page(let page):
            let next = page.hasNext.map { ", has_next \($0)" } ?? ""
            let total = page.total.map { ", total \($0)" } ?? ""
            return "\(page.rows.count) rows, \(page.rejectedCount) rejected\(next)\(total)"
        default: return "\(result.outcome)"
        }
    }

    private static func describe(_ change: LedgerChange) -> String {
        let written = change.written.map {
            "\($0.state) \(clock($0.window.start))–\(clock($0.window.end)) to \(clock($0.openEnd))"
        }
        let cursor = change.cursor.map { ["cursor \(clock($0))"] } ?? []
        return (["\(change.rowCount) rows"] + written + cursor).joined(separator: ", ")
    }

    private static func name(_ stream: StreamID) -> String {
        "shop \(stream.shop.rawValue) \(stream.kind)"
    }

    /// Time of day in Beijing.
    private static func clock(_ instant: UTCInstant) -> String {
        let second = (instant.seconds + 28_800) % 86_400
        return [second / 3_600, second / 60 % 60, second % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
