/// Which members of a trade and of its sub-orders a call asks for.
struct TradeSelection: Hashable, Sendable {
    var trade = FieldSet<TradeField>()
    var items = FieldSet<ItemField>()
    /// With `simplify=true` lists lose their inner level.
    var isSimplified = false

    /// Reads a `fields` parameter: trade fields by name, `orders` for whole sub-orders,
    /// `orders.oid` for one member of them. Names that the method does not have are left out in
    /// silence, as the platform does.
    init(
        fields: String, allowed: FieldSet<TradeField>, items allowedItems: FieldSet<ItemField>,
        isSimplified: Bool
    ) {
        self.isSimplified = isSimplified
        for part in fields.split(separator: ",") {
            let name = String(part.filter { $0 != " " })
            if name == "orders" {
                items = ItemField.complete
                trade.insert(.orders)
            } else if name.hasPrefix("orders.") {
                guard let place = ItemField.names.firstIndex(of: String(name.dropFirst(7)))
                else { continue }
                items.insert(ItemField.allCases[place])
                trade.insert(.orders)
            } else if let place = TradeField.names.firstIndex(of: name) {
                trade.insert(TradeField.allCases[place])
            }
        }
        // The platform makes `oaid` out of these; without them there is none (api 54).
        if !trade.isSuperset(of: TradeSelection.oaidSources) {
            trade = trade.subtracting([.oaid])
        }
        trade = trade.intersection(allowed)
        items = items.intersection(allowedItems)
    }

    func without(_ fields: FieldSet<TradeField>) -> TradeSelection {
        var selection = self
        selection.trade = trade.subtracting(fields)
        return selection
    }

    private static let oaidSources: FieldSet<TradeField> = [
        .receiverName, .receiverAddress, .created, .receiverMobile, .receiverPhone,
    ]
}
