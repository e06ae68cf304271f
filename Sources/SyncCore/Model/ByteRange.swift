/// A range of bytes in a page's buffer. Texts of an order stay where the platform's answer put
/// them, so that they reach the database without a copy in between.
public struct ByteRange: Hashable, Sendable {
    public var offset: UInt32
    public var count: UInt32

    public init(offset: Int, count: Int) {
        self.offset = UInt32(offset)
        self.count = UInt32(count)
    }

    private init() {
        offset = .max
        count = 0
    }

    /// The answer did not state the value; a stored one stays as it is.
    public static let absent = ByteRange()

    public var isAbsent: Bool { offset == .max }

    public var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
}
