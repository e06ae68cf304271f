/// What a ban covers, named as Taobao names it (code 7).
public enum BanScope: String, CaseIterable, Sendable {
    /// All calls of the app.
    case app
    /// One method.
    case api
    /// One method, for this app.
    case appAPI = "app-api"
    /// One method, by dynamic flow control.
    case dynamic
}
