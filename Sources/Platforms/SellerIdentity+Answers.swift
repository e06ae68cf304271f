public import SyncCore
internal import WireFormat

extension SellerIdentity {
    /// A number in exponent form was rounded on its way, and is no number of an account.
    init(id: JSONValue?, nick: String?) {
        var number = id?.text ?? ""
        if case .number? = id, !number.utf8.allSatisfy({ (48...57).contains($0) }) { number = "" }
        self.init(id: number, nick: nick ?? "")
    }
}

extension OrderPage {
    /// The name that Taobao writes into each of a seller's orders; nil where there is none.
    public var sellerNick: String? {
        guard let first = orders.first, !first.raw.isAbsent else { return nil }
        let row = bytes.withUnsafeBytes {
            try? JSONValue.parse(UnsafeRawBufferPointer(rebasing: $0[first.raw.range]))
        }
        return row?["seller_nick"]?.text
    }

    public var orderIDs: [String] { orders.compactMap { text($0.id) } }
}
