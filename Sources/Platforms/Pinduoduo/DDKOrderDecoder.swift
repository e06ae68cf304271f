internal import SyncCore
internal import WireFormat

/// Decodes orders that a promoter brought (`pdd.ddk.order.list.increment.get`): money in fen,
/// rates in permille, times in Unix seconds.
enum DDKOrderDecoder {
    static func page(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> (AffiliatePage, PageSummary) {
        let content = try PinduoduoDocument.content(response, at: time)
        var orders: [AffiliateRow] = []
        for value in content["order_list"]?.list("order") ?? [] {
            orders.append(try order(value, response))
        }
        let rows = orders.map { order in
            RowKey(idHash: ContentHash.hash(order.id), at: order.modifiedAt)
        }
        return (
            AffiliatePage(orders: orders),
            PageSummary(
                rows: rows, hasNext: nil, total: content["total_count"]?.integer.map { Int($0) })
        )
    }

    private static func order(
        _ value: JSONValue, _ response: PlatformResponse
    ) throws(CallFailure) -> AffiliateRow {
        guard let id = value["order_sn"]?.text,
            let modified = instant(value["order_modify_at"]) ?? latestStep(value)
        else { throw BrokenAnswer.failure(response, "an order without number or time") }
        var row = AffiliateRow(id: id, modifiedAt: modified)
        // Lists say `p_id`, an order by itself `pid`.
        row.pid = value["p_id"]?.text ?? value["pid"]?.text
        row.customParameters = value["custom_parameters"]?.text
        row.goodsID = identifier(value["goods_id"])
        row.goodsSign = value["goods_sign"]?.text
        row.goodsName = value["goods_name"]?.text
        row.mallID = identifier(value["mall_id"])
        row.mallName = value["mall_name"]?.text
        row.quantity = value["goods_quantity"]?.integer
        row.goodsPriceFen = value["goods_price"]?.integer
        row.orderAmountFen = value["order_amount"]?.integer
        row.promotionRatePermille = value["promotion_rate"]?.integer
        row.promotionAmountFen = value["promotion_amount"]?.integer
        row.platformStatus = value["order_status"]?.text
        row.status = row.platformStatus.flatMap { statuses[$0] } ?? .unknown
        row.failReason = value["fail_reason"]?.text
        row.createdAt = instant(value["order_create_time"])
        row.paidAt = instant(value["order_pay_time"])
        row.groupedAt = instant(value["order_group_success_time"])
        row.receivedAt = instant(value["order_receive_time"])
        row.verifiedAt = instant(value["order_verify_time"])
        row.settledAt = instant(value["order_settle_time"])
        if case .object(_, let range) = value {
            row.raw = String(decoding: response.body[range], as: UTF8.self)
        }
        row.contentHash = ContentHash.hash(row.raw)
        row.earlierHash = ContentHash.earlier(row.raw)
        return row
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
        ].compactMap { instant(value[$0]) }.max()
    }

    static func instant(_ value: JSONValue?) -> UTCInstant? {
        value?.integer.flatMap { $0 > 0 ? UTCInstant(seconds: $0) : nil }
    }

    static func identifier(_ value: JSONValue?) -> String? {
        value?.text.flatMap { $0 == "0" ? nil : $0 }
    }
}
