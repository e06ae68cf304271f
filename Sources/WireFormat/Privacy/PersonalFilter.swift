public import SyncCore

/// Keeps of an answer what the privacy policy allows: a pure transform between decoding and
/// storing. Hashes are not its business: they stay those of the answer as it came, so that an
/// identical re-read is still recognised.
public struct PersonalFilter: Sendable {
    public let policy: PrivacyPolicy
    private let members: PersonalMembers

    public init(policy: PrivacyPolicy, members: PersonalMembers) {
        self.policy = policy
        self.members = members
    }

    /// A column's text: as it is, masked behind `bytes`, or absent.
    public func column(
        _ slot: ByteRange, _ kind: PersonalText, in bytes: inout [UInt8]
    ) -> ByteRange {
        guard policy.receiver != .store, !slot.isAbsent else { return slot }
        if policy.receiver == .drop { return .absent }
        let mask = bytes.withUnsafeBytes { all in
            kind.mask(UnsafeRawBufferPointer(rebasing: all[slot.range]))
        }
        return mask.map { Self.append($0, to: &bytes) } ?? slot
    }

    /// A row's JSON: as it is, rewritten behind `bytes`, or empty.
    public func raw(_ slot: ByteRange, in bytes: inout [UInt8]) -> ByteRange {
        guard policy.raw != .store, !slot.isAbsent else { return slot }
        let rewritten = bytes.withUnsafeBytes { all in
            json(UnsafeRawBufferPointer(rebasing: all[slot.range]))
        }
        return rewritten.map { Self.append($0, to: &bytes) } ?? slot
    }

    /// The JSON without what the policy hides; nil when it may stay byte for byte. What cannot be
    /// read as JSON is dropped because its content is unknown.
    public func json(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        switch policy.raw {
        case .store: return nil
        case .drop: return text.isEmpty ? nil : []
        case .mask: break
        }
        if text.isEmpty { return nil }
        do throws(JSONError) {
            return try rewrite(text, nesting: 0)
        } catch {
            return []
        }
    }

    private static func append(_ text: [UInt8], to bytes: inout [UInt8]) -> ByteRange {
        defer { bytes.append(contentsOf: text) }
        return ByteRange(offset: bytes.count, count: text.count)
    }

    // MARK: Rewriting

    /// JSON in a text in JSON in a text: no answer nests it deeper.
    private static let nestingMax = 3

    /// The rewritten text, copied in runs between the values that change.
    private struct Output {
        var bytes: [UInt8] = []
        var copied = 0
        var isChanged = false

        mutating func replace(
            _ range: Range<Int>, of text: UnsafeRawBufferPointer, by value: [UInt8]
        ) {
            if !isChanged { bytes.reserveCapacity(text.count) }
            bytes.append(contentsOf: text[copied..<range.lowerBound])
            bytes.append(contentsOf: value)
            copied = range.upperBound
            isChanged = true
        }
    }

    /// Nil if nothing changes.
    private func rewrite(
        _ text: UnsafeRawBufferPointer, nesting: Int
    ) throws(JSONError) -> [UInt8]? {
        var reader = JSONReader(text)
        var output = Output()
        try walk(&reader, &output, nesting)
        try reader.expectEnd()
        guard output.isChanged else { return nil }
        output.bytes.append(contentsOf: text[output.copied...])
        return output.bytes
    }

    private func walk(
        _ reader: inout JSONReader, _ output: inout Output, _ nesting: Int
    ) throws(JSONError) {
        switch try reader.peek() {
        case .object:
            try reader.enterObject()
            while let key = try reader.nextKey() {
                let name = UnsafeRawBufferPointer(rebasing: reader.text[key.range])
                let hasEscapes = name.contains(UInt8(ascii: "\\"))
                if let kind = members.kind(of: name, hasEscapes: hasEscapes) {
                    try hide(kind, &reader, &output)
                } else {
                    try walk(&reader, &output, nesting)
                }
            }
        case .array:
            try reader.enterArray()
            while try reader.nextElement() { try walk(&reader, &output, nesting) }
        case .scalar:
            let value = try reader.readScalar()
            if value.kind == .string { try rewriteInside(value, reader.text, &output, nesting) }
        }
    }

    /// A text that is JSON itself, as attributes have it.
    private func rewriteInside(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer, _ output: inout Output,
        _ nesting: Int
    ) throws(JSONError) {
        let inner = UnsafeRawBufferPointer(rebasing: text[value.slot.range])
        guard let first = inner.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["), nesting < Self.nestingMax
        else { return }
        var plain: [UInt8] = []
        JSONText.unescape(inner, into: &plain)
        let rewritten = plain.withUnsafeBytes { inside($0, nesting: nesting + 1) }
        guard let rewritten else { return }
        output.replace(value.slot.range, of: text, by: Self.quotedInner(rewritten))
    }

    /// Nil if nothing changes. A text in brackets need not be JSON; then it is a text like others.
    /// What is nested too deep to be read is left out.
    private func inside(_ text: UnsafeRawBufferPointer, nesting: Int) -> [UInt8]? {
        do throws(JSONError) {
            return try rewrite(text, nesting: nesting)
        } catch {
            return error.isTooDeep ? [] : nil
        }
    }

    private func hide(
        _ kind: PersonalText, _ reader: inout JSONReader, _ output: inout Output
    ) throws(JSONError) {
        let type = try reader.peek()
        guard type == .scalar else {
            let value = try reader.skipValue()
            if policy.receiver != .drop, kind == .area { return }
            let empty: StaticString = type == .object ? "{}" : "[]"
            output.replace(
                value.range, of: reader.text,
                by: empty.withUTF8Buffer { Array($0) })
            return
        }
        let value = try reader.readScalar()
        let isText = value.kind == .string
        guard isText || value.kind == .number else { return }
        guard let hidden = hidden(kind, value, reader.text) else { return }
        let quote = [UInt8(ascii: "\"")]
        let text = isText ? Self.quotedInner(hidden) : quote + hidden + quote
        output.replace(value.slot.range, of: reader.text, by: text)
    }

    /// What stands for a value; nil when it may stay.
    private func hidden(
        _ kind: PersonalText, _ value: JSONScalar, _ text: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        let inner = UnsafeRawBufferPointer(rebasing: text[value.slot.range])
        if inner.isEmpty { return nil }
        if policy.receiver == .drop { return [] }
        guard value.hasEscapes else { return kind.mask(inner) }
        var plain: [UInt8] = []
        JSONText.unescape(inner, into: &plain)
        return plain.withUnsafeBytes { kind.mask($0) }
    }

    /// The text as it stands between quotes.
    private static func quotedInner(_ text: [UInt8]) -> [UInt8] {
        var quoted: [UInt8] = []
        JSONWriter.appendQuoted(String(decoding: text, as: UTF8.self), to: &quoted)
        return Array(quoted.dropFirst().dropLast())
    }
}
