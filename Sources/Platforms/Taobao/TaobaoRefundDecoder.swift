internal import SyncCore
internal import WireFormat

/// Decodes refunds (api:52, api:53).
enum TaobaoRefundDecoder {
    static func page(
        _ response: PlatformResponse
    ) throws(CallFailure) -> (RefundPage, PageSummary) {
        let content = try TaobaoDocument.content(response)
        let total = content["total_results"]?.rowCount
        guard let list = content.rowList("refunds", "refund") else {
            throw BrokenAnswer.failure(response, "no list of refunds")
        }
        var page = RefundPage(refunds: [], source: .list)
        for value in list.rows {
            switch refund(value, response, isListed: true) {
            case .success(let refund): page.refunds.append(refund)
            case .failure(let rejection): page.rejected.append(rejection.row)
            }
        }
        let rows = page.refunds.map { RowKey(idHash: ContentHash.hash($0.id), at: $0.modifiedAt) }
        let summary = PageSummary(
            rows: rows, hasNext: content["has_next"]?.flag, total: total,
            rejected: page.rejected.map(\.key), isListNull: list.isNull)
        return (page, summary)
    }

    static func detail(
        _ response: PlatformResponse, id: String
    ) throws(CallFailure) -> RefundPage {
        let content = try TaobaoDocument.content(response)
        guard let value = content["refund"] else {
            throw BrokenAnswer.failure(response, "no refund in it")
        }
        var page = RefundPage(refunds: [], source: .detail)
        switch refund(value, response, isListed: false) {
        case .success(let refund) where refund.id == id && !refund.lacksEssentials:
            page.refunds = [refund]
        case .failure(let rejection) where rejection.row.id == id:
            page.rejected = [rejection.row]
        case .success, .failure:
            throw BrokenAnswer.failure(response, "not the refund that was asked for")
        }
        return page
    }

    private static func refund(
        _ value: JSONValue, _ response: PlatformResponse, isListed: Bool
    ) -> Result<RefundRow, RowRejection> {
        var faults = RowFaults(of: value)
        guard value.isObject else {
            return .failure(RowRejection(RejectedRow(.refund, faults, value, response)))
        }
        let id = faults.ownID(value, "refund_id", .number)
        let stated = faults.version(value["modified"]) { BeijingTime.parse($0) }
        // The list selects by it.
        let created = faults.instant(value["created"]) { BeijingTime.parse($0) }
        let modified = stated ?? (isListed ? nil : created)
        if modified == nil { faults.reject(.unreadableTime) }
        var row = RefundRow(id: id ?? "", modifiedAt: modified ?? UTCInstant(seconds: 0))
        row.order = faults.orderID(value, "tid", .number)
        row.item = faults.lineID(value, "oid", .number)
        row.platformStatus = value["status"]?.text.map { plain($0) }
        row.status = row.platformStatus.flatMap { statuses[$0] } ?? .unknown
        row.refundFen = faults.payment(value["refund_fee"])
        row.paymentFen = faults.payment(value["payment"])
        row.reason = value["reason"]?.text
        row.text = value["desc"]?.text
        row.goodStatus = value["good_status"]?.text.map { plain($0) }
        row.phase = value["refund_phase"]?.text.map { plain($0) }
        row.kind = value["dispute_type"]?.text.map { plain($0) }
        row.buyer = value["buyer_nick"]?.text
        row.title = value["title"]?.text
        row.returnCompany = value["company_name"]?.text.map { Blanks.trimmed($0) }
        row.returnTrackingNumber = value["sid"]?.text.map { Blanks.trimmed($0) }
        row.createdAt = created
        row.endedAt = faults.instant(value["end_time"]) { BeijingTime.parse($0) }
        row.isPartial = faults.isPartial
        row.raw = value.jsonText(in: response.body)
        (row.contentHash, row.earlierHash) = value.contentHashes(in: response.body)
        guard faults.reason == nil else {
            return .failure(
                RowRejection(
                    RejectedRow(
                        .refund, faults, value, response, id: id, order: row.order, at: stated)))
        }
        return .success(row)
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
}
