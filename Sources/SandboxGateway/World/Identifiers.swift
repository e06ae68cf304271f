/// The numbers of orders, sub-orders and refunds: 19 digits for orders (above 2^53, so that a
/// decoder that passes through floating point shows itself), made so that the place of an order
/// in its shop can be read back.
enum Identifiers {
    /// A shop's ids lie in their own range, a thousandth of the whole.
    static func tid(shop: Int, serial: Int, item: Int, salt: UInt64) -> Int64 {
        let slot = Int64(serial * slotsPerOrder + item)
        return tidBase + Int64(shop) * tidsPerShop + slot * 1_000_000 + Int64(salt % 1_000_000)
    }

    /// The order's number in its shop, if the id is of that shop's range.
    static func serial(tid: Int64, shop: Int) -> Int? {
        let offset = tid - tidBase - Int64(shop) * tidsPerShop
        guard (0..<tidsPerShop).contains(offset) else { return nil }
        return Int(offset / 1_000_000) / slotsPerOrder
    }

    /// 18 digits.
    static func refund(shop: Int, serial: Int, item: Int) -> Int64 {
        refundBase + Int64(shop) * refundsPerShop + Int64(serial * slotsPerOrder + item)
    }

    /// The order's number in its shop and the sub-order's place in the order.
    static func place(refund: Int64, shop: Int) -> (serial: Int, item: Int)? {
        let offset = refund - refundBase - Int64(shop) * refundsPerShop
        guard (0..<refundsPerShop).contains(offset) else { return nil }
        return (Int(offset) / slotsPerOrder, Int(offset) % slotsPerOrder)
    }

    /// One for the order and up to seven for its sub-orders.
    private static let slotsPerOrder = 8
    private static let tidBase: Int64 = 3_147_000_000_000_000_000
    private static let tidsPerShop: Int64 = 5_000_000_000_000_000
    private static let refundBase: Int64 = 231_900_000_000_000_000
    private static let refundsPerShop: Int64 = 10_000_000_000
}
