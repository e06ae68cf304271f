public import OrderStore
import SyncCore
public import WireFormat

/// What `/api/status` returns beyond `status --json`, under separate members.
public struct StatusPageJSON: Sendable {
    let snapshot: StatusSnapshot
    let ring: FreshnessRing
    public let query: StatusQuery
    /// Shops that match the query.
    let matched: Int

    private var minute: Int64 { snapshot.now.seconds / 60 }

    // MARK: The whole

    func writeTop(to json: inout JSONWriter) {
        json.member("at", snapshot.now.seconds)
        json.member("started_at", snapshot.startedAt.seconds)
        json.key("health")
        json.object { json in
            let health = HealthJSON(snapshot: snapshot)
            json.member("status", health.word)
            health.write(to: &json)
        }
        json.key("totals")
        json.object { writeTotals(to: &$0) }
        json.key("selection")
        json.object { json in
            json.member("matched", Int64(matched))
            json.member("offset", Int64(query.offset))
            json.member("freshness_step_s", FreshnessRing.minutesPerBar * 60)
        }
        json.key("bans")
        json.array { json in
            for ban in snapshot.found.bans {
                json.object { json in
                    json.member("app", ban.app)
                    json.member("method", ban.method.isEmpty ? "all" : ban.method)
                    json.member("until_at", ban.untilAt)
                }
            }
        }
        json.key("changes")
        json.array { json in
            for change in snapshot.found.recentChanges { write(change, to: &json) }
        }
    }

    private func writeTotals(to json: inout JSONWriter) {
        let figures = snapshot.found.figures
        for level in ShopHealth.Level.allCases {
            json.member("shops_\(level.rawValue)", snapshot.count(level))
        }
        json.member("shops", Int64(snapshot.health.count))
        json.member("worst_lag_s", snapshot.worstLagSeconds)
        json.member("orders", figures.values.reduce(0) { $0 + $1.orders })
        json.member("refunds", figures.values.reduce(0) { $0 + $1.refunds })
        json.member("parcels", figures.values.reduce(0) { $0 + $1.parcels })
        let promoters = snapshot.found.status.shops.filter(\.isPromoter)
        json.member("promoters", Int64(promoters.count))
        json.member("watched_goods", promoters.reduce(0) { $0 + ($1.watchedGoods?.count ?? 0) })
        json.member(
            "changes_today", snapshot.found.status.apps.reduce(0) { $0 + $1.orderChangesToday })
        json.member("database_bytes", snapshot.found.databaseBytes + snapshot.found.walBytes)
        var hours = [Int64](repeating: 0, count: 25)
        for one in figures.values {
            for (index, count) in one.ordersByHour.enumerated() where index < hours.count {
                hours[index] += count
            }
        }
        json.key("orders_by_hour")
        json.array { json in for count in hours { json.value(count) } }
        let worst = ring.bars(of: FreshnessRing.allShops, minute: minute)
        Self.write(worst, "freshness", to: &json)
    }

    private func write(_ change: WatchedStatus.Change, to json: inout JSONWriter) {
        json.object { json in
            json.member("seq", change.sequence)
            json.member("changed_at", change.changedAt)
            json.member("shop", change.shop)
            json.member("entity", change.entity)
            json.member("order", change.order)
            json.member("kind", change.kind)
            json.member("old_status", change.oldStatus)
            json.member("new_status", change.newStatus)
            if let name = change.goodsName { json.member("goods_name", name) }
        }
    }

    // MARK: A shop

    public func write(_ shop: StoreStatus.Shop, to json: inout JSONWriter) {
        let health = snapshot.health[shop.name] ?? ShopHealth()
        json.member("app", shop.app)
        json.member("level", health.level.rawValue)
        json.member("lag_s", health.lagSeconds)
        json.member("lag_limit_s", health.limitSeconds)
        json.key("problems")
        json.array { json in
            for problem in health.problems { HealthJSON.write(problem, to: &json) }
        }
        Self.write(ring.bars(of: shop.name, minute: minute), "freshness", to: &json)
        guard let figures = snapshot.found.figures[shop.name] else { return }
        json.member("refunds", figures.refunds)
        json.member("parcels", figures.parcels)
        json.key("orders_by_hour")
        json.array { json in for count in figures.ordersByHour { json.value(count) } }
        guard figures.watchedGoods != nil else { return }
        json.key("goods")
        json.array { json in
            for goods in figures.goods { write(goods, to: &json) }
        }
    }

    private func write(_ goods: WatchedStatus.Goods, to json: inout JSONWriter) {
        json.object { json in
            json.member("goods_sign", goods.sign)
            json.member("pid", goods.pid)
            json.member("goods_name", goods.name)
            json.member("delisted", goods.isDelisted)
            json.member("final_fen", goods.finalFen)
            json.member("old_final_fen", goods.oldFinalFen)
            json.member("changed_at", goods.changedAt)
            json.member("coupon_state", goods.couponState)
            json.member("coupon_fen", goods.couponFen)
            json.member("below_fen", goods.belowFen)
            json.member("read_at", goods.readAt)
            json.member("last_error", goods.error.isEmpty ? nil : goods.error)
        }
    }

    private static func write(
        _ bars: [Int64?], _ name: String, to json: inout JSONWriter
    ) {
        json.key(name)
        json.array { json in
            for bar in bars { if let bar { json.value(bar) } else { json.null() } }
        }
    }
}
