public import SyncCore

/// A watched price fell below the mark that was set for it.
public struct PriceDrop: Equatable, Sendable {
    public var shop: ShopID
    public var goods: String
    public var pid: String
    public var name: String
    public var finalFen: Int64
    /// What it was; nil if it was not known, or not on offer.
    public var oldFen: Int64?
    public var belowFen: Int64
}
