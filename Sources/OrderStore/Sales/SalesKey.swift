/// The group of one line of a sales report. Nil where the platform did not state it.
public enum SalesKey: Hashable, Sendable {
    /// A Beijing day, counted from 1970-01-01.
    case day(Int64)
    case shop(String)
    case status(String)
    case province(String?)
    /// Goods of a shop, by the platform's number; by their title where it gave none.
    case item(shop: String, id: String?)
}
