/// An answer, whatever its status.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// The body, unpacked, without a byte order mark; UTF-8 unless `encoding` is unknown.
    public var body: [UInt8]
    public var encoding = BodyEncoding.utf8
    /// The `Date` header's text; empty without one.
    public var date: String
    /// The host that a redirect leads to; nil without one, or where its name is not a plain one.
    public var redirectHost: String?
}
