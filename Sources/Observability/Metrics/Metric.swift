/// Every metric that `/metrics` can show: name, type, labels and meaning stand here and nowhere
/// else. docs/METRICS.md documents them; tests compare document, dashboard and alerts with it.
public enum Metric: String, CaseIterable, Sendable {
    case buildInfo = "ordersync_build_info"
    case healthy = "ordersync_healthy"

    case shopHealthy = "ordersync_shop_healthy"
    case shopState = "ordersync_shop_state"
    case streamLag = "ordersync_stream_lag_seconds"
    case streamLagLimit = "ordersync_stream_lag_limit_seconds"
    case streamSuccess = "ordersync_stream_success_timestamp_seconds"
    case streamsFailing = "ordersync_streams_failing"
    case windows = "ordersync_windows_open"
    case gapAge = "ordersync_gap_oldest_age_seconds"

    case orders = "ordersync_orders_stored"
    case refunds = "ordersync_refunds_stored"
    case parcels = "ordersync_parcels_stored"
    case changes = "ordersync_changes_total"

    case goodsWatched = "ordersync_goods_watched"
    case goodsFailing = "ordersync_goods_failing"
    case priceAge = "ordersync_price_age_seconds"
    case priceDrops = "ordersync_price_drops_total"

    case indexLag = "ordersync_index_lag_seconds"
    case overlap = "ordersync_overlap_seconds"
    case settle = "ordersync_settle_seconds"
    case lateChanges = "ordersync_late_changes_total"
    case missedChanges = "ordersync_missed_changes_total"

    case queueEntries = "ordersync_queue_entries"
    case queueDue = "ordersync_queue_due_entries"
    case detailsUnreadable = "ordersync_details_unreadable"
    case rejectedRows = "ordersync_rejected_rows"
    case auditedDays = "ordersync_audits_done"

    case quotaUsed = "ordersync_quota_used_calls"
    case quotaLimit = "ordersync_quota_limit_calls"
    case quotaLeft = "ordersync_quota_left_calls"
    case banLeft = "ordersync_ban_left_seconds"

    case calls = "ordersync_calls_total"
    case classCalls = "ordersync_class_calls_total"
    case callDuration = "ordersync_call_duration_seconds"
    case retries = "ordersync_retries_total"
    case doubts = "ordersync_answers_doubted_total"

    case databaseWritable = "ordersync_database_writable"
    case databaseSize = "ordersync_database_size_bytes"
    case walSize = "ordersync_database_wal_size_bytes"
    case readSeconds = "ordersync_database_read_seconds"
    case pageRequests = "ordersync_http_requests_total"

    case residentMemory = "process_resident_memory_bytes"
    case cpu = "process_cpu_seconds_total"
    case startTime = "process_start_time_seconds"
    case openFiles = "process_open_fds"

    public enum Kind: String, Sendable {
        case gauge, counter, histogram
    }

    /// The suffix says it, as Prometheus wants it.
    public var kind: Kind {
        if self == .callDuration { return .histogram }
        return rawValue.hasSuffix("_total") ? .counter : .gauge
    }

    public var labels: [String] {
        switch self {
        case .healthy, .databaseWritable, .databaseSize, .walSize, .readSeconds, .residentMemory,
            .cpu, .startTime, .openFiles:
            []
        case .buildInfo: ["version"]
        case .shopHealthy, .streamsFailing, .gapAge, .orders, .refunds, .parcels, .goodsWatched,
            .goodsFailing, .priceAge, .priceDrops, .indexLag, .overlap, .settle, .lateChanges,
            .missedChanges, .rejectedRows:
            ["shop"]
        case .shopState, .windows, .detailsUnreadable, .auditedDays: ["shop", "state"]
        case .streamLag, .streamLagLimit, .streamSuccess: ["shop", "stream"]
        case .changes: ["shop", "entity"]
        case .queueEntries, .queueDue: ["shop", "queue"]
        case .quotaUsed, .quotaLimit, .quotaLeft: ["app"]
        case .banLeft, .callDuration, .retries: ["app", "method"]
        case .calls: ["app", "method", "result"]
        case .classCalls: ["app", "class"]
        case .doubts: ["reason"]
        case .pageRequests: ["path", "code"]
        }
    }

    public var help: String {
        switch self {
        case .buildInfo: "The running version; always 1."
        case .healthy: "1 if /healthz answers 200, else 0."
        case .shopHealthy: "1 if the shop's data is as fresh as it should be, else 0."
        case .shopState: "1 for the state that the shop is in, 0 for the others."
        case .streamLag: "How far a stream is behind what it is for."
        case .streamLagLimit: "The lag above which a live stream counts as unhealthy."
        case .streamSuccess: "When a stream last stored an answer, Unix time."
        case .streamsFailing: "Streams of the shop whose latest call failed."
        case .windows: "Intervals that are not completely read yet."
        case .gapAge: "Age of the oldest open interval of a stream that follows the present."
        case .orders: "Orders in the database."
        case .refunds: "Refunds in the database."
        case .parcels: "Parcels in the database."
        case .changes: "Entries of the feed of changes since the start."
        case .goodsWatched: "Goods whose prices are watched."
        case .goodsFailing: "Watched goods whose latest poll failed."
        case .priceAge: "Time since the watched price that is the oldest was read."
        case .priceDrops: "Prices that fell below their mark since the start."
        case .indexLag: "Within this time 999 of 1000 changes become visible at the platform."
        case .overlap: "What live reads read again."
        case .settle: "What live reads stay behind the present."
        case .lateChanges: "Changes that only a repeated read found."
        case .missedChanges: "Changes that only a sweep found."
        case .queueEntries: "Entries of a queue."
        case .queueDue: "Entries of a queue that are due; history does not count."
        case .detailsUnreadable: "Orders and refunds that the platform does not give in full."
        case .rejectedRows: "Rows of answers that could not be stored."
        case .auditedDays: "Closed days whose orders were counted, by how that ended."
        case .quotaUsed: "Calls made in the Beijing day."
        case .quotaLimit: "Calls allowed in a Beijing day."
        case .quotaLeft: "Calls left in the Beijing day."
        case .banLeft: "Time until the platform's ban ends; method \"all\" is the whole app."
        case .calls: "Calls made, by their result."
        case .classCalls: "Calls made, by what they were for."
        case .callDuration: "Time from a call to its answer."
        case .retries: "Calls that failed and are made again."
        case .doubts: "Answers that were not believed and asked for again."
        case .databaseWritable: "1 unless the latest write failed."
        case .databaseSize: "Size of the database file."
        case .walSize: "Size of the write-ahead log."
        case .readSeconds: "Time that the latest look at the database took."
        case .pageRequests: "Requests that this server answered."
        case .residentMemory: "Resident memory."
        case .cpu: "User and system CPU time spent."
        case .startTime: "When the process started, Unix time."
        case .openFiles: "Open file descriptors."
        }
    }
}
