import Configuration
import OrderStore
import ProgramSupport
import StatusPage
import SyncCore
import WireFormat

/// `status` for people.
struct StatusText {
    let configuration: Configuration
    let now: UTCInstant

    /// Gaps younger than this are what any read looks like while it is under way.
    private static let gapAgeMin: Int64 = 120
    private static let gapsMax = 5

    func text(_ status: StoreStatus) -> String {
        var rows = [["SHOP", "STREAM", "STATE", "LAG", "WAITING", "ROWS", "LAST ERROR"]]
        for shop in status.shops {
            for stream in shop.streams { rows.append(row(stream, of: shop)) }
        }
        var lines = [DisplayText.table(rows, rightAligned: [3, 4, 5])]
        for shop in status.shops { lines += notes(shop) }
        for app in status.apps { lines += text(app) }
        return lines.joined(separator: "\n")
    }

    private func row(_ stream: StoreStatus.Stream, of shop: StoreStatus.Shop) -> [String] {
        let configured = configuration.shops.first { $0.name == shop.name }
        let lag = StatusLag.seconds(stream, shop: configured, index: shop.lag, now: now)
        let isRange = [StreamKind.backfill, .refundHistory, .requested, .verify].contains {
            $0.rawValue == stream.stream
        }
        return [
            shop.name, stream.stream,
            shop.state + (shop.stateReason.isEmpty ? "" : " (\(shop.stateReason))"),
            isRange && lag == 0 ? "done" : DisplayText.duration(lag),
            stream.queued.map { DisplayText.grouped($0) } ?? "-",
            DisplayText.grouped(stream.rows),
            stream.lastError.isEmpty ? "-" : stream.lastError,
        ]
    }

    private func notes(_ shop: StoreStatus.Shop) -> [String] {
        var lines = [
            shop.isPromoter
                ? "promoter \(shop.name): " + figures(ofPromoter: shop)
                : "shop \(shop.name): \(DisplayText.count(Int(shop.orderCount), "order"))"
        ]
        if let lag = shop.lag {
            lines[0] += "; changes show within \(lag.lagSeconds)s"
            lines[0] += ", live reads reach back \(lag.overlapSeconds)s"
            if lag.missed > 0 {
                lines[0] +=
                    ", \(DisplayText.count(Int(lag.missed), "change")) found by the sweep only"
            }
        }
        guard configuration.shops.contains(where: { $0.name == shop.name }) else {
            lines.append(
                "  not in the configuration: it is not synced, and reports still count its orders. "
                    + "If it was renamed, run: ordersync db rename-shop \(shop.name) NEW")
            return lines
        }
        if shop.state == "unauthorized" {
            lines.append("  not authorised: run ordersync auth login \(shop.name)")
        } else if let until = shop.authorizedUntilAt, until - now.seconds < 14 * 86_400 {
            let end = BeijingTime.text(UTCInstant(seconds: until))
            lines.append("  authorised until \(end) Beijing time: see ordersync auth status")
        }
        let lacking = shop.detailsNotFound + shop.detailsRefused
        if lacking > 0 {
            lines.append(
                "  orders and refunds that cannot be read in full: "
                    + "\(DisplayText.grouped(lacking)); see detail_queue")
        }
        if shop.rejectedRows > 0 {
            lines.append(
                "  rows of the platform that cannot be read: "
                    + "\(DisplayText.grouped(shop.rejectedRows)); those with an id are tried again "
                    + "at least daily. Report them to the platform with the JSON in the table "
                    + "rejected_rows")
        }
        if let short = shop.audits["short"], short > 0 {
            lines.append(
                "  days that lack orders: \(DisplayText.grouped(short)); see audits, and run "
                    + "ordersync verify --repair")
        }
        let old = shop.gaps.filter { now.seconds - $0.openedAt >= Self.gapAgeMin }
        for gap in old.prefix(Self.gapsMax) { lines.append("  " + text(gap, of: shop)) }
        if old.count > Self.gapsMax {
            lines.append("  and \(old.count - Self.gapsMax) more gaps: see the view gaps")
        }
        return lines
    }

    /// What there is of orders and of watched prices.
    private func figures(ofPromoter shop: StoreStatus.Shop) -> String {
        var parts: [String] = []
        if shop.streams.contains(where: { $0.stream == StreamKind.affiliate.rawValue }) {
            parts.append(DisplayText.count(Int(shop.orderCount), "promoted order"))
        }
        if let goods = shop.watchedGoods {
            parts.append(DisplayText.count(Int(goods.count), "good") + " watched")
            if goods.failing > 0 {
                parts.append(
                    "\(DisplayText.grouped(goods.failing)) of them failing: see goods_watch")
            }
            if let oldest = goods.oldestReadAt {
                let age = DisplayText.duration(max(0, now.seconds - oldest))
                parts.append("the oldest price read \(age) ago")
            }
        }
        return parts.isEmpty ? "nothing is watched" : parts.joined(separator: ", ")
    }

    private func text(_ gap: StoreStatus.Gap, of shop: StoreStatus.Shop) -> String {
        let start = BeijingTime.text(UTCInstant(seconds: gap.startAt))
        let end = BeijingTime.text(UTCInstant(seconds: gap.openEndAt))
        let error = shop.streams.first { $0.stream == gap.stream }?.lastError ?? ""
        let doing =
            switch gap.state {
            case "planned": "waits for its turn"
            case "open": error.isEmpty ? "being read" : "tried again after: \(error)"
            default: "asked for again: \(error.isEmpty ? "doubted" : error)"
            }
        return "gap in \(gap.stream): \(start) to \(end) Beijing time, "
            + "\(DisplayText.duration(now.seconds - gap.openedAt)) old, \(doing)"
    }

    private func text(_ app: StoreStatus.App) -> [String] {
        let limit = configuration.app(named: app.name).map { Int64($0.callsPerDay) }
        var line = "app \(app.name): \(DisplayText.grouped(app.callsToday))"
        line += " of \(limit.map { DisplayText.grouped($0) } ?? "?") calls today"
        if !app.callsByClass.isEmpty {
            let classes = app.callsByClass.map {
                "\($0.callClass) \(DisplayText.grouped($0.calls))"
            }
            line += " (\(classes.joined(separator: ", ")))"
        }
        if let until = app.bannedUntilAt {
            let end = BeijingTime.text(UTCInstant(seconds: until))
            line += ", banned until \(end) Beijing time"
        }
        return [line]
    }
}
