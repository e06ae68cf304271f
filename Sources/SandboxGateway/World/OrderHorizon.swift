internal import SyncCore
internal import WireFormat

/// How far back orders can be read: three months on both platforms (open.taobao.com, api 46;
/// Pinduoduo's FAQ 3155CCB725082A31), taken as 90 days and counted from the beginning of the
/// Beijing day, as neither says where they end.
enum OrderHorizon {
    static func start(_ now: UTCInstant) -> UTCInstant {
        let local = now.seconds + BeijingTime.offsetSeconds - 90 * 86_400
        return UTCInstant(seconds: local - local % 86_400 - BeijingTime.offsetSeconds)
    }
}
