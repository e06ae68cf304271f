/// One page to ask for. Bounds are inclusive whole seconds, as both platforms take them.
public struct PageRequest: Equatable, Sendable {
    public var from: UTCInstant
    public var through: UTCInstant
    /// 1 is the page with the newest rows.
    public var pageNumber: Int
    /// Ask for the number of rows in the window; else only whether more follow.
    public var wantsTotal: Bool
    public var pageSize: Int

    public init(
        from: UTCInstant, through: UTCInstant, pageNumber: Int = 1, wantsTotal: Bool = false,
        pageSize: Int
    ) {
        self.from = from
        self.through = through
        self.pageNumber = pageNumber
        self.wantsTotal = wantsTotal
        self.pageSize = pageSize
    }
}
