public import SyncCore
internal import WireFormat

extension SellerIdentity {
    /// A number in exponent form was rounded on its way, and is no number of an account.
    /// A name of an answer whose encoding was guessed is none.
    init(id: JSONValue?, nick: String?, _ response: PlatformResponse) {
        var number = id?.text ?? ""
        if case .number? = id, !number.utf8.allSatisfy({ (48...57).contains($0) }) { number = "" }
        self.init(id: number, nick: response.isTextCertain ? nick ?? "" : "")
    }
}

extension OrderPage {
    /// The name that Taobao writes into each of a seller's orders: the first that is a whole one.
    /// Nil where there is none, and where the answer's encoding was guessed.
    public var sellerNick: String? {
        guard isTextCertain else { return nil }
        for order in orders.prefix(Self.nicksRead) where !order.raw.isAbsent {
            let row = bytes.withUnsafeBytes {
                try? JSONValue.parse(UnsafeRawBufferPointer(rebasing: $0[order.raw.range]))
            }
            let nick = SellerIdentity(nick: row?["seller_nick"]?.text ?? "").nick
            if !nick.isEmpty { return nick }
        }
        return nil
    }

    /// Orders of a page that a name is looked for in.
    private static let nicksRead = 5

    public var orderIDs: [String] { orders.compactMap { text($0.id) } }
}
