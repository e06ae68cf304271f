/// Divides the calls of a day between the classes: none may use up what is kept for the others.
///
/// Each class in use has its share of what the rest of the day brings, as far as it has not called
/// yet. A class may call while more calls are left than are kept for all the others: so it can
/// spend its own share at once, and later also what the others did not need.
struct DayBudget: Equatable, Sendable {
    var callsPerDay: Int
    var callsLeft: Int
    var secondsLeft: Int64
    /// Classes that can have work today.
    var inUse: [CallClass]
    /// Calls of the day by class, as far as they are known.
    var used: [CallClass: Int] = [:]

    func allows(_ callClass: CallClass) -> Bool {
        switch callClass {
        case .control, .live: return callsLeft > 0
        case .details, .refunds, .shipments, .sweep, .backfill, .prices: break
        }
        let parts = inUse.filter { $0 != callClass }.reduce(0) { $0 + kept(for: $1) }
        return Int64(callsLeft) > parts / (100 * 86_400)
    }

    /// In parts of a call: so many that shares of a hundred and seconds of a day divide it.
    private func kept(for callClass: CallClass) -> Int64 {
        let ofDay = Int64(callsPerDay) * Int64(callClass.share)
        let unused = max(0, ofDay - Int64(used[callClass] ?? 0) * 100)
        return min(ofDay * secondsLeft, unused * 86_400)
    }
}
