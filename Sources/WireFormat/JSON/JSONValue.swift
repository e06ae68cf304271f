internal import SyncCore

/// A JSON value as a tree, for answers that are small and rare; the lists of orders are read
/// without one. Numbers stay text: ids exceed what a double can hold.
public indirect enum JSONValue: Equatable, Sendable {
    /// `range` is its place in the text, braces included.
    case object([Member], range: Range<Int>)
    case array([JSONValue])
    case string(String)
    case number(String)
    case flag(Bool)
    case null
    /// A container that is nested deeper than `JSONReader.depthMax`: its content is not read.
    case tooDeep(range: Range<Int>)

    public struct Member: Equatable, Sendable {
        public var name: String
        public var value: JSONValue
    }

    /// Parses a whole text.
    public static func parse(_ text: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        var reader = JSONReader(text)
        let value = try read(&reader)
        try reader.expectEnd()
        return value
    }

    private static func read(_ reader: inout JSONReader) throws(JSONError) -> JSONValue {
        switch try reader.peek() {
        case .object, .array:
            if reader.isAtDepthMax {
                return .tooDeep(range: try reader.skipDeepValue().slot.range)
            }
            return try readContainer(&reader)
        case .scalar:
            return scalar(try reader.readScalar(), in: reader.text)
        }
    }

    private static func readContainer(_ reader: inout JSONReader) throws(JSONError) -> JSONValue {
        if try reader.peek() == .object {
            var members: [Member] = []
            let start = reader.offset
            try reader.enterObject()
            while let key = try reader.nextKey() {
                let name = text(of: key, in: reader.text)
                members.append(Member(name: name, value: try read(&reader)))
            }
            return .object(members, range: start..<reader.offset)
        }
        var elements: [JSONValue] = []
        try reader.enterArray()
        while try reader.nextElement() { elements.append(try read(&reader)) }
        return .array(elements)
    }

    private static func scalar(
        _ scalar: JSONScalar, in text: UnsafeRawBufferPointer
    ) -> JSONValue {
        switch scalar.kind {
        case .yes: .flag(true)
        case .no: .flag(false)
        case .null: .null
        case .number: .number(self.text(of: scalar.slot, in: text))
        case .string: .string(self.text(of: scalar.slot, in: text))
        }
    }

    private static func text(of slot: ByteRange, in text: UnsafeRawBufferPointer) -> String {
        var bytes: [UInt8] = []
        JSONText.unescape(UnsafeRawBufferPointer(rebasing: text[slot.range]), into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Reading

    /// The member of that name; nil when there is none, or when it is null.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members, _) = self,
            let value = members.first(where: { $0.name == name })?.value, value != .null
        else { return nil }
        return value
    }

    /// The text of a string or a number; nil for anything else, the empty string included.
    public var text: String? {
        switch self {
        case .string(let text), .number(let text): text.isEmpty ? nil : text
        case .object, .array, .flag, .null, .tooDeep: nil
        }
    }

    public var integer: Int64? { text.flatMap { Int64($0) } }

    /// A boolean, or the text of one.
    public var flag: Bool? {
        switch self {
        case .flag(let flag): flag
        case .string("true"): true
        case .string("false"): false
        case .string, .number, .object, .array, .null, .tooDeep: nil
        }
    }

    /// The elements of a list that may come as `{"item": […]}`, as one object instead of a list,
    /// or as the list itself.
    public func list(_ item: String) -> [JSONValue] {
        switch self {
        case .array(let elements):
            return elements
        case .object:
            guard let inner = self[item] else { return [] }
            if case .array(let elements) = inner { return elements }
            return [inner]
        case .string, .number, .flag, .null, .tooDeep:
            return []
        }
    }

    /// A value within it is nested deeper than `JSONReader.depthMax`.
    public var isTooDeep: Bool {
        switch self {
        case .tooDeep: true
        case .object(let members, _): members.contains { $0.value.isTooDeep }
        case .array(let elements): elements.contains { $0.isTooDeep }
        case .string, .number, .flag, .null: false
        }
    }
}
