public import SyncCore
public import WireFormat

extension PersonalFilter {
    /// Hides in a page what the policy does not keep. Hidden texts stand behind the page's bytes;
    /// the bytes before are in memory only, and no row refers to them any more.
    public func apply(to page: inout OrderPage) {
        page.policy = policy
        if policy.storesAll { return }
        if policy.raw == .mask { page.bytes.reserveCapacity(page.bytes.count * 2) }
        for index in page.orders.indices {
            var row = page.orders[index]
            row.buyer = column(row.buyer, .name, in: &page.bytes)
            row.buyerID = column(row.buyerID, .identity, in: &page.bytes)
            row.receiverName = column(row.receiverName, .name, in: &page.bytes)
            row.receiverPhone = column(row.receiverPhone, .phone, in: &page.bytes)
            row.receiverState = column(row.receiverState, .area, in: &page.bytes)
            row.receiverCity = column(row.receiverCity, .area, in: &page.bytes)
            row.receiverDistrict = column(row.receiverDistrict, .area, in: &page.bytes)
            row.receiverAddress = column(row.receiverAddress, .place, in: &page.bytes)
            row.receiverZip = column(row.receiverZip, .place, in: &page.bytes)
            row.buyerMessage = column(row.buyerMessage, .message, in: &page.bytes)
            row.raw = raw(row.raw, in: &page.bytes)
            page.orders[index] = row
        }
    }
}
