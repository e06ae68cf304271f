/// A refusal that stands until it is taken back: of one method, or of every call. What an app
/// without a permission, or outside of its white list, gets.
struct StandingRefusal: Sendable {
    let error: TOPError
    private let method: TOPMethod?

    /// `CODE:SUB_CODE`, and for one method alone `:METHOD` behind it.
    init?(_ text: String) {
        let parts = text.split(separator: ":").map(String.init)
        guard (2...3).contains(parts.count), let code = Int64(parts[0]) else { return nil }
        error = TOPError(code, "Refused", parts[1])
        method = parts.count > 2 ? TOPMethod(rawValue: parts[2]) : nil
        guard parts.count == 2 || method != nil else { return nil }
    }

    func concerns(_ method: TOPMethod) -> Bool {
        self.method == nil || self.method == method
    }
}
