import Foundation
import SyncCore
import Testing

/// Compares decoded rows with what Foundation reads from the same JSON.
struct TradeOracle {
    let page: OrderPage
    let file: String

    /// The trades of an answer, whatever its form.
    static func trades(_ json: [UInt8]) throws -> [[String: Any]] {
        let parsed = try JSONSerialization.jsonObject(with: Data(json))
        var root = try #require(parsed as? [String: Any])
        if let name = root.keys.first(where: { $0.hasSuffix("_response") }),
            let inner = root[name] as? [String: Any]
        {
            root = inner
        }
        let trades = (root["trades"] as? [String: Any])?["trade"] ?? root["trades"]
        return list(trades ?? root["trade"])
    }

    private static func list(_ value: Any?) -> [[String: Any]] {
        if let one = value as? [String: Any] { return one.isEmpty ? [] : [one] }
        return (value as? [[String: Any]] ?? []).filter { !$0.isEmpty }
    }

    func check(_ trades: [[String: Any]]) throws {
        #expect(page.orders.count == trades.count, "\(file)")
        for (order, trade) in zip(page.orders, trades) {
            checkOrder(order, trade)
            let wrapped = (trade["orders"] as? [String: Any])?["order"] ?? trade["orders"]
            let items = Self.list(wrapped)
            #expect(order.items.count == items.count, "\(file)")
            for (index, item) in zip(order.items, items) { checkItem(page.items[index], item) }
        }
        #expect(page.orders.last?.items.upperBound ?? 0 == page.items.count, "\(file)")
    }

    private func checkOrder(_ order: OrderRow, _ trade: [String: Any]) {
        let texts: [(String, ByteRange)] = [
            ("title", order.title), ("buyer_nick", order.buyer),
            ("receiver_name", order.receiverName), ("receiver_state", order.receiverState),
            ("receiver_city", order.receiverCity), ("receiver_district", order.receiverDistrict),
            ("receiver_address", order.receiverAddress), ("receiver_zip", order.receiverZip),
            ("buyer_message", order.buyerMessage), ("seller_memo", order.sellerMemo),
        ]
        for (name, slot) in texts { same(name, page.text(slot), text(trade[name])) }
        same("tid", page.text(order.id), text(trade["tid"]))
        same("type", page.text(order.type), plain(trade["type"]))
        same("status", page.text(order.platformStatus), plain(trade["status"]))
        let phones = ["receiver_mobile", "receiver_phone"].compactMap { text(trade[$0]) }
        same("phone", page.text(order.receiverPhone), phones.first { !$0.isEmpty })
        let money: [(String, Int64?)] = [
            ("payment", order.paymentFen), ("total_fee", order.totalFen),
            ("post_fee", order.postFen), ("discount_fee", order.discountFen),
            ("received_payment", order.receivedFen),
        ]
        for (name, fen) in money { same(name, fen, self.fen(trade[name])) }
        let times: [(String, UTCInstant?)] = [
            ("created", order.createdAt), ("pay_time", order.paidAt),
            ("consign_time", order.shippedAt), ("end_time", order.endedAt),
            ("modified", order.modifiedAt),
        ]
        for (name, at) in times { same(name, at?.seconds, seconds(trade[name])) }
        same("seller_flag", order.sellerFlag, (trade["seller_flag"] as? NSNumber)?.int64Value)
    }

    private func checkItem(_ item: ItemRow, _ json: [String: Any]) {
        let texts: [(String, ByteRange)] = [
            ("oid", item.id), ("title", item.title), ("num_iid", item.goodsID),
            ("sku_id", item.skuID), ("sku_properties_name", item.skuName),
            ("outer_iid", item.outerID), ("outer_sku_id", item.outerSKUID),
            ("refund_id", item.refundID), ("logistics_company", item.logisticsCompany),
            ("invoice_no", item.trackingNumber),
        ]
        for (name, slot) in texts { same(name, page.text(slot), text(json[name])) }
        same("item status", page.text(item.platformStatus), plain(json["status"]))
        same("refund_status", page.text(item.refundStatus), plain(json["refund_status"]))
        let money: [(String, Int64?)] = [
            ("price", item.priceFen), ("payment", item.paymentFen),
            ("discount_fee", item.discountFen), ("divide_order_fee", item.dividedFen),
        ]
        for (name, fen) in money { same(name, fen, self.fen(json[name])) }
        same("num", item.quantity, (json["num"] as? NSNumber)?.int64Value)
        same("consign_time", item.shippedAt?.seconds, seconds(json["consign_time"]))
        same("end_time", item.endedAt?.seconds, seconds(json["end_time"]))
    }

    // MARK: Foundation's reading

    private func same<Value: Equatable>(_ name: String, _ ours: Value?, _ theirs: Value?) {
        #expect(ours == theirs, "\(name) in \(file)")
    }

    private func text(_ value: Any?) -> String? {
        value as? String ?? (value as? NSNumber)?.stringValue
    }

    private func plain(_ value: Any?) -> String? {
        text(value).map { String($0.prefix { $0 != "(" && $0.isASCII }) }
    }

    private func fen(_ value: Any?) -> Int64? {
        guard let text = text(value), let yuan = Decimal(string: text) else { return nil }
        return NSDecimalNumber(decimal: yuan * 100).int64Value
    }

    private func seconds(_ value: Any?) -> Int64? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
        format.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return text(value).flatMap { format.date(from: $0) }
            .map { Int64($0.timeIntervalSince1970) }
    }
}
