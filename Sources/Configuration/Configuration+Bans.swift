import OrderStore
import ProgramSupport
public import SyncCore
import WireFormat

extension Configuration {
    /// The end of a ban of an app that the daemon has met and that has not passed.
    public func banEnd(of app: App) -> UTCInstant? {
        let now = SystemClocks.wall()
        let status = try? OrderStore.readStatus(
            path: storePath, day: BeijingDay.text(now), now: now)
        let until = status?.apps.first { $0.name == app.name }?.bannedUntilAt
        return until.map { UTCInstant(seconds: $0) }
    }
}
