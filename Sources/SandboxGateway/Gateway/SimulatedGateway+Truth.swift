internal import WireFormat

/// What a shop truly holds, whatever its lists show: one JSON object a line.
extension SimulatedGateway {
    /// - Parameter part: `orders`, `refunds` or `parcels` of a shop; on Pinduoduo also
    ///   `promotions` and `goods`, which belong to no shop.
    /// - Returns: nil for a shop or a part that is not there.
    public func truth(shop name: String, of part: String = "orders") -> [UInt8]? {
        switch (configuration.platform, part) {
        case (.pinduoduo, "promotions"): return SimulatedGateway.lines(promotedOrders())
        case (.pinduoduo, "goods"): return SimulatedGateway.lines(promotedGoods())
        default: break
        }
        guard let number = shopNumber(name) else { return nil }
        let orders = world.shops[number].orders
        let lines: [Line]
        switch (configuration.platform, part) {
        case (.taobao, "orders"): lines = orders.map(topOrder)
        case (.taobao, "refunds"): lines = orders.flatMap(topRefunds)
        case (.taobao, "parcels"): lines = orders.flatMap(topParcels)
        case (.pinduoduo, "orders"): lines = orders.compactMap(pddOrder)
        case (.pinduoduo, "refunds"): lines = orders.compactMap(pddRefund)
        case (.pinduoduo, "parcels"): lines = orders.flatMap(pddParcels)
        default: return nil
        }
        return SimulatedGateway.lines(lines)
    }

    /// Writes the members of one line.
    typealias Line = (inout JSONWriter) -> Void

    private static func lines(_ lines: [Line]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            var json = JSONWriter()
            json.object(line)
            bytes += json.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
