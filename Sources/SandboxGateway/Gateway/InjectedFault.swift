internal import SyncCore

/// A fault that befalls one call.
enum InjectedFault: String, CaseIterable, Sendable {
    // Instead of an answer.
    case serverError = "server_error"
    case reset, hang
    case htmlPage = "html_page"
    case serviceFault = "service_fault"
    case ban
    case sessionLoss = "session_loss"
    // To the answer.
    case truncated, garbage, hollow
    case emptyEnvelope = "empty_envelope"
    case shuffled
    case outOfWindow = "out_of_window"

    /// Draws at most one fault; every kind has its chance, in the order of the cases.
    static func draw(
        _ behaviour: SandboxBehaviour, _ random: inout SplitMix64
    ) -> InjectedFault? {
        allCases.first { random.chance($0.rate(behaviour)) }
    }

    private func rate(_ behaviour: SandboxBehaviour) -> Double {
        switch self {
        case .serverError: behaviour.serverErrorRate
        case .reset: behaviour.resetRate
        case .hang: behaviour.hangRate
        case .htmlPage: behaviour.htmlPageRate
        case .serviceFault: behaviour.serviceFaultRate
        case .ban: behaviour.banRate
        case .sessionLoss: behaviour.sessionLossRate
        case .truncated: behaviour.truncatedRate
        case .garbage: behaviour.garbageRate
        case .hollow: behaviour.hollowRate
        case .emptyEnvelope: behaviour.emptyEnvelopeRate
        case .shuffled: behaviour.shuffledRate
        case .outOfWindow: behaviour.outOfWindowRate
        }
    }
}
