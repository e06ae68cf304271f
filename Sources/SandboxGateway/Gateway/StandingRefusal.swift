/// A refusal that stands until it is taken back: of one method, or of every call. What an app
/// without a permission, or outside of its white list, gets.
struct StandingRefusal: Hashable, Sendable {
    let code: Int64
    let subCode: String
    let method: String?

    /// `CODE:SUB_CODE`, and for one method alone `:METHOD` behind it.
    init?(_ text: String) {
        let parts = text.split(separator: ":").map(String.init)
        guard (2...3).contains(parts.count), let code = Int64(parts[0]) else { return nil }
        self.code = code
        subCode = parts[1]
        method = parts.count > 2 ? parts[2] : nil
    }

    func concerns(_ method: String) -> Bool {
        self.method == nil || self.method == method
    }
}
