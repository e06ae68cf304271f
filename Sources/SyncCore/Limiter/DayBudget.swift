/// Divides the calls of a day between the classes: none may use up what is kept for the others.
///
/// Each class in use has its share of what the rest of the day brings, as far as it has not called
/// yet. A class may call at the pace of its share, an hour ahead. Beyond that it gets calls that
/// live polls will not make and that are not kept for the others.
struct DayBudget: Equatable, Sendable {
    var callsPerDay: Int
    var callsLeft: Int
    var secondsLeft: Int64
    /// Classes that can have work today.
    var inUse: [CallClass]
    /// Calls of the day by class, as far as they are known.
    var used: [CallClass: Int] = [:]
    /// Calls that live polls will make until the end of the day.
    var liveNeed = 0

    /// A class may be so far ahead of its pace.
    private static let aheadSeconds: Int64 = 3_600

    func allows(_ callClass: CallClass) -> Bool {
        switch callClass {
        case .control, .live: return callsLeft > 0
        case .details, .refunds, .shipments, .sweep, .backfill, .prices: break
        }
        let others = inUse.filter { $0 != callClass }
        guard leavesMore(than: others.reduce(0) { $0 + kept(for: $1) }) else { return false }
        if isOnPace(callClass) { return true }
        let shares = others.filter { $0 != .live }.reduce(0) { $0 + kept(for: $1) }
        return leavesMore(than: shares + Int64(liveNeed) * Self.parts)
    }

    private static let parts: Int64 = 100 * 86_400

    private func leavesMore(than kept: Int64) -> Bool { Int64(callsLeft) > kept / Self.parts }

    private func isOnPace(_ callClass: CallClass) -> Bool {
        let seconds = min(86_400, 86_400 - secondsLeft + Self.aheadSeconds)
        let share = Int64(callsPerDay) * Int64(callClass.share) * seconds
        return Int64(used[callClass] ?? 0) * Self.parts < share
    }

    /// Calls of a class's share of the rest of the day.
    func shareLeft(of callClass: CallClass) -> Int {
        Int(kept(for: callClass) / Self.parts)
    }

    /// In parts of a call: so many that shares of a hundred and seconds of a day divide it.
    private func kept(for callClass: CallClass) -> Int64 {
        let ofDay = Int64(callsPerDay) * Int64(callClass.share)
        let unused = max(0, ofDay - Int64(used[callClass] ?? 0) * 100)
        return min(ofDay * secondsLeft, unused * 86_400)
    }
}
