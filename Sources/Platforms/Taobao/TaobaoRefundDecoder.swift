internal import SyncCore
internal import WireFormat

/// Decodes refunds (api:52, api:53).
enum TaobaoRefundDecoder {
    static func page(
        _ response: PlatformResponse
    ) throws(CallFailure) -> (RefundPage, PageSummary) {
        let content = try TaobaoDocument.content(response)
        let total = content["total_results"]?.integer.map { Int($0) }
        var refunds: [RefundRow] = []
        for value in content["refunds"]?.list("refund") ?? [] {
            refunds.append(try refund(value, response))
        }
        let rows = refunds.map { refund in
            RowKey(idHash: ContentHash.hash(refund.id), at: refund.modifiedAt)
        }
        return (
            RefundPage(refunds: refunds, source: .list),
            PageSummary(rows: rows, hasNext: content["has_next"]?.flag, total: total)
        )
    }

    static func detail(
        _ response: PlatformResponse, id: String
    ) throws(CallFailure) -> RefundPage {
        let content = try TaobaoDocument.content(response)
        guard let value = content["refund"] else {
            throw BrokenAnswer.failure(response, "no refund in it")
        }
        let refund = try refund(value, response)
        guard refund.id == id, !refund.lacksEssentials else {
            throw BrokenAnswer.failure(response, "not the refund that was asked for")
        }
        return RefundPage(refunds: [refund], source: .detail)
    }

    private static func refund(
        _ value: JSONValue, _ response: PlatformResponse
    ) throws(CallFailure) -> RefundRow {
        guard let id = value["refund_id"]?.text,
            let modified = instant(value["modified"]) ?? instant(value["created"])
        else { throw BrokenAnswer.failure(response, "a refund without id or time") }
        var row = RefundRow(id: id, modifiedAt: modified)
        row.order = value["tid"]?.text
        row.item = value["oid"]?.text
        row.platformStatus = value["status"]?.text.map { plain($0) }
        row.status = row.platformStatus.flatMap { statuses[$0] } ?? .unknown
        row.refundFen = fen(value["refund_fee"])
        row.paymentFen = fen(value["payment"])
        row.reason = value["reason"]?.text
        row.text = value["desc"]?.text
        row.goodStatus = value["good_status"]?.text.map { plain($0) }
        row.phase = value["refund_phase"]?.text.map { plain($0) }
        row.kind = value["dispute_type"]?.text.map { plain($0) }
        row.buyer = value["buyer_nick"]?.text
        row.title = value["title"]?.text
        row.returnCompany = value["company_name"]?.text.map { Blanks.trimmed($0) }
        row.returnTrackingNumber = value["sid"]?.text.map { Blanks.trimmed($0) }
        row.createdAt = instant(value["created"])
        row.endedAt = instant(value["end_time"])
        if case .object(_, let range) = value {
            row.raw = String(decoding: response.body[range], as: UTF8.self)
        }
        row.contentHash = ContentHash.hash(row.raw)
        row.earlierHash = ContentHash.earlier(row.raw)
        return row
    }

    /// Refund status (api:52) to the unified one.
    private static let statuses: [String: RefundStatus] = [
        "WAIT_SELLER_AGREE": .requested,
        "WAIT_BUYER_RETURN_GOODS": .returning,
        "WAIT_SELLER_CONFIRM_GOODS": .returned,
        "SELLER_REFUSE_BUYER": .refused,
        "CLOSED": .closed,
        "SUCCESS": .completed,
        "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS": .exchanging,
        "EXCHANGE_TRANSFORM_TO_REFUND": .requested,
        "WAIT_SELLER_CONSIGN_GOODS": .exchanging,
    ]

    // MARK: Values

    /// An enumeration's name without the Chinese gloss that documented samples carry.
    static func plain(_ text: String) -> String {
        String(text.prefix { $0 != "(" && $0.isASCII })
    }

    static func instant(_ value: JSONValue?) -> UTCInstant? {
        value?.text.flatMap { BeijingTime.parse($0) }
    }

    private static func fen(_ value: JSONValue?) -> Int64? {
        value?.text.flatMap { Fen.parse($0) }
    }
}
