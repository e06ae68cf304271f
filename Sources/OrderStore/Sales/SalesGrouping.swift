/// What the lines of a sales report stand for.
public enum SalesGrouping: String, CaseIterable, Sendable {
    case day, shop, status, item, province
}
