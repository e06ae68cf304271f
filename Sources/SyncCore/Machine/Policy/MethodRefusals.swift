/// Methods that the platform refuses to a shop, or to an app, while it accepts the others, or at
/// which it fails again and again. Each is tried again with one call, at growing pauses.
struct MethodRefusals: Equatable, Sendable {
    /// Passing faults in a row after which likely not the request is the reason.
    static let faultMax = 4

    private struct Refusal: Equatable {
        var attempt: Int
        var until: MonotonicInstant
    }

    private var refused: [CallMethod: Refusal] = [:]
    private var faults: [CallMethod: Int] = [:]

    var isEmpty: Bool { refused.isEmpty }

    func contains(_ method: CallMethod) -> Bool { refused[method] != nil }

    /// When the next try is due; nil for a method that is not refused.
    func end(for method: CallMethod) -> MonotonicInstant? { refused[method]?.until }

    /// Refusals in a row before this one.
    func attempt(for method: CallMethod) -> Int { refused[method]?.attempt ?? 0 }

    mutating func refuse(_ method: CallMethod, until: MonotonicInstant) {
        refused[method] = Refusal(attempt: attempt(for: method) + 1, until: until)
    }

    /// Notes a passing fault.
    /// - Returns: whether the method has to rest.
    mutating func noteFault(_ method: CallMethod) -> Bool {
        faults[method, default: 0] += 1
        return faults[method, default: 0] >= Self.faultMax
    }

    mutating func accept(_ method: CallMethod) { (refused[method], faults[method]) = (nil, nil) }
}
