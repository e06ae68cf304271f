import Logging
import Observability
public import OrderStore
import Platforms
import SyncCore
import WireFormat

extension EventLogger {
    /// Notes of what repeated reads, details and audits have found.
    func writeFinding(_ note: SyncNote) {
        switch note {
        case .lateChange(let stream, let order, let late):
            dependencies.log.event(
                .notice, "late_change",
                place(stream) + [("order", .text(order)), ("late_s", .number(late))])
        case .lagChanged(let shop, let lag, let overlap, let settle):
            dependencies.log.event(
                .notice, "reach of live reads changed",
                [
                    ("shop", .text(dependencies.shop(shop).name)), ("index_lag_s", .number(lag)),
                    ("overlap_s", .number(overlap)), ("settle_s", .number(settle)),
                ])
        case .detailGivenUp(let stream, let subject, let code):
            let (entity, id) =
                switch subject {
                case .order(let id): ("order", id)
                case .refund(let id): ("refund", id)
                case .parcel(let key): ("parcel", "\(key.order)/\(key.trackingNumber)")
                case .goods(let query): ("goods", query.goods.joined(separator: ","))
                }
            dependencies.log.event(
                .warning, "detail given up",
                place(stream) + [
                    ("entity", .text(entity)), ("id", .text(id)), ("code", .text(code)),
                ])
        case .parcelTextUnknown(let stream, let status, let count):
            repeated(
                .notice, "parcel status unknown", key: status,
                place(stream) + [
                    // A courier's free text can name the receiver.
                    ("status", .text(RedactedText.message(status))),
                    ("count", .number(Int64(count))),
                ])
        case .dayAudited(let shop, let record):
            writeAudit(shop, record)
        case .outOfReach(let stream, let window):
            dependencies.log.event(
                .error, "changes older than the platform's retention",
                place(stream) + [
                    ("window_start", .text(UTCText.rfc3339(window.start))),
                    ("window_end", .text(UTCText.rfc3339(window.end))),
                ])
        case .windowQuarantined(let stream, let window, let code):
            dependencies.log.event(
                .error, "interval quarantined",
                place(stream) + [
                    ("window_start", .text(UTCText.rfc3339(window.start))),
                    ("window_end", .text(UTCText.rfc3339(window.end))), ("code", .text(code)),
                ])
        case .requestFinished(let stream):
            dependencies.log.event(.notice, "requested range read", place(stream))
        case .windowStored, .backfillFinished, .answerDoubted, .doubtAccepted, .callFailed,
            .throttled, .dayIsSpent, .shopUnauthorised, .shopRecovered, .appMisconfigured,
            .appRecovered, .shopRefused, .shopAccepted, .sellerRefused, .sellerUnknown,
            .clockKnown, .clockMoved, .clockUnknown, .methodRefused, .decision:
            break
        }
    }

    /// A watched price has fallen below its threshold.
    public func write(_ drop: PriceDrop) {
        var fields: [(String, LogField)] = [
            ("shop", .text(dependencies.shop(drop.shop).name)), ("goods_sign", .text(drop.goods)),
            ("goods", .text(drop.name)), ("final_yuan", .text(Fen.yuanText(drop.finalFen))),
            ("below_yuan", .text(Fen.yuanText(drop.belowFen))),
        ]
        if let old = drop.oldFen { fields.append(("was_yuan", .text(Fen.yuanText(old)))) }
        dependencies.log.event(.notice, "price fell below its threshold", fields)
    }

    private func writeAudit(_ shop: ShopID, _ record: AuditRecord) {
        let level: Logger.Level =
            switch record.state {
            case .equal: .info
            case .repaired, .excess: .warning
            case .short: .error
            }
        dependencies.log.event(
            level, "day audited",
            [
                ("shop", .text(dependencies.shop(shop).name)),
                ("day", .text(BeijingDay.text(day: record.day))),
                ("state", .text(record.state.rawValue)),
                ("platform_orders", .number(Int64(record.platformCount))),
                ("stored_orders", .number(Int64(record.storedCount))),
                ("repaired", .number(Int64(record.repaired))),
                ("calls", .number(Int64(record.calls))),
            ])
    }
}
