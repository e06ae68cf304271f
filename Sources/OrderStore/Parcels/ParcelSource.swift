/// Who names a parcel. The raw values are bits of `shipments.named_by`.
enum ParcelSource: Int64 {
    /// A line of the order.
    case line = 1
    /// The order's list of further parcels.
    case order = 2
    /// The platform's list of an order's parcels.
    case listing = 4
}
