internal import SyncCore
internal import WireFormat

/// How far back orders can be read: three months (open.taobao.com, api 46), taken as 90 days and
/// counted from the beginning of the Beijing day, as the platform does not say where they end.
enum TradeHorizon {
    static func start(_ now: UTCInstant) -> UTCInstant {
        let local = now.seconds + BeijingTime.offsetSeconds - 90 * 86_400
        return UTCInstant(seconds: local - local % 86_400 - BeijingTime.offsetSeconds)
    }
}
