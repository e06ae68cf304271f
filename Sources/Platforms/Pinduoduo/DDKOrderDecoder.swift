internal import SyncCore
internal import WireFormat

/// Decodes orders that a promoter brought (`pdd.ddk.order.list.increment.get`): money in fen,
/// rates in permille, times in Unix seconds.
enum DDKOrderDecoder {
    static func page(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> (AffiliatePage, PageSummary) {
        let content = try PinduoduoDocument.content(response, at: time)
        guard let values = content["order_list"].map({ $0.rows("order") }) ?? [] else {
            throw BrokenAnswer.failure(response, "no list of orders")
        }
        var page = AffiliatePage(orders: [])
        var rows: [RowKey] = []
        for value in values {
            switch order(value, response) {
            case .success(let (order, key)):
                page.orders.append(order)
                rows.append(RowKey(idHash: ContentHash.hash(order.id), at: key))
            case .failure(let rejection): page.rejected.append(rejection.row)
            }
        }
        let summary = PageSummary(
            rows: rows, hasNext: nil, total: content["total_count"]?.rowCount,
            rejected: page.rejected.map(\.key))
        return (page, summary)
    }

    /// - Returns: the row, and the time that the list selects by: nil where it is not stated.
    ///   Another time in its place would make the row one that is outside of what was asked for.
    private static func order(
        _ value: JSONValue, _ response: PlatformResponse
    ) -> Result<(AffiliateRow, UTCInstant?), RowRejection> {
        var faults = RowFaults(of: value)
        let id = faults.ownID(value, "order_sn", .text)
        let stated = faults.version(value["order_modify_at"]) { PinduoduoTime.parse($0) }
        let modified = stated ?? latestStep(value)
        if modified == nil { faults.reject(.unreadableTime) }
        var row = AffiliateRow(id: id ?? "", modifiedAt: modified ?? UTCInstant(seconds: 0))
        // Lists say `p_id`, a single order says `pid`.
        row.pid = value["p_id"]?.text ?? value["pid"]?.text
        row.customParameters = value["custom_parameters"]?.text
        row.goodsID = identifier(value["goods_id"])
        row.goodsSign = value["goods_sign"]?.text
        row.goodsName = value["goods_name"]?.text
        row.mallID = identifier(value["mall_id"])
        row.mallName = value["mall_name"]?.text
        row.quantity = faults.number(value["goods_quantity"], orReject: .malformedMember)
        row.goodsPriceFen = faults.number(value["goods_price"], orReject: .malformedMoney)
        row.orderAmountFen = faults.number(value["order_amount"], orReject: .malformedMoney)
        row.promotionRatePermille = faults.number(
            value["promotion_rate"], orReject: .malformedMember)
        row.promotionAmountFen = faults.number(value["promotion_amount"], orReject: .malformedMoney)
        row.platformStatus = value["order_status"]?.plain
        row.status = row.platformStatus.flatMap { statuses[$0] } ?? .unknown
        row.failReason = value["fail_reason"]?.text
        row.createdAt = PinduoduoTime.parse(value["order_create_time"])
        row.paidAt = PinduoduoTime.parse(value["order_pay_time"])
        row.groupedAt = PinduoduoTime.parse(value["order_group_success_time"])
        row.receivedAt = PinduoduoTime.parse(value["order_receive_time"])
        row.verifiedAt = PinduoduoTime.parse(value["order_verify_time"])
        row.settledAt = PinduoduoTime.parse(value["order_settle_time"])
        row.raw = value.jsonText(in: response.body)
        (row.contentHash, row.earlierHash) = value.contentHashes(in: response.body)
        guard faults.reason == nil else {
            return .failure(
                RowRejection(
                    RejectedRow(.affiliateOrder, faults, value, response, id: id, at: stated)))
        }
        return .success((row, stated))
    }

    /// `order_status`; -1 (not paid) and 8 (no good of a promoter's) come with other methods.
    private static let statuses: [String: AffiliateStatus] = [
        "0": .paid, "1": .grouped, "2": .received, "3": .verified, "4": .failed, "5": .settled,
        "10": .punished,
    ]

    // MARK: Values

    private static func latestStep(_ value: JSONValue) -> UTCInstant? {
        [
            "order_create_time", "order_pay_time", "order_group_success_time",
            "order_receive_time", "order_verify_time", "order_settle_time",
        ].compactMap { PinduoduoTime.parse(value[$0]) }.max()
    }

    static func identifier(_ value: JSONValue?) -> String? {
        value?.plain.flatMap { $0 == "0" ? nil : $0 }
    }
}
