internal import SyncCore
internal import WireFormat

/// Decodes after-sales. The list and the single read of them differ in units, in names and in how
/// kinds are numbered (pdd.refund.list.increment.get, pdd.refund.information.get).
enum PinduoduoRefundDecoder {
    static func page(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> (RefundPage, PageSummary) {
        let content = try PinduoduoDocument.content(response, at: time)
        var refunds: [RefundRow] = []
        if case .array(let values) = content["refund_list"] {
            for value in values { refunds.append(try listed(value, response)) }
        }
        let rows = refunds.map { RowKey(idHash: ContentHash.hash($0.id), at: $0.modifiedAt) }
        let total = content["total_count"]?.integer.map { Int($0) }
        return (
            RefundPage(refunds: refunds, source: .list),
            PageSummary(rows: rows, hasNext: content["has_next"]?.flag, total: total)
        )
    }

    static func detail(
        _ response: PlatformResponse, id: String, at time: UTCInstant
    ) throws(CallFailure) -> RefundPage {
        let value = try PinduoduoDocument.content(response, at: time)
        // It names no time of creation, and the last change only as text.
        let modified = PinduoduoTime.parse(value["updated_time"])
        var row = try common(value, modified, response)
        row.refundFen = value["refund_amount"]?.integer
        row.paymentFen = value["order_amount"]?.integer
        row.reason = value["after_sales_reason"]?.text
        row.text = value["remark"]?.text
        // One less than in the list: 1 refund only, 2 return and refund, and so on.
        row.kind = value["after_sales_type"]?.integer.map { "\($0 + 1)" }
        row.returnTrackingNumber = value["express_no"]?.text.map { Blanks.trimmed($0) }
        guard row.id == id, !row.lacksEssentials else {
            throw BrokenAnswer.failure(response, "not the refund that was asked for")
        }
        return RefundPage(refunds: [row], source: .detail)
    }

    private static func listed(
        _ value: JSONValue, _ response: PlatformResponse
    ) throws(CallFailure) -> RefundRow {
        let created = PinduoduoTime.parse(value["created_time"])
        var row = try common(
            value, PinduoduoTime.parse(value["updated_time"]) ?? created, response)
        row.createdAt = created
        row.refundFen = yuan(value["refund_amount"])
        row.paymentFen = yuan(value["order_amount"])
        row.reason = value["after_sale_reason"]?.text
        row.kind = value["after_sales_type"]?.text
        row.title = value["goods_name"]?.text
        row.returnTrackingNumber = value["tracking_number"]?.text.map { Blanks.trimmed($0) }
        return row
    }

    /// What both name alike.
    private static func common(
        _ value: JSONValue, _ modified: UTCInstant?, _ response: PlatformResponse
    ) throws(CallFailure) -> RefundRow {
        guard let id = value["id"]?.text, let modified else {
            throw BrokenAnswer.failure(response, "a refund without id or time")
        }
        var row = RefundRow(id: id, modifiedAt: modified)
        row.order = value["order_sn"]?.text
        row.item = value["sku_id"]?.text
        row.platformStatus = value["after_sales_status"]?.text
        row.status = value["after_sales_status"]?.integer.map { unified($0) } ?? .unknown
        row.goodStatus = value["user_shipping_status"]?.text
        row.returnCompany = value["shipping_name"]?.text.map { Blanks.trimmed($0) }
        if case .object(_, let range) = value {
            row.raw = String(decoding: response.body[range], as: UTF8.self)
        }
        row.contentHash = ContentHash.hash(row.raw)
        row.earlierHash = ContentHash.earlier(row.raw)
        return row
    }

    /// `after_sales_status` to the unified one.
    static func unified(_ status: Int64) -> RefundStatus {
        switch status {
        // Asked for; the platform looks into it.
        case 2, 3, 8: .requested
        // The seller or the platform has agreed, and the money is on its way.
        case 4, 5: .refunding
        case 6: .refused
        case 7, 31, 33: .returning
        case 10: .completed
        // Exchanged, sent again or repaired: under way.
        case 14, 15, 18, 21, 22, 27, 32: .exchanging
        // None, refused, withdrawn, expired; and exchanged or repaired: no money went back.
        case 0, 9, 11, 12, 13, 16, 17, 24, 25: .closed
        default: .unknown
        }
    }

    // MARK: Values

    private static func yuan(_ value: JSONValue?) -> Int64? {
        value?.text.flatMap { Fen.parseNumber($0) }
    }
}
