public import Configuration
public import OrderStore
public import SyncCore

/// Seconds that a stream is behind what it is for.
public enum StatusLag {
    /// - Of history and of requested ranges: seconds of it that are still to be read.
    /// - Of a queue: how long its oldest entry is overdue.
    /// - Of a sweep: beyond the delay that is meant.
    /// - Of live orders: how late most changes become visible at the platform, if that is longer
    ///   than its cursor is behind. The cursor cannot know what no list shows yet.
    public static func seconds(
        _ stream: StoreStatus.Stream, shop: Configuration.Shop?, index: StoreStatus.Lag? = nil,
        now: UTCInstant
    ) -> Int64 {
        if stream.queued != nil {
            return stream.oldestDueAt.map { max(0, now.seconds - $0) } ?? 0
        }
        let behind = max(0, now.seconds - stream.cursorAt)
        guard let kind = StreamKind(rawValue: stream.stream) else { return behind }
        switch kind {
        case .backfill, .refundHistory, .requested, .verify, .ahead:
            return stream.openSeconds
        case .sweep, .sweepSecond, .sweepThird:
            guard let place = StreamKind.sweeps.firstIndex(of: kind),
                let delays = shop?.sweepSeconds, place < delays.count
            else { return behind }
            return max(0, behind - delays[place])
        case .orders:
            guard let index, 2 * index.late >= index.rows else { return behind }
            return max(behind, index.lagSeconds)
        case .refunds, .details, .shipments, .audit, .affiliate, .prices:
            return behind
        }
    }
}
