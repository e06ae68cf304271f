/// The unified status of a parcel; the database stores the raw value.
public enum ParcelStatus: String, CaseIterable, Sendable {
    /// Sent, and no courier has scanned it yet.
    case pending
    case collected
    case inTransit = "in_transit"
    case outForDelivery = "out_for_delivery"
    case delivered
    /// Lost, refused, or its delivery failed: a person should look.
    case exception
    case returned
    /// The seller has replaced its waybill number by another one.
    case replaced
    /// The platform said something that its table does not know; `platform_status` holds it.
    case unknown

    /// Nothing more is expected to happen.
    public var isFinal: Bool {
        switch self {
        case .delivered, .returned, .replaced: true
        case .pending, .collected, .inTransit, .outForDelivery, .exception, .unknown: false
        }
    }
}
