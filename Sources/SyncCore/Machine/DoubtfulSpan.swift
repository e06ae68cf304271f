/// A span that counts as read because repeated answers showed nothing else, not because one of
/// them proved it.
public struct DoubtfulSpan: Equatable, Sendable {
    public var window: TimeWindow
    public var doubt: Doubt

    public init(window: TimeWindow, doubt: Doubt) {
        self.window = window
        self.doubt = doubt
    }
}
