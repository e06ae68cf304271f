internal import SyncCore

/// A parcel on its way; the sub-orders in it point at it by its place in the order's list.
struct ParcelRecord: Sendable {
    let consigned: UTCInstant
    let salt: UInt64

    var company: (name: String, prefix: String) {
        Catalogue.couriers[Int(salt % UInt64(Catalogue.couriers.count))]
    }

    /// The way bill number: `invoice_no` of the sub-orders, `out_sid` of the logistics methods.
    var waybill: String {
        "\(company.prefix)\(1_000_000_000_000 + Int64(salt >> 8) % 8_999_999_999_999)"
    }
}
