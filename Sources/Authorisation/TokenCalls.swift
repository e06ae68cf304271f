import OrderStore
public import Platforms
import ProgramSupport
import SyncCore
import WireFormat

/// Counts token calls with an app's others. They are few, and a session is at stake: one that
/// cannot be written down is made all the same, but none beyond the day's limit or during a ban.
public struct TokenCalls: Sendable {
    public var app: String
    public var callsPerDay: Int
    public var storePath: String

    /// - Throws: `.later` when the call must not be made now.
    public func book(_ method: String) async throws(AuthorisationFailure) {
        let now = SystemClocks.wall()
        // A separate connection: the daemon learns of these calls as of a command's.
        guard let book = try? CallLedger(path: storePath) else { return }
        do throws(CallLedger.Refusal) {
            try await book.book(
                app: app, method: method, day: BeijingDay.text(now), callsPerDay: callsPerDay,
                now: now)
        } catch {
            switch error {
            case .unwritable:
                return
            case .dayIsSpent:
                throw AuthorisationFailure(
                    .later, code: "not called",
                    line: "app \(app): all calls of the day are made or reserved; try again after "
                        + "midnight Beijing time")
            case .banned(let end):
                throw AuthorisationFailure(
                    .later, code: "not called",
                    line: "app \(app) is banned by the platform until \(BeijingTime.text(end)) "
                        + "Beijing time")
            }
        }
    }
}
