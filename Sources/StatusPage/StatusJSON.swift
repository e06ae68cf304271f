public import Configuration
public import OrderStore
import ProgramSupport
public import SyncCore
import WireFormat

/// `status --json`: members are only ever added.
public struct StatusJSON: Sendable {
    public let configuration: Configuration
    public let now: UTCInstant
    /// What the status page returns in addition.
    var extras: StatusPageJSON?
    /// A process syncs into the database; nil where the daemon itself writes this.
    public var isRunning: Bool?

    public init(
        configuration: Configuration, now: UTCInstant, extras: StatusPageJSON? = nil,
        isRunning: Bool? = nil
    ) {
        self.configuration = configuration
        self.now = now
        self.extras = extras
        self.isRunning = isRunning
    }

    public func text(_ status: StoreStatus) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("version", orderSyncVersion)
            json.member("database", configuration.storePath)
            json.key("shops")
            json.array { json in
                for shop in status.shops { write(shop, to: &json) }
            }
            json.key("apps")
            json.array { json in
                for app in status.apps { write(app, to: &json) }
            }
            if let isRunning { json.member("running", isRunning) }
            extras?.writeTop(to: &json)
        }
        return json.text
    }

    private func write(_ shop: StoreStatus.Shop, to json: inout JSONWriter) {
        let configured = configuration.shops.first { $0.name == shop.name }
        json.object { json in
            json.member("name", shop.name)
            json.member("platform", shop.platform)
            json.member("state", shop.state)
            json.member("state_reason", shop.stateReason)
            json.member("authorized_until_at", shop.authorizedUntilAt)
            json.member("orders", shop.orderCount)
            json.member("promoter", shop.isPromoter)
            json.member("configured", configured != nil)
            json.key("streams")
            json.array { json in
                for stream in shop.streams { write(stream, configured, shop.lag, to: &json) }
            }
            json.key("gaps")
            json.array { json in
                for gap in shop.gaps { write(gap, to: &json) }
            }
            json.member("details_not_found", shop.detailsNotFound)
            json.member("details_refused", shop.detailsRefused)
            json.member("rejected_rows", shop.rejectedRows)
            json.key("index_lag")
            if let lag = shop.lag { write(lag, to: &json) } else { json.null() }
            json.key("audited_days")
            json.object { json in
                for state in AuditRecord.State.allCases.map(\.rawValue) {
                    json.member(state, shop.audits[state] ?? 0)
                }
            }
            json.key("watched_goods")
            if let goods = shop.watchedGoods { write(goods, to: &json) } else { json.null() }
            extras?.write(shop, to: &json)
        }
    }

    private func write(_ goods: StoreStatus.WatchedGoods, to json: inout JSONWriter) {
        json.object { json in
            json.member("count", goods.count)
            json.member("failing", goods.failing)
            json.member("oldest_read_at", goods.oldestReadAt)
        }
    }

    private func write(
        _ stream: StoreStatus.Stream, _ shop: Configuration.Shop?, _ index: StoreStatus.Lag?,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("stream", stream.stream)
            json.member("cursor_at", stream.cursorAt)
            json.member("lag_s", StatusLag.seconds(stream, shop: shop, index: index, now: now))
            json.member("rows", stream.rows)
            json.member("last_success_at", stream.lastSuccessAt)
            json.member("last_error", stream.lastError.isEmpty ? nil : stream.lastError)
            json.member("open_windows", stream.windows)
            json.member("queued", stream.queued)
        }
    }

    private func write(_ gap: StoreStatus.Gap, to json: inout JSONWriter) {
        json.object { json in
            json.member("stream", gap.stream)
            json.member("state", gap.state)
            json.member("start_at", gap.startAt)
            json.member("open_end_at", gap.openEndAt)
            json.member("age_s", max(0, now.seconds - gap.openedAt))
            json.member("calls", gap.calls)
        }
    }

    private func write(_ lag: StoreStatus.Lag, to json: inout JSONWriter) {
        json.object { json in
            json.member("lag_s", lag.lagSeconds)
            json.member("overlap_s", lag.overlapSeconds)
            json.member("settle_s", lag.settleSeconds)
            json.member("changes", lag.rows)
            json.member("late", lag.late)
            json.member("missed", lag.missed)
        }
    }

    private func write(_ app: StoreStatus.App, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", app.name)
            json.member("calls_today", app.callsToday)
            json.member(
                "calls_per_day",
                configuration.app(named: app.name).map { Int64($0.callsPerDay) })
            json.member("banned_until_at", app.bannedUntilAt)
            json.member("changes_today", app.orderChangesToday)
            json.key("calls_by_class")
            json.object { json in
                for (name, calls) in app.callsByClass { json.member(name, calls) }
            }
            json.key("calls_per_1000_changes")
            guard app.orderChangesToday > 0 else { return json.null() }
            json.object { json in
                for (name, calls) in app.callsByClass {
                    json.member(name, perThousand(calls, app.orderChangesToday))
                }
            }
        }
    }

    private func perThousand(_ calls: Int64, _ changes: Int64) -> Int64 {
        (calls * 1_000 + changes / 2) / changes
    }
}
