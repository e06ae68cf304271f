import Logging
import Observability
import SyncCore
import WireFormat

extension NoteLog {
    /// Notes of what repeated reads, details and audits have found.
    func writeFinding(_ note: SyncNote) {
        switch note {
        case .lateChange(let stream, let order, let late):
            parts.log.event(
                .notice, "late_change",
                place(stream) + [("order", .text(order)), ("late_s", .number(late))])
        case .lagChanged(let shop, let lag, let overlap, let settle):
            parts.log.event(
                .notice, "reach of live reads changed",
                [
                    ("shop", .text(parts.shop(shop)?.name ?? "")), ("index_lag_s", .number(lag)),
                    ("overlap_s", .number(overlap)), ("settle_s", .number(settle)),
                ])
        case .detailGivenUp(let stream, let subject, let code):
            let (entity, id) =
                switch subject {
                case .order(let id): ("order", id)
                case .refund(let id): ("refund", id)
                case .parcel(let key): ("parcel", "\(key.order)/\(key.trackingNumber)")
                }
            parts.log.event(
                .warning, "detail given up",
                place(stream) + [
                    ("entity", .text(entity)), ("id", .text(id)), ("code", .text(code)),
                ])
        case .parcelTextUnknown(let stream, let status, let count):
            repeated(
                .notice, "parcel status unknown", key: status,
                place(stream) + [("status", .text(status)), ("count", .number(Int64(count)))])
        case .dayAudited(let shop, let record):
            writeAudit(shop, record)
        case .requestFinished(let stream):
            parts.log.event(.notice, "requested range read", place(stream))
        case .windowStored, .backfillFinished, .answerDoubted, .callFailed, .throttled,
            .dayIsSpent, .shopUnauthorised, .shopRecovered, .appMisconfigured, .appRecovered,
            .clockKnown, .clockMoved, .clockUnknown, .methodRefused:
            break
        }
    }

    private func writeAudit(_ shop: ShopID, _ record: AuditRecord) {
        let level: Logger.Level =
            switch record.state {
            case .equal: .info
            case .repaired, .excess: .warning
            case .short: .error
            }
        parts.log.event(
            level, "day audited",
            [
                ("shop", .text(parts.shop(shop)?.name ?? "")),
                ("day", .text(BeijingDay.text(day: record.day))),
                ("state", .text(record.state.rawValue)),
                ("platform_orders", .number(Int64(record.platformCount))),
                ("stored_orders", .number(Int64(record.storedCount))),
                ("repaired", .number(Int64(record.repaired))),
                ("calls", .number(Int64(record.calls))),
            ])
    }
}
