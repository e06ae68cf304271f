import OrderStore
import ProgramSupport
import SyncCore

/// A progress bar with an estimate of the end: one line that is written over on a terminal, a
/// line now and then elsewhere.
struct RangeDisplay {
    let title: String
    /// Seconds of the whole range.
    let total: Int64
    let isQuiet: Bool
    private var began: (at: MonotonicInstant, done: Int64)?
    private var lineAt: MonotonicInstant?
    private var hasLine = false

    private static let barWidth = 24
    private static let lineMilliseconds: Int64 = 2_000

    init(title: String, total: Int64, isQuiet: Bool) {
        self.title = title
        self.total = max(1, total)
        self.isQuiet = isQuiet
    }

    mutating func show(_ progress: RangeProgress, callsLeft: Int64, at now: MonotonicInstant) {
        guard !isQuiet else { return }
        begin(progress, at: now)
        let line = text(progress, callsLeft: callsLeft, at: now)
        if Console.isTerminal {
            hasLine = true
            Console.write("\r\(line)\u{1B}[K", terminator: "")
        } else if lineAt.map({ now.milliseconds(since: $0) >= Self.lineMilliseconds }) ?? true
            || progress.windows == 0
        {
            lineAt = now
            Console.write(line)
        }
    }

    func end() {
        if hasLine { Console.write("") }
    }

    /// The pace is measured from the first look on.
    mutating func begin(_ progress: RangeProgress, at now: MonotonicInstant) {
        if began == nil { began = (now, done(progress)) }
    }

    private func done(_ progress: RangeProgress) -> Int64 {
        max(0, total - progress.openSeconds)
    }

    func text(_ progress: RangeProgress, callsLeft: Int64, at now: MonotonicInstant) -> String {
        let done = done(progress)
        let filled = Int(done * Int64(Self.barWidth) / total)
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.barWidth - filled)
        var line = "\(title) [\(bar)] \(done * 100 / total)%"
        if progress.windows > 0, let left = secondsLeft(done, now) {
            line += ", \(DisplayText.duration(left)) left"
        }
        line += ", \(DisplayText.grouped(callsLeft)) calls left today"
        if !progress.lastError.isEmpty { line += " — \(progress.lastError)" }
        return line
    }

    private func secondsLeft(_ done: Int64, _ now: MonotonicInstant) -> Int64? {
        guard let began, done > began.done else { return nil }
        let elapsed = now.milliseconds(since: began.at)
        return (total - done) * elapsed / (done - began.done) / 1_000
    }
}
