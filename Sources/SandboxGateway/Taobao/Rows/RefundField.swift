/// The fields of a refund, named as on the wire but in camel case (open.taobao.com, api 52, 53).
enum RefundField: UInt8, CaseIterable, RowField {
    case refundId, tid, oid, title, buyerNick, sellerNick, totalFee, status, created, modified
    case orderStatus, refundFee, payment, goodStatus, hasGoodReturn, companyName, sid, reason
    case desc, num, refundPhase, refundVersion, sku, attribute, outerId, operationContraint
    case buyerOpenUid, disputeType
    // What a single read adds.
    case address, advanceStatus, alipayNo, csStatus, goodReturnTime, numIid, price, shippingType
    case endTime

    static let names = wireNames()

    static let list = fields(.refundId, through: .disputeType)
    static let complete = fields(.refundId, through: .endTime)

    /// Reads a `fields` parameter; unknown names are left out in silence.
    static func selection(
        _ text: String, allowed: FieldSet<RefundField>
    ) -> FieldSet<RefundField> {
        let wanted = text.split(separator: ",").compactMap { names.firstIndex(of: String($0)) }
        return FieldSet(wanted.map { allCases[$0] }).intersection(allowed)
    }
}
