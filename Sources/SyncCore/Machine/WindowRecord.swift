/// A row of the ledger of windows: an interval that is not completely read yet.
public struct WindowRecord: Equatable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        /// Known to be open, not begun.
        case planned
        /// Being read: `[start, openEnd)` is still open.
        case open
        /// Being read, and its answers were not believed lately.
        case suspect
        /// Read, and waiting for older windows before the cursor can pass it.
        case done
    }

    public var window: TimeWindow
    public var openEnd: UTCInstant
    public var state: State
    public var calls: Int
    public var rows: Int

    public init(window: TimeWindow, openEnd: UTCInstant, state: State, calls: Int, rows: Int) {
        self.window = window
        self.openEnd = openEnd
        self.state = state
        self.calls = calls
        self.rows = rows
    }
}
