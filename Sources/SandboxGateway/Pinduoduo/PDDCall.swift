internal import SyncCore
internal import WireFormat

/// A call that has passed the gateway's checks, with readers for its parameters.
struct PDDCall: Sendable {
    let method: PDDMethod
    let parameters: [String: String]
    /// The place of the shop whose token it carries; 0 if the method needs none.
    let shop: Int
    let host: String

    func text(_ name: String) -> String? { parameters[name] }

    func number(_ name: String) throws(PDDError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text) else { throw .parameter(name) }
        return number
    }

    func number(_ name: String, in range: ClosedRange<Int64>) throws(PDDError) -> Int64? {
        guard let number = try number(name) else { return nil }
        guard range.contains(number) else { throw .parameter(name) }
        return number
    }

    /// One of some numbers; `all` stands for every one of them and is answered as nil.
    func choice(
        _ name: String, _ values: ClosedRange<Int64>, all: Int64
    ) throws(PDDError) -> Int64? {
        guard let number = try number(name) else { return nil }
        if number == all { return nil }
        guard values.contains(number) else { throw .parameter(name) }
        return number
    }

    /// Only the lower-case words count.
    func flag(_ name: String) throws(PDDError) -> Bool? {
        switch text(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw .parameter(name)
        }
    }

    /// A list, which is JSON in a text.
    func list(_ name: String) throws(PDDError) -> [String]? {
        guard let text = text(name) else { return nil }
        let value = try? Array(text.utf8).withUnsafeBytes { try JSONValue.parse($0) }
        guard case .array(let elements)? = value else { throw .parameter(name) }
        return elements.compactMap(\.text)
    }

    /// Both bounds in seconds since 1970, inclusive.
    func times(
        _ start: String, _ end: String, secondsMax: Int64, called span: String
    ) throws(PDDError) -> ClosedRange<UTCInstant> {
        guard let low = try number(start, in: 0...1 << 40) else { throw .parameter(start) }
        guard let high = try number(end, in: 0...1 << 40), high >= low else {
            throw .parameter(end)
        }
        guard high - low <= secondsMax else { throw .spanTooLong(span) }
        return UTCInstant(seconds: low)...UTCInstant(seconds: high)
    }

    func page(sizes: ClosedRange<Int64> = 1...100, counts: Bool) throws(PDDError) -> ListPage {
        let number = try number("page", in: 1...10_000) ?? 1
        let size = try self.number("page_size", in: sizes) ?? 100
        return ListPage(
            offset: Int((number - 1) * size), size: Int(size), wantsHasNext: !counts)
    }
}
