/// A shop's key in the database and in the process.
public struct ShopID: Hashable, Sendable {
    public var rawValue: Int64

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// An app's position in the configuration.
public struct AppID: Hashable, Sendable {
    public var rawValue: Int

    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }
}

/// One call to a platform, unique within the process.
public struct CallID: Hashable, Sendable {
    public var rawValue: UInt64

    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }
}

/// One feed of one shop.
public struct StreamID: Hashable, Sendable {
    public var shop: ShopID
    public var kind: StreamKind

    public init(shop: ShopID, kind: StreamKind) {
        self.shop = shop
        self.kind = kind
    }
}

/// The feeds of a shop; the raw value is the name in the database and in logs.
public enum StreamKind: String, CaseIterable, Sendable {
    /// Changes as they happen, by modification time.
    case orders
    /// History, by creation time, newest first.
    case backfill
}
