import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// The changes that a live demo shows as they arrive: one line each.
struct DemoChanges {
    let path: String
    /// The newest change that has been shown; nil until the history is loaded.
    private var shown: Int64?

    /// Lines at most at a time; a burst is summed up.
    private static let linesMax: Int64 = 20

    init(path: String) {
        self.path = path
    }

    /// The lines of what arrived since the last call; the first call only takes the position.
    mutating func next() throws -> [String] {
        guard let last = shown else {
            shown = try OrderStore.newestChange(path: path)
            return []
        }
        let changes = try OrderStore.readChanges(
            path: path, after: last, limit: Self.linesMax)
        guard let newest = changes.last else { return [] }
        shown = newest.sequence
        var lines = changes.map { Self.line($0) }
        if changes.count == Self.linesMax {
            let newest = try OrderStore.newestChange(path: path)
            let left = newest - (shown ?? newest)
            if left > 0 { lines.append("… and \(DisplayText.count(Int(left), "more change"))") }
            shown = newest
        }
        return lines
    }

    /// `12:00:03  demo  order 7302581  paid → shipped`, Beijing time.
    static func line(_ change: ChangeLine) -> String {
        let time = BeijingTime.text(UTCInstant(seconds: change.changedAt)).suffix(8)
        let what =
            switch change.entity {
            case "order": ""
            case "shipment": "parcel "
            case "affiliate_order": "promotion "
            case "goods_price": "price "
            default: "\(change.entity) "
            }
        let new = change.newStatus ?? "unknown"
        let happened =
            switch change.kind {
            case "created": "new: \(new)"
            case "deleted": "deleted"
            default:
                if let old = change.oldStatus, old != new {
                    "\(old) → \(new)"
                } else {
                    "\(new), changed"
                }
            }
        return "\(time)  \(change.shop)  order \(change.order)  \(what)\(happened)"
    }
}
