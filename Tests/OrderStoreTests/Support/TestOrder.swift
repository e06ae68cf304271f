import SyncCore

/// An order as a test states it: everything but id and time may be left out, as in an answer.
struct TestOrder: Sendable {
    var id: String
    var modified: Int64
    var status = OrderStatus.paid
    var payment: Int64?
    var texts: [(any WritableKeyPath<OrderRow, ByteRange> & Sendable, String)] = []
    var items: [TestItem] = []
    /// Numbers of parcels that the order names beside those of its items.
    var parcels: [String] = []
    /// The JSON as received; made from what the order states if left out.
    var raw: [UInt8]?
    /// Anything else.
    var edit: @Sendable (inout OrderRow) -> Void = { _ in }

    init(_ id: String, at modified: Int64, _ status: OrderStatus = .paid, payment: Int64? = nil) {
        self.id = id
        self.modified = modified
        self.status = status
        self.payment = payment
    }

    func with(_ change: (inout TestOrder) -> Void) -> TestOrder {
        var copy = self
        change(&copy)
        return copy
    }

    /// Differs whenever anything that the order states does.
    var rawBytes: [UInt8] {
        if let raw { return raw }
        let texts = self.texts.map(\.1).joined(separator: ",")
        let items = self.items.map { "\($0.id)\($0.quantity ?? -1)\($0.status)" }.joined()
        let money = payment.map { "\($0)" } ?? "-"
        let text = "{\"tid\":\(id),\"m\":\(modified),\"s\":\"\(status.rawValue)\",\"p\":\(money)}"
        return Array((text + texts + items).utf8)
    }
}

struct TestItem: Sendable {
    var id: String
    var quantity: Int64?
    var status = OrderStatus.paid
    var statesStatus = true
    var shippedAt: Int64?
    var isGift: Bool?
    var texts: [(any WritableKeyPath<ItemRow, ByteRange> & Sendable, String)] = []
    /// Anything else.
    var edit: @Sendable (inout ItemRow) -> Void = { _ in }

    init(_ id: String, quantity: Int64? = nil, status: OrderStatus = .paid) {
        self.id = id
        self.quantity = quantity
        self.status = status
    }
}

/// Lays orders out as an adapter does: all texts in one buffer, rows of slots into it.
func page(_ orders: [TestOrder], _ source: RecordSource = .list) -> OrderPage {
    var page = OrderPage(bytes: Array("{}".utf8), source: source)
    func lay(_ bytes: [UInt8], into page: inout OrderPage) -> ByteRange {
        defer { page.bytes += bytes }
        return ByteRange(offset: page.bytes.count, count: bytes.count)
    }
    for order in orders {
        var row = OrderRow()
        row.id = lay(Array(order.id.utf8), into: &page)
        row.status = order.status
        row.platformStatus = lay(Array("P_\(order.status.rawValue)".utf8), into: &page)
        row.paymentFen = order.payment
        row.modifiedAt = UTCInstant(seconds: order.modified)
        for (field, text) in order.texts {
            row[keyPath: field] = lay(Array(text.utf8), into: &page)
        }
        let first = page.items.count
        for item in order.items {
            var line = ItemRow()
            line.id = lay(Array(item.id.utf8), into: &page)
            line.quantity = item.quantity
            line.status = item.status
            line.shippedAt = item.shippedAt.map { UTCInstant(seconds: $0) }
            line.isGift = item.isGift
            if item.statesStatus {
                line.platformStatus = lay(Array("P_\(item.status.rawValue)".utf8), into: &page)
            }
            for (field, text) in item.texts {
                line[keyPath: field] = lay(Array(text.utf8), into: &page)
            }
            item.edit(&line)
            page.items.append(line)
        }
        row.items = first..<page.items.count
        let firstParcel = page.parcels.count
        for number in order.parcels {
            let slot = lay(Array(number.utf8), into: &page)
            page.parcels.append(ParcelSlots(trackingNumber: slot, company: .absent))
        }
        row.parcels = firstParcel..<page.parcels.count
        row.raw = lay(order.rawBytes, into: &page)
        row.contentHash = fnv(order.rawBytes)
        order.edit(&row)
        page.orders.append(row)
    }
    return page
}

/// FNV-1a, 64 bits: any hash will do.
private func fnv(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}
