public import SyncCore

/// A promotion place of a promoter: links carry it, orders name it.
public struct PromotionPlace: Equatable, Sendable {
    public var pid: String
    public var name: String
    public var createdAt: UTCInstant?
    public var mediaID: String?
}
