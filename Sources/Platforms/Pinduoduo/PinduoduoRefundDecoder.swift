internal import SyncCore
internal import WireFormat

/// Decodes after-sales. The list and the single read of them differ in units, in names and in how
/// kinds are numbered (pdd.refund.list.increment.get, pdd.refund.information.get).
enum PinduoduoRefundDecoder {
    static func page(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> (RefundPage, PageSummary) {
        let content = try PinduoduoDocument.content(response, at: time)
        guard let list = content.rowList("refund_list", "refund") else {
            throw BrokenAnswer.failure(response, "no list of after-sales")
        }
        var page = RefundPage(refunds: [], source: .list)
        for value in list.rows {
            var faults = RowFaults(of: value)
            var row = listed(value, response, &faults)
            row.isPartial = faults.isPartial
            if faults.reason == nil {
                page.refunds.append(row)
            } else {
                page.rejected.append(rejection(row, faults, value, response))
            }
        }
        let rows = page.refunds.map { RowKey(idHash: ContentHash.hash($0.id), at: $0.modifiedAt) }
        let total = content["total_count"]?.rowCount
        let summary = PageSummary(
            rows: rows, hasNext: content["has_next"]?.flag, total: total,
            rejected: page.rejected.map(\.key), isListNull: list.isNull)
        return (page, summary)
    }

    static func detail(
        _ response: PlatformResponse, id: String, at time: UTCInstant
    ) throws(CallFailure) -> RefundPage {
        let value = try PinduoduoDocument.content(response, at: time)
        var faults = RowFaults(of: value)
        // It names no time of creation, and the last change only as text.
        let modified = faults.version(value["updated_time"]) { PinduoduoTime.parse($0) }
        var row = common(value, modified, response, &faults)
        row.refundFen = faults.payment(inFen: value["refund_amount"])
        row.paymentFen = faults.payment(inFen: value["order_amount"])
        row.reason = value["after_sales_reason"]?.text
        row.text = value["remark"]?.text
        // One less than in the list: 1 refund only, 2 return and refund, and so on.
        row.kind = faults.number(value["after_sales_type"]).flatMap { type in
            (0...98).contains(type) ? "\(type + 1)" : nil
        }
        row.returnTrackingNumber = value["express_no"]?.text.map { Blanks.trimmed($0) }
        guard row.id == id, faults.reason != nil || !row.lacksEssentials else {
            throw BrokenAnswer.failure(response, "not the refund that was asked for")
        }
        var page = RefundPage(refunds: [], source: .detail)
        if faults.reason == nil {
            page.refunds = [row]
        } else {
            page.rejected = [rejection(row, faults, value, response)]
        }
        return page
    }

    private static func rejection(
        _ row: RefundRow, _ faults: RowFaults, _ value: JSONValue, _ response: PlatformResponse
    ) -> RejectedRow {
        RejectedRow(
            .refund, faults, value, response, id: row.id.isEmpty ? nil : row.id, order: row.order,
            at: row.modifiedAt.seconds == 0 ? nil : row.modifiedAt)
    }

    private static func listed(
        _ value: JSONValue, _ response: PlatformResponse, _ faults: inout RowFaults
    ) -> RefundRow {
        let modified = faults.version(value["updated_time"]) { PinduoduoTime.parse($0) }
        var row = common(value, modified, response, &faults)
        row.createdAt = faults.instant(value["created_time"]) { PinduoduoTime.parse($0) }
        row.refundFen = faults.payment(value["refund_amount"])
        row.paymentFen = faults.payment(value["order_amount"])
        row.reason = value["after_sale_reason"]?.text
        row.kind = value["after_sales_type"]?.plain
        row.title = value["goods_name"]?.text
        row.returnTrackingNumber = value["tracking_number"]?.text.map { Blanks.trimmed($0) }
        return row
    }

    /// What both name alike.
    private static func common(
        _ value: JSONValue, _ modified: UTCInstant?, _ response: PlatformResponse,
        _ faults: inout RowFaults
    ) -> RefundRow {
        let id = faults.ownID(value, "id", .text)
        if modified == nil { faults.reject(.unreadableTime) }
        var row = RefundRow(id: id ?? "", modifiedAt: modified ?? UTCInstant(seconds: 0))
        row.order = faults.orderID(value, "order_sn", .text)
        row.item = value["sku_id"]?.text
        row.platformStatus = value["after_sales_status"]?.text
        row.status =
            faults.number(value["after_sales_status"], orReject: .malformedMember)
            .map { unified($0) } ?? .unknown
        row.goodStatus = value["user_shipping_status"]?.text
        row.returnCompany = value["shipping_name"]?.text.map { Blanks.trimmed($0) }
        row.raw = value.jsonText(in: response.body)
        (row.contentHash, row.earlierHash) = value.contentHashes(in: response.body)
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
}
