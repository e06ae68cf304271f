/// Divides the calls of a day between the classes: none may use up what is kept for the others.
///
/// Each class in use has its share of what the rest of the day brings. A class may call while
/// more calls are left than the shares of all the others: so it can spend its own share at once,
/// and later also what the others did not need.
struct DayBudget: Equatable, Sendable {
    var callsPerDay: Int
    var callsLeft: Int
    var secondsLeft: Int64
    /// Classes that can have work today.
    var inUse: [CallClass]

    func allows(_ callClass: CallClass) -> Bool {
        switch callClass {
        case .control, .live: return callsLeft > 0
        case .details, .refunds, .shipments, .sweep, .backfill: break
        }
        let others = inUse.filter { $0 != callClass }.reduce(0) { $0 + $1.share }
        let kept = Int64(callsPerDay) * Int64(others) * secondsLeft / (100 * 86_400)
        return Int64(callsLeft) > kept
    }
}
