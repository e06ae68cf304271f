/// The unified status of a refund; the database stores the raw value.
public enum RefundStatus: String, CaseIterable, Sendable {
    /// The buyer asks for it.
    case requested
    /// Agreed; the goods are to come back.
    case returning
    /// The goods are on their way back or here: the seller has to confirm.
    case returned
    case refused
    /// Agreed; the money is on its way back.
    case refunding
    /// The goods are exchanged instead.
    case exchanging
    /// The money went back.
    case completed
    case closed
    /// The platform sent a status that its table does not know.
    case unknown
}
