/// The values of a `[[shop]]` whose keys the configuration leaves out, named after the keys. Each
/// is written only here.
public enum ShopDefaults {
    public static let backfillDays: Int64 = 90
    public static let pollIntervalMilliseconds: Int64 = 10_000
    public static let settleSeconds: Int64 = 2
    public static let settleMaxSeconds: Int64 = 10
    public static let overlapSeconds: Int64 = 60
    public static let overlapMaxSeconds: Int64 = 900
    public static let sweepSeconds: [Int64] = [600, 3_600, 86_400]
    public static let refundIntervalMilliseconds: Int64 = 60_000
    public static let parcelIntervalSeconds: Int64 = 3_600
}
