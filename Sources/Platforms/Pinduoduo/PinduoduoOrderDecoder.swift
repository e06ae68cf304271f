internal import SyncCore
internal import WireFormat

/// Decodes orders into rows. Texts stay where they are: see `RowTexts`. More than 400 lines,
/// because an order's members, lines and parcels share what is being read.
struct PinduoduoOrderDecoder {
    /// The list selects by confirmation, which stands for the creation of an order here: before
    /// it there is no deal, and no list shows it.
    let sortsByCreation: Bool
    var hasNext: Bool?
    var total: Int?
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
        items.reserveCapacity(100)
        rows.reserveCapacity(100)
    }

    /// The page, once everything is read.
    consuming func finish(bytes: [UInt8]) -> OrderPage {
        var bytes = bytes
        bytes.append(contentsOf: texts.tail)
        var page = OrderPage(
            bytes: bytes, orders: orders, items: items, hasNext: hasNext, total: total)
        page.isComplete = true
        page.parcels = parcels
        page.rejected = rejected
        return page
    }

    // MARK: Order

    enum Field: String, CaseIterable {
        case address, city, postage, province, remark, town
        case id = "order_sn"
        case idText = "order_sn_str"
        case orderStatus = "order_status"
        case refundStatus = "refund_status"
        case confirmStatus = "confirm_status"
        case groupStatus = "group_status"
        case tradeType = "trade_type"
        case stepInfo = "step_order_info"
        case stepStatus = "step_trade_status"
        case stepPaid = "step_paid_fee"
        case advancePaid = "advanced_paid_fee"
        case payAmount = "pay_amount"
        case goodsAmount = "goods_amount"
        case discountAmount = "discount_amount"
        case created = "created_time"
        case confirmed = "confirm_time"
        case paid = "pay_time"
        case shipped = "shipping_time"
        case received = "receive_time"
        case modified = "updated_at"
        case receiverName = "receiver_name"
        case receiverPhone = "receiver_phone"
        case receiverAddress = "receiver_address"
        case buyerMemo = "buyer_memo"
        case remarkTag = "remark_tag"
        case logisticsID = "logistics_id"
        case trackingNumber = "tracking_number"
        case items = "item_list"
        case gifts = "gift_list"
        case extraParcels = "extra_delivery_list"
        case resentParcels = "resend_delivery_list"
        case giftParcels = "gift_delivery_list"
    }

    private static let fields = FieldTable(Field.self)

    /// What of an order is known only when all of it is read.
    private struct Draft {
        var row = OrderRow()
        var id: JSONScalar?
        var idText: JSONScalar?
        var status = PinduoduoStatus()
        var created: UTCInstant?
        var confirmed: UTCInstant?
        var modified: UTCInstant?
        var refundStatus = ByteRange.absent
        var carrier = ByteRange.absent
        var trackingNumber = ByteRange.absent
        var fullAddress = ByteRange.absent
        var advancePaidFen: Int64?
        var stepPaidFen: Int64?
        /// The parcels of the gifts, where they travel on their own.
        var giftParcels = 0..<0
    }

    /// Reads the row that the reader stands before: an order, or one that is rejected.
    mutating func readOrder(_ reader: inout JSONReader) throws(JSONError) {
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
        try readMembers(&reader, &draft)
        draft.row.items = firstItem..<items.count
        draft.row.parcels = firstParcel..<parcels.count
        finish(&draft, reader.text)
        let key = finishTimes(&draft)
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
        rows.append(RowKey(idHash: row.idHash, at: key))
        orders.append(row)
    }

    private mutating func readMembers(
        _ reader: inout JSONReader, _ draft: inout Draft
    ) throws(JSONError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard let field = Self.fields.field(key, in: reader.text) else {
                try reader.skipValue()
                continue
            }
            switch (field, try reader.peek()) {
            case (.items, .array):
                try reader.enterArray()
                while try reader.nextElement() { try readItem(&reader, isGift: false) }
            case (.items, .object):
                try readItem(&reader, isGift: false)
            case (.gifts, .array):
                try reader.enterArray()
                while try reader.nextElement() { try readItem(&reader, isGift: true) }
            case (.gifts, .object):
                try readItem(&reader, isGift: true)
            case (.extraParcels, .array), (.resentParcels, .array), (.giftParcels, .array):
                let first = parcels.count
                try reader.enterArray()
                while try reader.nextElement() { try readParcel(&reader) }
                draft.row.statesParcels = true
                if field == .giftParcels { draft.giftParcels = first..<parcels.count }
            case (.stepInfo, .object):
                try readMembers(&reader, &draft)
            case (.modified, .scalar):
                // Another time in its place would make this an older version than it is.
                draft.modified = faults.version(
                    try reader.readScalar(), reader.text, PinduoduoTime.parse)
            case (_, .scalar):
                set(field, try reader.readScalar(), reader.text, &draft)
            case (_, .array), (_, .object):
                if try reader.skipValue().count > 2 { reject(field) }
            }
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
            case .id: draft.id = value
            case .idText: draft.idText = value
            case .modified: draft.modified = faults.version(value, reader.text, PinduoduoTime.parse)
            default: break
            }
        }
        draft.row.id = texts.ownID(draft.id, draft.idText, .text, reader.text, &faults)
        reject(draft, texts.raw(from: start, reader), reader.text)
    }

    /// An object or a list where a text or a number belongs.
    private mutating func reject(_ field: Field) {
        switch field {
        case .id, .idText: faults.reject(.unusableID)
        case .modified: faults.reject(.unreadableTime)
        case .payAmount, .goodsAmount, .discountAmount, .postage: faults.reject(.malformedMoney)
        case .orderStatus, .refundStatus, .confirmStatus, .groupStatus, .stepStatus, .tradeType:
            faults.reject(.malformedMember)
        case .created, .confirmed, .paid, .shipped, .received, .remarkTag, .logisticsID,
            .trackingNumber, .extraParcels, .resentParcels, .giftParcels, .stepInfo:
            faults.leaveOut()
        default: break
        }
    }

    private mutating func set(
        _ field: Field, _ value: JSONScalar, _ text: UnsafeRawBufferPointer, _ draft: inout Draft
    ) {
        switch field {
        case .id: draft.id = value
        case .idText: draft.idText = value
        case .orderStatus: draft.status.order = state(value, text)
        case .refundStatus:
            draft.status.refund = state(value, text)
            draft.refundStatus = texts.identifier(value, text)
        case .confirmStatus: draft.status.confirm = state(value, text)
        case .groupStatus: draft.status.group = state(value, text)
        case .stepStatus: draft.status.step = state(value, text)
        case .tradeType:
            draft.row.type = texts.identifier(value, text)
            draft.status.isDeposit = state(value, text).map { $0 == 1 }
        case .payAmount: draft.row.paymentFen = faults.payment(value, text)
        case .goodsAmount: draft.row.totalFen = faults.money(value, text)
        case .discountAmount: draft.row.discountFen = faults.money(value, text)
        case .postage: draft.row.postFen = faults.money(value, text)
        case .created: draft.created = instant(value, text)
        case .confirmed: draft.confirmed = instant(value, text)
        case .paid: draft.row.paidAt = instant(value, text)
        case .shipped: draft.row.shippedAt = instant(value, text)
        case .received: draft.row.endedAt = instant(value, text)
        // Sealed texts are blank once the parcel is sent, or while the order is under review:
        // what was stored before must stay.
        case .receiverName: draft.row.receiverName = texts.identifier(value, text)
        case .receiverPhone: draft.row.receiverPhone = texts.identifier(value, text)
        case .receiverAddress: draft.row.receiverAddress = texts.identifier(value, text)
        case .address: draft.fullAddress = texts.identifier(value, text)
        case .province: draft.row.receiverState = texts.identifier(value, text)
        case .city: draft.row.receiverCity = texts.identifier(value, text)
        case .town: draft.row.receiverDistrict = texts.identifier(value, text)
        case .buyerMemo: draft.row.buyerMessage = texts.slot(value, text)
        // The seller can take them away again; then they are there, as null.
        case .remark:
            draft.row.sellerMemo = texts.slot(value, text)
            if value.kind == .null { draft.row.blanks.insert(.sellerMemo) }
        case .remarkTag:
            draft.row.sellerFlag = faults.number(value, text)
            if value.kind == .null { draft.row.blanks.insert(.sellerFlag) }
        case .logisticsID: draft.carrier = carrier(value, text)
        case .trackingNumber:
            if let number = texts.waybill(value, text) {
                draft.trackingNumber = number
            } else {
                faults.leaveOut()
            }
        case .stepPaid: draft.stepPaidFen = faults.payment(value, text)
        case .advancePaid: draft.advancePaidFen = faults.payment(value, text)
        case .items, .gifts:
            if !RowFaults.isBlank(value) { faults.reject(.malformedItems) }
        case .extraParcels, .resentParcels, .giftParcels:
            if !RowFaults.isBlank(value) { faults.leaveOut() }
        case .modified, .stepInfo: break
        }
    }

    private mutating func state(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer
    ) -> Int64? {
        faults.number(value, text, orReject: .malformedMember)
    }

    /// 0 stands for none.
    private mutating func carrier(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange
    {
        value.number(in: text) == 0 ? .absent : texts.reference(value, text, &faults)
    }

    /// A parcel beside that of the order itself.
    private mutating func readParcel(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.peek() == .object else {
            loseParcel()
            try reader.skipValue()
            return
        }
        var parcel = ParcelSlots(trackingNumber: .absent, company: .absent)
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch (Self.fields.field(key, in: reader.text), try reader.peek()) {
            case (.logisticsID, .scalar):
                parcel.company = carrier(try reader.readScalar(), reader.text)
            case (.trackingNumber, .scalar):
                if let number = texts.waybill(try reader.readScalar(), reader.text) {
                    parcel.trackingNumber = number
                } else {
                    loseParcel()
                }
            case (.trackingNumber, _):
                loseParcel()
                try reader.skipValue()
            default:
                try reader.skipValue()
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

    /// What follows from all members together, for the order and for its items.
    private mutating func finish(_ draft: inout Draft, _ text: UnsafeRawBufferPointer) {
        draft.row.id = texts.ownID(draft.id, draft.idText, .text, text, &faults)
        draft.status.isPaid = draft.row.paidAt != nil
        if !draft.status.isAbsent {
            draft.row.status = draft.status.unified
            draft.row.platformStatus = texts.composed(draft.status.text.utf8, text)
        }
        draft.row.createdAt = draft.confirmed ?? draft.created
        if draft.row.receiverAddress.isAbsent { draft.row.receiverAddress = draft.fullAddress }
        setSteps(&draft)
        let range = draft.row.items
        let sold = moveGiftsBehindOthers(range)
        // An order is never of gifts only: the list of what was sold is left out.
        draft.row.statesAllItems = !hasLostLine && !sold.isEmpty
        if hasLostParcel { draft.row.statesParcels = false }
        if sold.isEmpty, !range.isEmpty { faults.leaveOut() }
        if let first = range.first { draft.row.title = items[first].title }
        nameLines(range, text)
        for index in range {
            items[index].status = draft.row.status
            items[index].platformStatus = draft.row.platformStatus
            items[index].refundStatus = draft.refundStatus
            items[index].logisticsCompany = draft.carrier
            items[index].trackingNumber = draft.trackingNumber
            items[index].shippedAt = draft.row.shippedAt
            items[index].endedAt = draft.row.endedAt
            if sold.contains(index) {
                if sold.count == 1 { items[index].dividedFen = draft.row.paymentFen }
            } else if let parcel = draft.giftParcels.first {
                items[index].logisticsCompany = parcels[parcel].company
                items[index].trackingNumber = parcels[parcel].trackingNumber
            }
        }
        // Which line is in a further parcel is not stated; with one line there is no doubt.
        for parcel in draft.row.parcels {
            let isOfGifts = draft.giftParcels.contains(parcel)
            let lines = isOfGifts ? sold.upperBound..<range.upperBound : sold
            if lines.count == 1 { parcels[parcel].item = items[lines.lowerBound].id }
        }
    }

    /// Lines get the same numbers wherever the answer lists the gifts.
    /// - Returns: the lines that were sold.
    private mutating func moveGiftsBehindOthers(_ range: Range<Int>) -> Range<Int> {
        let gifts = items[range].filter { $0.isGift == true }
        guard !gifts.isEmpty else { return range }
        items.replaceSubrange(range, with: items[range].filter { $0.isGift != true } + gifts)
        return range.lowerBound..<range.upperBound - gifts.count
    }

    /// What was paid in steps. `advanced_paid_fee` is the deposit that was paid.
    private func setSteps(_ draft: inout Draft) {
        draft.row.stepStatus = draft.status.stepStatus
        switch draft.row.stepStatus {
        case .unpaid: draft.row.stepPaidFen = 0
        case .depositPaid:
            draft.row.stepPaidFen = draft.advancePaidFen ?? draft.stepPaidFen
            draft.row.depositPaidAt = draft.row.paidAt
        case .paid: draft.row.stepPaidFen = draft.row.paymentFen
        case .depositForfeited, .unknown: draft.row.stepPaidFen = draft.stepPaidFen
        case nil: break
        }
    }

    /// The times that order the row's versions and that the list selects by; the latter is the
    /// result.
    private mutating func finishTimes(_ draft: inout Draft) -> UTCInstant? {
        guard let at = draft.modified ?? draft.row.createdAt else {
            faults.reject(.unreadableTime)
            return nil
        }
        draft.row.modifiedAt = at
        // Another time in its place would make the row one that is outside of what was asked for.
        // A list by confirmation is counted: there a row needs no time of it.
        let key = sortsByCreation ? draft.confirmed : draft.modified
        if key == nil, !sortsByCreation { faults.reject(.unreadableTime) }
        if draft.modified == nil { faults.leaveOut() }
        return key
    }

    // MARK: Items

    enum ItemField: String, CaseIterable {
        case goodsID = "goods_id"
        case skuID = "sku_id"
        case name = "goods_name"
        case spec = "goods_spec"
        case price = "goods_price"
        case count = "goods_count"
        case outerSKUID = "outer_id"
        case outerID = "outer_goods_id"
    }

    private static let itemFields = FieldTable(ItemField.self)

    private mutating func readItem(
        _ reader: inout JSONReader, isGift: Bool
    ) throws(JSONError) {
        guard try reader.peek() == .object else { return try skipNoItem(&reader) }
        guard items.count - firstItem < RowTexts.linesMax else {
            try reader.skipValue()
            return faults.reject(.malformedItems)
        }
        var item = ItemRow()
        item.isGift = isGift
        var isLine = false
        try reader.enterObject()
        while let key = try reader.nextKey() {
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
            case .goodsID: item.goodsID = texts.reference(value, reader.text, &faults)
            case .skuID: item.skuID = texts.reference(value, reader.text, &faults)
            case .name: item.title = texts.slot(value, reader.text)
            case .spec: item.skuName = texts.slot(value, reader.text)
            case .price: item.priceFen = faults.money(value, reader.text)
            case .count:
                item.quantity = faults.number(value, reader.text, orReject: .malformedItems)
            case .outerSKUID: item.outerSKUID = texts.slot(value, reader.text)
            case .outerID: item.outerID = texts.slot(value, reader.text)
            }
        }
        // A line is there, but not what it is of.
        if !isLine { loseLine() }
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
        case .price: faults.reject(.malformedMoney)
        case .count: faults.reject(.malformedItems)
        case .goodsID, .skuID: faults.leaveOut()
        case .name, .spec, .outerSKUID, .outerID: break
        }
    }

    /// Lines have no number: one goes by its sku, else by its goods, and by its place
    /// where another line has the same.
    private mutating func nameLines(_ range: Range<Int>, _ text: UnsafeRawBufferPointer) {
        var (bases, taken): (Set<[UInt8]>, Set<[UInt8]>) = ([], [])
        for index in range {
            let item = items[index]
            let base = item.skuID.isAbsent ? item.goodsID : item.skuID
            let own = texts.bytes(base, text)
            if bases.insert(own).inserted, !own.isEmpty, taken.insert(own).inserted {
                items[index].id = base
                continue
            }
            var id = own + Array("#\(index - range.lowerBound + 1)".utf8)
            while !taken.insert(id).inserted { id.append(UInt8(ascii: "#")) }
            items[index].id = texts.composed(id, text)
        }
    }

    // MARK: Values

    private mutating func instant(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer
    ) -> UTCInstant? {
        faults.instant(value, text, PinduoduoTime.parse)
    }
}
