/// How a verification ended.
public struct VerifyResult: Equatable, Sendable {
    public struct Finding: Equatable, Sendable {
        /// The kind of a row that the platform showed and that could not be read.
        public static let rejected = "rejected"

        public var order: String
        public var kind: String
        public var platformModifiedAt: Int64?
        public var storedModifiedAt: Int64?
        public var isRepaired: Bool
        /// What differed: columns of the order, and `item ID COLUMN`, `item ID missing` or
        /// `item ID surplus` of its lines.
        public var columns: [String] = []
    }

    /// Orders that the platform showed, and that the database holds, created in the range.
    public var platformOrders: Int64 = 0
    public var storedOrders: Int64 = 0
    /// Of those of the platform, orders that were purged here: there is nothing to compare.
    public var purgedOrders: Int64 = 0
    /// Orders with columns that a privacy policy hides: those columns were not compared.
    public var hiddenOrders: Int64 = 0
    /// Orders with stored columns that the platform's lists do not state, and those columns: they
    /// were not compared.
    public var unstatedOrders: Int64 = 0
    public var unstatedColumns: [String] = []
    /// What differs still.
    public var standing: [Finding] = []
    /// What differed and was repaired.
    public var repaired: [Finding] = []
    /// Rows of the platform that could not be compared, because they could not be read.
    public var notCompared: Int { standing.count { $0.kind == Finding.rejected } }
    /// Differed when it was read; the sync has caught up since.
    public var caughtUp: Int64 = 0

    public init() {}
}
