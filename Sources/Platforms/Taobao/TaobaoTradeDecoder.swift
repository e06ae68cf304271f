internal import SyncCore
internal import WireFormat

/// Decodes trades into rows. Texts stay where they are; only escaped or ill-formed ones are
/// rewritten, behind the page's bytes. More than 400 lines, because an order's members, lines and
/// parcels share what is being read.
struct TaobaoTradeDecoder {
    let sortsByCreation: Bool
    var hasNext: Bool?
    var total: Int?
    /// A member beside the rows could not be read.
    var isEnvelopeMalformed = false
    /// Null, or an empty text, is where the list belongs.
    var isListNull = false
    /// Orders by the time that the list selects by. In promotion hours a row may not state it.
    private(set) var rows: [RowKey] = []
    private(set) var rejected: [RejectedRow] = []
    private var orders: [OrderRow] = []
    private var items: [ItemRow] = []
    private var parcels: [ParcelSlots] = []
    private var texts: RowTexts
    /// Of the row that is being read.
    private var faults = RowFaults()
    /// A line of the row that is being read could not be read.
    private var hasLostLine = false
    private var hasLostParcel = false
    /// Where its lines and parcels begin.
    private var (firstItem, firstParcel) = (0, 0)

    init(sortsByCreation: Bool, isUTF8: Bool) {
        self.sortsByCreation = sortsByCreation
        texts = RowTexts(isUTF8: isUTF8)
        orders.reserveCapacity(100)
        items.reserveCapacity(300)
        rows.reserveCapacity(100)
    }

    /// Nothing was read but members that cannot be.
    var isUnreadable: Bool {
        isEnvelopeMalformed && hasNext == nil && total == nil && orders.isEmpty && rejected.isEmpty
    }

    /// The page, once everything is read.
    consuming func finish(bytes: [UInt8]) -> OrderPage {
        var bytes = bytes
        bytes.append(contentsOf: texts.tail)
        var page = OrderPage(
            bytes: bytes, orders: orders, items: items, hasNext: hasNext, total: total)
        page.parcels = parcels
        page.rejected = rejected
        return page
    }

    // MARK: Trade

    enum Field: String, CaseIterable {
        case tid, status, type, title, payment, created, modified, orders, order
        case tidText = "tid_str"
        case buyerNick = "buyer_nick"
        case buyerOpenUID = "buyer_open_uid"
        case totalFee = "total_fee"
        case postFee = "post_fee"
        case discountFee = "discount_fee"
        case receivedPayment = "received_payment"
        case payTime = "pay_time"
        case consignTime = "consign_time"
        case endTime = "end_time"
        case receiverName = "receiver_name"
        case receiverMobile = "receiver_mobile"
        case receiverPhone = "receiver_phone"
        case receiverState = "receiver_state"
        case receiverCity = "receiver_city"
        case receiverDistrict = "receiver_district"
        case receiverAddress = "receiver_address"
        case receiverZip = "receiver_zip"
        case buyerMessage = "buyer_message"
        case sellerMemo = "seller_memo"
        case sellerFlag = "seller_flag"
        case stepStatus = "step_trade_status"
        case stepPaidFee = "step_paid_fee"
        case parcels = "combine_logistics_details"
        case parcel = "combine_logistics_detail"
    }

    private static let fields = FieldTable(Field.self)

    /// What of a trade is known only when all of it is read.
    private struct Draft {
        var row = OrderRow()
        var tid: JSONScalar?
        var tidText: JSONScalar?
        var modified: UTCInstant?
    }

    /// Reads the row that the reader stands before: an order, or one that is rejected.
    mutating func readTrade(_ reader: inout JSONReader) throws(JSONError) {
        (faults, hasLostLine, hasLostParcel) = (RowFaults(), false, false)
        (firstItem, firstParcel) = (items.count, parcels.count)
        let beginning = reader
        guard try reader.peek() == .object else {
            try reader.skipDeepValue()
            faults.reject(.notAnObject)
            return reject(Draft(), texts.raw(from: beginning.offset, reader), reader.text)
        }
        do throws(JSONError) {
            try readObject(&reader)
        } catch {
            guard error.isTooDeep else { throw error }
            reader = beginning
            try rejectDeep(&reader)
        }
    }

    private mutating func readObject(_ reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        var draft = Draft()
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard let field = Self.fields.field(key, in: reader.text) else {
                try reader.skipValue()
                continue
            }
            try readMember(field, &reader, &draft)
        }
        draft.row.items = firstItem..<items.count
        draft.row.statesAllItems = !hasLostLine
        if hasLostParcel { draft.row.statesParcels = false }
        draft.row.parcels = firstParcel..<parcels.count
        finish(&draft, reader.text)
        var row = draft.row
        row.raw = texts.raw(from: start, reader)
        if faults.reason != nil {
            items.removeSubrange(firstItem...)
            parcels.removeSubrange(firstParcel...)
            return reject(draft, row.raw, reader.text)
        }
        row.isPartial = faults.isPartial
        row.lacksEssentials = row.items.isEmpty || row.paymentFen == nil
        let raw = RowTexts.object(in: start..<reader.offset, of: reader.text)
        let json = UnsafeRawBufferPointer(rebasing: reader.text[raw])
        row.contentHash = ContentHash.hash(json)
        row.earlierHash = ContentHash.earlier(json)
        row.idHash = texts.withBytes(row.id, reader.text) { ContentHash.hash($0) }
        orders.append(row)
        if let at = sortsByCreation ? row.createdAt : row.modifiedAt {
            rows.append(RowKey(idHash: row.idHash, at: at))
        }
    }

    private mutating func readMember(
        _ field: Field, _ reader: inout JSONReader, _ draft: inout Draft
    ) throws(JSONError) {
        if field == .orders || field == .order { return try readItems(&reader) }
        if field == .parcels || field == .parcel {
            let areStated = try readParcels(&reader)
            draft.row.statesParcels = draft.row.statesParcels || areStated
            return
        }
        guard try reader.peek() == .scalar else {
            // Converted from XML, what is empty is an empty object.
            if try reader.skipValue().count > 2 { reject(field) }
            return
        }
        let value = try reader.readScalar()
        switch field {
        case .tid: draft.tid = value
        case .tidText: draft.tidText = value
        case .modified:
            // Another time in its place would make this an older version than it is.
            draft.modified = faults.version(value, reader.text, BeijingTime.parse)
        default: set(field, value, reader.text, &draft.row)
        }
    }

    /// What follows from all members together.
    private mutating func finish(_ draft: inout Draft, _ text: UnsafeRawBufferPointer) {
        draft.row.id = texts.ownID(draft.tid, draft.tidText, .number, text, &faults)
        let areNamed = texts.nameLines(draft.row.items, of: &items, text) {
            $0.skuID.isAbsent ? $0.goodsID : $0.skuID
        }
        if !areNamed { faults.leaveOut() }
        decideStep(&draft.row)
        if draft.row.stepStatus == .depositPaid || draft.row.stepStatus == .depositForfeited {
            draft.row.depositPaidAt = draft.row.paidAt
        }
        let isTimeless = sortsByCreation && draft.row.createdAt == nil
        guard let at = sortsByCreation ? draft.modified ?? draft.row.createdAt : draft.modified,
            !isTimeless || draft.row.isSparse
        else { return faults.reject(.unreadableTime) }
        if draft.modified == nil { faults.leaveOut() }
        draft.row.modifiedAt = at
    }

    /// Derives a step whose name is not known from what was paid so far, while the payment is not
    /// complete. Otherwise reports would count the whole payment.
    private func decideStep(_ row: inout OrderRow) {
        guard row.stepStatus == .unknown else { return }
        switch row.status {
        case .unpaid:
            // A payment of an unknown amount counts as one.
            let isDeposit = row.stepPaidFen.map { $0 > 0 } ?? (row.paidAt != nil)
            row.stepStatus = isDeposit ? .depositPaid : .unpaid
        case .closed:
            guard let paid = row.stepPaidFen, let whole = row.paymentFen, paid < whole else {
                return
            }
            row.stepStatus = paid > 0 ? .depositForfeited : .unpaid
        case .paid, .partShipped, .shipped, .completed, .unknown:
            break
        }
    }

    private mutating func reject(
        _ draft: Draft, _ raw: ByteRange, _ text: UnsafeRawBufferPointer
    ) {
        rejected.append(
            RejectedRow(
                .order, faults, json: texts.withBytes(raw, text) { Array($0) },
                id: texts.string(draft.row.id, text), at: draft.modified))
    }

    /// Nested deeper than the reader goes: what identifies the row is read, the rest is passed.
    private mutating func rejectDeep(_ reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        items.removeSubrange(firstItem...)
        parcels.removeSubrange(firstParcel...)
        faults = RowFaults()
        faults.reject(.nestedTooDeep)
        var draft = Draft()
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard try reader.peek() == .scalar else {
                try reader.skipDeepValue()
                continue
            }
            let value = try reader.readScalar()
            switch Self.fields.field(key, in: reader.text) {
            case .tid: draft.tid = value
            case .tidText: draft.tidText = value
            case .modified: draft.modified = faults.version(value, reader.text, BeijingTime.parse)
            default: break
            }
        }
        draft.row.id = texts.ownID(draft.tid, draft.tidText, .number, reader.text, &faults)
        reject(draft, texts.raw(from: start, reader), reader.text)
    }

    /// An object or a list where a text or a number belongs.
    private mutating func reject(_ field: Field) {
        switch field {
        case .tid, .tidText: faults.reject(.unusableID)
        case .modified: faults.reject(.unreadableTime)
        case .payment, .totalFee, .postFee, .discountFee, .receivedPayment, .stepPaidFee:
            faults.reject(.malformedMoney)
        case .status: faults.reject(.malformedMember)
        case .created, .payTime, .consignTime, .endTime, .sellerFlag: faults.leaveOut()
        default: break
        }
    }

    private mutating func set(
        _ field: Field, _ value: JSONScalar, _ text: UnsafeRawBufferPointer, _ row: inout OrderRow
    ) {
        switch field {
        case .status:
            row.platformStatus = plain(value, text)
            row.status = status(row.platformStatus, text)
        case .type: row.type = plain(value, text)
        case .title: row.title = slot(value, text)
        case .buyerNick: row.buyer = slot(value, text)
        case .buyerOpenUID: row.buyerID = texts.identifier(value, text)
        case .payment: row.paymentFen = faults.payment(value, text)
        case .totalFee: row.totalFen = faults.money(value, text)
        case .postFee: row.postFen = faults.money(value, text)
        case .discountFee: row.discountFen = faults.money(value, text)
        case .receivedPayment: row.receivedFen = faults.payment(value, text)
        case .created: row.createdAt = instant(value, text)
        case .payTime: row.paidAt = instant(value, text)
        case .consignTime: row.shippedAt = instant(value, text)
        case .endTime: row.endedAt = instant(value, text)
        case .receiverName: row.receiverName = slot(value, text)
        case .receiverMobile:
            let mobile = slot(value, text)
            if mobile.count > 0 { row.receiverPhone = mobile }
        case .receiverPhone:
            let phone = slot(value, text)
            if phone.count > 0, row.receiverPhone.isAbsent { row.receiverPhone = phone }
        case .receiverState: row.receiverState = slot(value, text)
        case .receiverCity: row.receiverCity = slot(value, text)
        case .receiverDistrict: row.receiverDistrict = slot(value, text)
        case .receiverAddress: row.receiverAddress = slot(value, text)
        case .receiverZip: row.receiverZip = slot(value, text)
        case .buyerMessage: row.buyerMessage = slot(value, text)
        case .sellerMemo: row.sellerMemo = slot(value, text)
        case .sellerFlag: row.sellerFlag = faults.number(value, text)
        case .stepStatus:
            let name = plain(value, text)
            if name.count > 0 {
                row.stepStatus = texts.withBytes(name, text) { TaobaoStatus.step($0) }
            }
        case .stepPaidFee: row.stepPaidFen = faults.payment(value, text)
        case .tid, .tidText, .modified, .orders, .order, .parcels, .parcel: break
        }
    }

    // MARK: Items

    enum ItemField: String, CaseIterable {
        case oid, title, num, price, payment, status
        case oidText = "oid_str"
        case numIid = "num_iid"
        case skuID = "sku_id"
        case skuName = "sku_properties_name"
        case outerIid = "outer_iid"
        case outerSKUID = "outer_sku_id"
        case discountFee = "discount_fee"
        case dividedFee = "divide_order_fee"
        case refundStatus = "refund_status"
        case refundID = "refund_id"
        case logisticsCompany = "logistics_company"
        case invoiceNo = "invoice_no"
        case consignTime = "consign_time"
        case endTime = "end_time"
        case isFreeGift = "is_free_gift"
    }

    private static let itemFields = FieldTable(ItemField.self)

    /// `{"order": […]}`, one object, the flat list, or nothing of use.
    private mutating func readItems(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .scalar:
            if !RowFaults.isBlank(try reader.readScalar()) { faults.reject(.malformedItems) }
        case .array:
            try reader.enterArray()
            while try reader.nextElement() { try readItem(&reader, isElement: true) }
        case .object:
            try readItem(&reader, isElement: false)
        }
    }

    /// A line, or the wrapper `order` of lines: the content shows which.
    private mutating func readItem(
        _ reader: inout JSONReader, isElement: Bool
    ) throws(JSONError) {
        guard try reader.peek() == .object else { return try skipNoItem(&reader) }
        guard items.count - firstItem < RowTexts.linesMax else {
            try reader.skipValue()
            return faults.reject(.malformedItems)
        }
        var item = ItemRow()
        var oid: JSONScalar?
        var oidText: JSONScalar?
        var (isLine, isWrapper) = (false, false)
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if Self.fields.field(key, in: reader.text) == .order {
                isWrapper = true
                try readItems(&reader)
                continue
            }
            guard let field = Self.itemFields.field(key, in: reader.text) else {
                try reader.skipValue()
                continue
            }
            isLine = true
            guard try reader.peek() == .scalar else {
                if try reader.skipValue().count > 2 { reject(field) }
                continue
            }
            let value = try reader.readScalar()
            switch field {
            case .oid: oid = value
            case .oidText: oidText = value
            default: set(field, value, reader.text, &item)
            }
        }
        guard isLine else {
            if isElement, !isWrapper { loseLine() }
            return
        }
        let (id, verdict) = texts.identifier(oid, oidText, .number, reader.text)
        if verdict == .contradictory { faults.reject(.contradictoryID) }
        item.id = id
        items.append(item)
    }

    /// A null among lines may stand for one: the order is stored without it, and read in full.
    /// Anything else that is no line rejects the order.
    private mutating func skipNoItem(_ reader: inout JSONReader) throws(JSONError) {
        if try reader.peek() == .scalar {
            if RowFaults.isBlank(try reader.readScalar()) { return loseLine() }
        } else {
            try reader.skipValue()
        }
        faults.reject(.malformedItems)
    }

    private mutating func loseLine() {
        hasLostLine = true
        faults.leaveOut()
    }

    /// An object or a list where a text or a number belongs.
    private mutating func reject(_ field: ItemField) {
        switch field {
        case .price, .payment, .discountFee, .dividedFee: faults.reject(.malformedMoney)
        case .num, .oid, .oidText: faults.reject(.malformedItems)
        case .status: faults.reject(.malformedMember)
        case .consignTime, .endTime, .refundStatus, .refundID, .numIid, .skuID, .invoiceNo:
            faults.leaveOut()
        case .title, .skuName, .outerIid, .outerSKUID, .logisticsCompany, .isFreeGift: break
        }
    }

    private mutating func set(
        _ field: ItemField, _ value: JSONScalar, _ text: UnsafeRawBufferPointer,
        _ item: inout ItemRow
    ) {
        switch field {
        case .title: item.title = slot(value, text)
        case .num: item.quantity = faults.number(value, text, orReject: .malformedItems)
        case .price: item.priceFen = faults.money(value, text)
        case .payment: item.paymentFen = faults.money(value, text)
        case .discountFee: item.discountFen = faults.money(value, text)
        case .dividedFee: item.dividedFen = faults.money(value, text)
        case .status:
            item.platformStatus = plain(value, text)
            item.status = status(item.platformStatus, text)
        case .numIid: item.goodsID = texts.reference(value, text, &faults)
        case .skuID: item.skuID = texts.reference(value, text, &faults)
        case .skuName: item.skuName = slot(value, text)
        case .outerIid: item.outerID = slot(value, text)
        case .outerSKUID: item.outerSKUID = slot(value, text)
        case .refundStatus: item.refundStatus = plain(value, text)
        case .refundID: item.refundID = texts.reference(value, text, &faults)
        case .logisticsCompany: item.logisticsCompany = texts.trimmed(value, text)
        case .invoiceNo: item.trackingNumber = waybill(value, text)
        case .consignTime: item.shippedAt = instant(value, text)
        case .endTime: item.endedAt = instant(value, text)
        case .isFreeGift: item.isGift = value.truth(in: text)
        case .oid, .oidText: break
        }
    }

    // MARK: Parcels

    enum ParcelField: String, CaseIterable {
        case number = "invoice_no"
        case company = "logistics_company"
        case item = "sub_order_id"
        case itemNumber = "sub_tid"
    }

    private static let parcelFields = FieldTable(ParcelField.self)

    /// The parcels of lines that were sent in several, as `readItems` reads lists.
    /// - Returns: whether it is a list at all.
    private mutating func readParcels(_ reader: inout JSONReader) throws(JSONError) -> Bool {
        switch try reader.peek() {
        case .scalar:
            try reader.skipValue()
            return false
        case .array:
            try reader.enterArray()
            while try reader.nextElement() {
                if try !readParcels(&reader) { loseParcel() }
            }
        case .object:
            try readParcel(&reader)
        }
        return true
    }

    private mutating func readParcel(_ reader: inout JSONReader) throws(JSONError) {
        var parcel = ParcelSlots(trackingNumber: .absent, company: .absent)
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if Self.fields.field(key, in: reader.text) == .parcel {
                _ = try readParcels(&reader)
                continue
            }
            guard let field = Self.parcelFields.field(key, in: reader.text),
                try reader.peek() == .scalar
            else {
                if Self.parcelFields.field(key, in: reader.text) == .number { loseParcel() }
                try reader.skipValue()
                continue
            }
            let value = try reader.readScalar()
            switch field {
            case .number:
                guard let number = texts.waybill(value, reader.text) else {
                    loseParcel()
                    continue
                }
                parcel.trackingNumber = number
            case .company: parcel.company = texts.trimmed(value, reader.text)
            case .item, .itemNumber: parcel.item = texts.trimmed(value, reader.text)
            }
        }
        guard !parcel.trackingNumber.isAbsent else { return }
        guard parcels.count - firstParcel < RowTexts.linesMax else {
            return faults.reject(.malformedMember)
        }
        parcels.append(parcel)
    }

    private mutating func loseParcel() {
        hasLostParcel = true
        faults.leaveOut()
    }

    // MARK: Values

    private mutating func waybill(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer
    ) -> ByteRange {
        if let number = texts.waybill(value, text) { return number }
        faults.leaveOut()
        return .absent
    }

    private mutating func slot(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange {
        texts.slot(value, text)
    }

    /// An enumeration's name without the Chinese gloss that documented samples carry in brackets.
    private mutating func plain(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange {
        let whole = slot(value, text)
        guard value.kind == .string else { return whole }
        let count = texts.withBytes(whole, text) { bytes in
            bytes.prefix { $0 != UInt8(ascii: "(") && $0 < 0x80 }.count
        }
        return ByteRange(offset: whole.range.lowerBound, count: count)
    }

    private func status(_ name: ByteRange, _ text: UnsafeRawBufferPointer) -> OrderStatus {
        if name.isAbsent { return .unknown }
        return texts.withBytes(name, text) { TaobaoStatus.unified($0) }
    }

    private mutating func instant(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer
    ) -> UTCInstant? {
        faults.instant(value, text, BeijingTime.parse)
    }
}
