/// How much of a presale order is paid: a deposit first, the rest later. The raw value is stored in
/// the database.
public enum StepStatus: String, CaseIterable, Sendable {
    case unpaid
    case depositPaid = "deposit_paid"
    case paid
    /// The rest was not paid in time: the seller keeps the deposit.
    case depositForfeited = "deposit_forfeited"
    /// The platform sent a state that its table does not contain.
    case unknown
}
