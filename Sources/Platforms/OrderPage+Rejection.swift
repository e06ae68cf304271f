internal import SyncCore

extension OrderPage {
    /// The answer to a question about one order is that order, but cannot be stored.
    func isRejection(of id: String) -> Bool {
        orders.isEmpty && rejected.count == 1 && rejected[0].id == id
    }
}
