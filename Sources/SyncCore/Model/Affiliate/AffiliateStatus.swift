/// The unified status of an order that a promoter brought; the database stores the raw value.
public enum AffiliateStatus: String, CaseIterable, Sendable {
    case paid
    /// The group is complete: the order stands.
    case grouped
    case received
    /// The platform has found it in order; the commission is to be settled.
    case verified
    /// Found not in order: no commission.
    case failed
    case settled
    /// Taken for fraud.
    case punished
    /// The platform sent a status that its table does not know.
    case unknown
}
