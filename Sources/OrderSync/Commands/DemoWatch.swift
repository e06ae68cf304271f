import Engine
import ProgramSupport
import SyncCore

/// Shows the progress of the demo: one line that is overwritten on a terminal, a line a second
/// elsewhere. Ends when everything is loaded; a live demo then shows each change until it is
/// cancelled.
struct DemoWatch: Sendable {
    let engine: SyncEngine
    let database: String
    let isLive: Bool

    /// - Returns: seconds until everything was loaded; nil when cancelled before.
    func run() async -> Double? {
        let began = SystemClocks.ticks()
        var loadedAfter: Double?
        var lastLine: Int64 = -1_000
        var changes = DemoChanges(path: database)
        while !Task.isCancelled {
            let progress = await engine.progress
            let elapsed = SystemClocks.ticks().milliseconds(since: began)
            if progress.isCaughtUp, loadedAfter == nil { loadedAfter = Double(elapsed) / 1_000 }
            if isLive, loadedAfter != nil {
                // A database that is busy at this moment is read next time.
                let lines = (try? changes.next()) ?? []
                if !lines.isEmpty {
                    if Console.isTerminal { Console.write("\r\u{1B}[K", terminator: "") }
                    Console.write(lines.joined(separator: "\n"))
                }
            }
            if Console.isTerminal {
                Console.write("\r\(line(progress, elapsed))\u{1B}[K", terminator: "")
            } else if elapsed - lastLine >= 1_000, !isLive || loadedAfter == nil {
                lastLine = elapsed
                Console.write(line(progress, elapsed))
            }
            // A live poll or two after the history, so that changes are seen coming in.
            if !isLive, let loadedAfter, Double(elapsed) / 1_000 > loadedAfter + 3 { break }
            try? await Task.sleep(for: .milliseconds(200))
        }
        if Console.isTerminal { Console.write("") }
        return loadedAfter
    }

    private func line(_ progress: EngineProgress, _ elapsed: Int64) -> String {
        let stage = progress.isCaughtUp ? "live" : "loading"
        let lag = progress.lagSeconds.map { DisplayText.duration(max(0, $0)) } ?? "-"
        var line =
            "[\(elapsed / 1_000)s] \(stage): \(DisplayText.grouped(Int64(progress.ordersCreated)))"
        line += " orders, \(DisplayText.grouped(Int64(progress.ordersUpdated))) updates,"
        line += " \(progress.calls) calls, lag \(lag)"
        if !progress.trouble.isEmpty { line += " — \(progress.trouble)" }
        return line
    }
}
