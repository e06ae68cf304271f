internal import SyncCore
internal import WireFormat

/// Decodes trades into rows. Texts stay where they are; only escaped or ill-formed ones are
/// rewritten, behind the page's bytes.
struct TaobaoTradeDecoder {
    let sortsByCreation: Bool
    var hasNext: Bool?
    var total: Int?
    private(set) var rows: [RowKey] = []
    private var orders: [OrderRow] = []
    private var items: [ItemRow] = []
    private var parcels: [ParcelSlots] = []
    private var texts = RowTexts()

    init(sortsByCreation: Bool) {
        self.sortsByCreation = sortsByCreation
        orders.reserveCapacity(100)
        items.reserveCapacity(300)
        rows.reserveCapacity(100)
    }

    /// The page, once everything is read.
    consuming func finish(bytes: [UInt8]) -> OrderPage {
        var bytes = bytes
        bytes.append(contentsOf: texts.tail)
        var page = OrderPage(
            bytes: bytes, orders: orders, items: items, hasNext: hasNext, total: total)
        page.parcels = parcels
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

    /// Reads the trade that the reader stands before.
    mutating func readTrade(_ reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        var row = OrderRow()
        var modified: UTCInstant?
        row.items = items.count..<items.count
        row.parcels = parcels.count..<parcels.count
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard let field = Self.fields.field(key, in: reader.text) else {
                try reader.skipValue()
                continue
            }
            switch field {
            case .orders, .order:
                try readItems(&reader)
            case .parcels, .parcel:
                row.statesParcels = try readParcels(&reader) || row.statesParcels
            case .modified:
                let value = try reader.readScalar()
                modified = instant(value, reader.text)
                // Another time in its place would make this an older version than it is.
                guard modified != nil || value.kind == .null else {
                    throw JSONError(offset: start, reason: "an order with an unreadable time")
                }
            default:
                guard try reader.peek() == .scalar else {
                    try reader.skipValue()
                    continue
                }
                set(field, try reader.readScalar(), reader.text, &row)
            }
        }
        row.items = row.items.lowerBound..<items.count
        row.parcels = row.parcels.lowerBound..<parcels.count
        if row.stepStatus == .depositPaid || row.stepStatus == .depositForfeited {
            row.depositPaidAt = row.paidAt
        }
        guard !row.id.isAbsent, let at = modified ?? row.createdAt else {
            throw JSONError(offset: start, reason: "an order without id or time")
        }
        row.modifiedAt = at
        let raw = RowTexts.object(in: start..<reader.offset, of: reader.text)
        row.raw = Slot(offset: raw.lowerBound, count: raw.count)
        let json = UnsafeRawBufferPointer(rebasing: reader.text[raw])
        row.contentHash = ContentHash.hash(json)
        row.earlierHash = ContentHash.earlier(json)
        row.idHash = ContentHash.hash(UnsafeRawBufferPointer(rebasing: reader.text[row.id.range]))
        guard let key = sortsByCreation ? row.createdAt : at else {
            throw JSONError(offset: start, reason: "an order without creation time")
        }
        rows.append(RowKey(idHash: row.idHash, at: key))
        orders.append(row)
    }

    private mutating func set(
        _ field: Field, _ value: JSONScalar, _ text: UnsafeRawBufferPointer, _ row: inout OrderRow
    ) {
        switch field {
        case .tid: row.id = identifier(value, text)
        case .tidText: if row.id.isAbsent { row.id = identifier(value, text) }
        case .status:
            row.platformStatus = plain(value, text)
            row.status = status(row.platformStatus, text)
        case .type: row.type = plain(value, text)
        case .title: row.title = slot(value, text)
        case .buyerNick: row.buyer = slot(value, text)
        case .buyerOpenUID: row.buyerID = identifier(value, text)
        case .payment: row.paymentFen = fen(value, text)
        case .totalFee: row.totalFen = fen(value, text)
        case .postFee: row.postFen = fen(value, text)
        case .discountFee: row.discountFen = fen(value, text)
        case .receivedPayment: row.receivedFen = fen(value, text)
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
        case .sellerFlag: row.sellerFlag = value.number(in: text)
        case .stepStatus:
            let name = plain(value, text)
            if name.count > 0 {
                row.stepStatus = texts.withBytes(name, text) { TaobaoStatus.step($0) }
            }
        case .stepPaidFee: row.stepPaidFen = fen(value, text)
        case .modified, .orders, .order, .parcels, .parcel: break
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
            try reader.skipValue()
        case .array:
            try reader.enterArray()
            while try reader.nextElement() { try readItem(&reader) }
        case .object:
            try readItem(&reader)
        }
    }

    /// An item, or the wrapper `order` of items: told apart by what is inside.
    private mutating func readItem(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.peek() == .object else {
            try reader.skipValue()
            return
        }
        var item = ItemRow()
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if Self.fields.field(key, in: reader.text) == .order {
                try readItems(&reader)
                continue
            }
            guard let field = Self.itemFields.field(key, in: reader.text),
                try reader.peek() == .scalar
            else {
                try reader.skipValue()
                continue
            }
            set(field, try reader.readScalar(), reader.text, &item)
        }
        if !item.id.isAbsent { items.append(item) }
    }

    private mutating func set(
        _ field: ItemField, _ value: JSONScalar, _ text: UnsafeRawBufferPointer,
        _ item: inout ItemRow
    ) {
        switch field {
        case .oid: item.id = identifier(value, text)
        case .oidText: if item.id.isAbsent { item.id = identifier(value, text) }
        case .title: item.title = slot(value, text)
        case .num: item.quantity = value.number(in: text)
        case .price: item.priceFen = fen(value, text)
        case .payment: item.paymentFen = fen(value, text)
        case .discountFee: item.discountFen = fen(value, text)
        case .dividedFee: item.dividedFen = fen(value, text)
        case .status:
            item.platformStatus = plain(value, text)
            item.status = status(item.platformStatus, text)
        case .numIid: item.goodsID = identifier(value, text)
        case .skuID: item.skuID = identifier(value, text)
        case .skuName: item.skuName = slot(value, text)
        case .outerIid: item.outerID = slot(value, text)
        case .outerSKUID: item.outerSKUID = slot(value, text)
        case .refundStatus: item.refundStatus = plain(value, text)
        case .refundID: item.refundID = identifier(value, text)
        case .logisticsCompany: item.logisticsCompany = texts.trimmed(value, text)
        case .invoiceNo: item.trackingNumber = texts.trimmed(value, text)
        case .consignTime: item.shippedAt = instant(value, text)
        case .endTime: item.endedAt = instant(value, text)
        case .isFreeGift: item.isGift = value.flag(in: text)
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
            while try reader.nextElement() { _ = try readParcels(&reader) }
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
                try reader.skipValue()
                continue
            }
            let value = try reader.readScalar()
            switch field {
            case .number: parcel.trackingNumber = texts.trimmed(value, reader.text)
            case .company: parcel.company = texts.trimmed(value, reader.text)
            case .item, .itemNumber: parcel.item = texts.trimmed(value, reader.text)
            }
        }
        if !parcel.trackingNumber.isAbsent { parcels.append(parcel) }
    }

    // MARK: Values

    private mutating func slot(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Slot {
        texts.slot(value, text)
    }

    private mutating func identifier(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer
    ) -> Slot {
        texts.identifier(value, text)
    }

    /// An enumeration's name without the Chinese gloss that documented samples carry in brackets.
    private mutating func plain(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Slot {
        let whole = slot(value, text)
        guard value.kind == .string else { return whole }
        let count = texts.withBytes(whole, text) { bytes in
            bytes.prefix { $0 != UInt8(ascii: "(") && $0 < 0x80 }.count
        }
        return Slot(offset: whole.range.lowerBound, count: count)
    }

    private func status(_ name: Slot, _ text: UnsafeRawBufferPointer) -> OrderStatus {
        if name.isAbsent { return .unknown }
        return texts.withBytes(name, text) { TaobaoStatus.unified($0) }
    }

    private func fen(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Int64? {
        guard value.kind == .string || value.kind == .number else { return nil }
        return Fen.parse(UnsafeRawBufferPointer(rebasing: text[value.slot.range]))
    }

    private func instant(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard value.kind == .string else { return nil }
        return BeijingTime.parse(UnsafeRawBufferPointer(rebasing: text[value.slot.range]))
    }
}
