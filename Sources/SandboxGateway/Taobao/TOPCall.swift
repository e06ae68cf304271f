internal import SyncCore
internal import WireFormat

/// A call that has passed the gateway's checks, with readers for its parameters.
struct TOPCall: Sendable {
    let method: TOPMethod
    let parameters: [String: String]
    /// The place of the shop whose session it carries; 0 if the method needs none.
    let shop: Int

    var isSimplified: Bool { parameters["simplify"] == "true" }

    func text(_ name: String) -> String? {
        parameters[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func date(_ name: String) throws(TOPError) -> UTCInstant? {
        guard let text = text(name) else { return nil }
        guard text.utf8.count == 19, let instant = BeijingTime.parse(text) else {
            throw .invalidArgument(name)
        }
        return instant
    }

    func number(_ name: String) throws(TOPError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text) else { throw .invalidArgument(name) }
        return number
    }

    func flag(_ name: String) throws(TOPError) -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        default: throw .invalidArgument(name)
        }
    }

    /// `page_no` from 1, `page_size` from 1 to 100 and 40 if not given.
    func page() throws(TOPError) -> ListPage {
        let number = try number("page_no") ?? 1
        guard number >= 1, number <= 1_000_000 else { throw .invalidParameter("page_no") }
        let size = try self.number("page_size") ?? 40
        guard (1...100).contains(size) else { throw .invalidParameter("page_size") }
        return ListPage(
            offset: Int((number - 1) * size), size: Int(size),
            wantsHasNext: try flag("use_has_next"))
    }
}
