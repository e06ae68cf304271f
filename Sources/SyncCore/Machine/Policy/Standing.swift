/// Whether the platform accepts the calls of an app or of a shop.
///
///     active    ──refused──▶ suspended     ──otherSeller──▶ waiting
///     suspended ──probeSent──▶ probing     ──otherSeller──▶ waiting    ──worked──▶ active
///     probing   ──refused──▶ suspended     ──otherSeller──▶ waiting    ──worked──▶ active
///     waiting   ──sessionChanged──▶ suspended
///
/// Every other event leaves the state as it is. A suspension ends when one probe works; a shop
/// with another seller's session waits until the session changes.
struct Standing: Equatable, Sendable {
    enum State: String, CaseIterable, Sendable {
        case active
        /// No calls until the next probe is due.
        case suspended
        /// One call is under way that shows whether the suspension is over.
        case probing
        /// No calls, and no probes, until the session changes.
        case waiting
    }

    enum Event: String, CaseIterable, Sendable {
        case refused
        case otherSeller
        case probeSent
        case worked
        case sessionChanged
    }

    /// Why calls are suspended.
    enum Reason: Equatable, Sendable {
        /// The session is missing, has expired or lacks a permission.
        case unauthorised
        /// The platform refuses the app, or the shop although it accepts the app.
        case refused
        /// Even the call for the platform's time was refused.
        case refusedAtClock
        case otherSeller
    }

    private(set) var state = State.active
    private(set) var reason: Reason?
    private(set) var code = ""
    /// Refusals in a row.
    private(set) var attempt = 0
    private(set) var probeAt: MonotonicInstant?

    static func next(_ state: State, _ event: Event) -> State {
        switch (state, event) {
        case (.active, .refused), (.suspended, .refused), (.probing, .refused): .suspended
        case (.active, .otherSeller), (.suspended, .otherSeller), (.probing, .otherSeller),
            (.waiting, .otherSeller):
            .waiting
        case (.suspended, .probeSent), (.probing, .probeSent): .probing
        case (.active, .worked), (.suspended, .worked), (.probing, .worked): .active
        case (.waiting, .sessionChanged): .suspended
        case (.active, .probeSent), (.active, .sessionChanged): .active
        case (.suspended, .sessionChanged): .suspended
        case (.probing, .sessionChanged): .probing
        case (.waiting, .refused), (.waiting, .probeSent), (.waiting, .worked): .waiting
        }
    }

    var isActive: Bool { state == .active }

    /// A call may be made: freely, or as the only probe.
    func mayCall(now: MonotonicInstant, callsInFlight: Int) -> Bool {
        switch state {
        case .active: true
        case .waiting: false
        case .suspended, .probing: callsInFlight == 0 && (probeAt.map { $0 <= now } ?? true)
        }
    }

    /// When the next probe is due; nil if none is planned.
    var nextProbe: MonotonicInstant? { state == .suspended || state == .probing ? probeAt : nil }

    /// - Returns: whether calls were accepted before.
    mutating func refuse(_ reason: Reason, code: String, probeAt: MonotonicInstant) -> Bool {
        let isNew = isActive
        state = Self.next(state, .refused)
        guard state == .suspended else { return false }
        (self.reason, self.code, self.probeAt) = (reason, code, probeAt)
        attempt += 1
        return isNew
    }

    /// - Returns: whether this is news.
    mutating func waitForSession(code: String) -> Bool {
        let isNew = state != .waiting
        state = Self.next(state, .otherSeller)
        (reason, self.code, attempt, probeAt) = (.otherSeller, code, 0, nil)
        return isNew
    }

    mutating func sendProbe() { state = Self.next(state, .probeSent) }

    /// - Returns: why calls were suspended before, if they were.
    mutating func work() -> Reason? {
        let before = isActive ? nil : reason
        state = Self.next(state, .worked)
        guard isActive else { return nil }
        (reason, code, attempt, probeAt) = (nil, "", 0, nil)
        return before
    }

    mutating func changeSession(now: MonotonicInstant) {
        state = Self.next(state, .sessionChanged)
        if !isActive { probeAt = now }
    }
}
