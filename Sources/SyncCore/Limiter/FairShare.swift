/// Picks the class of the next call: the most important with work, unless another has earned its
/// turn. A class with work earns its share at each call and pays 100 for its own call.
struct FairShare: Equatable, Sendable {
    private var credit = [Int](repeating: 0, count: CallClass.allCases.count)

    /// Credit that a class can save up: work that comes late must not take a long run of calls.
    static let creditMax = 200

    /// The class to serve among those with work; nil when none has any.
    func choose(_ ready: [CallClass]) -> CallClass? {
        let earned = ready.filter { credit[$0.rawValue] >= 100 }
        if let richest = earned.max(by: { credit[$0.rawValue] < credit[$1.rawValue] }) {
            return richest
        }
        return ready.min { $0.rawValue < $1.rawValue }
    }

    /// Books a call of `chosen` made while `ready` had work.
    mutating func book(_ chosen: CallClass, ready: [CallClass]) {
        for callClass in ready {
            let index = callClass.rawValue
            credit[index] = min(Self.creditMax, credit[index] + callClass.share)
        }
        credit[chosen.rawValue] = max(0, credit[chosen.rawValue] - 100)
    }
}
