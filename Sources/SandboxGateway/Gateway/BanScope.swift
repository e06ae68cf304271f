/// What a ban covers (code 7), by the sub-codes of the gateway.
public enum BanScope: String, CaseIterable, Sendable {
    /// All calls of the app.
    case app
    /// One method.
    case api
    /// One method, for this app.
    case appAPI = "app-api"
    /// One method, by dynamic flow control.
    case dynamic

    var subCode: String {
        "accesscontrol.limited-by-\(rawValue)-access-count"
    }
}
