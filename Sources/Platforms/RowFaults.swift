internal import SyncCore
internal import WireFormat

/// What is wrong with the row that is being read, by these rules:
///
/// - What identifies a row, orders its versions or counts as money must be right: else the row is
///   rejected. Storing it without the value would keep the value of an older version.
/// - Another member that cannot be read (a time, a number) is left out, the row is stored, and it
///   is read in full.
/// - A text that is no text is left out.
///
/// Null, an empty text and a date of zeros state nothing, and are no fault.
struct RowFaults {
    private(set) var reason: RejectedRow.Reason?
    /// A member that can be left out could not be read.
    private(set) var isPartial = false

    /// The first fault counts.
    mutating func reject(_ reason: RejectedRow.Reason) {
        if self.reason == nil { self.reason = reason }
    }

    mutating func leaveOut() {
        isPartial = true
    }

    // MARK: Scalars of a page

    /// Yuan in fen.
    mutating func money(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Int64? {
        if Self.isBlank(value) { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: text[value.slot.range])
        if value.kind == .string || value.kind == .number,
            let fen = Fen.parseNumber(bytes) ?? Fen.parseNumber(Self.trimmed(bytes))
        {
            return fen
        }
        reject(.malformedMoney)
        return nil
    }

    /// A whole number that decides something.
    mutating func number(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer, orReject reason: RejectedRow.Reason
    ) -> Int64? {
        if Self.isBlank(value) { return nil }
        if let number = value.number(in: text) { return number }
        reject(reason)
        return nil
    }

    /// A whole number that can be left out.
    mutating func number(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Int64? {
        if Self.isBlank(value) { return nil }
        if let number = value.number(in: text) { return number }
        leaveOut()
        return nil
    }

    /// A time that can be left out.
    mutating func instant(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer,
        _ parse: (UnsafeRawBufferPointer) -> UTCInstant?
    ) -> UTCInstant? {
        if Self.isBlank(value) { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: text[value.slot.range])
        if value.kind == .string || value.kind == .number {
            if let instant = parse(bytes) ?? parse(Self.trimmed(bytes)) { return instant }
            if Self.isZero(bytes) { return nil }
        }
        leaveOut()
        return nil
    }

    /// The time that orders a row's versions.
    mutating func version(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer,
        _ parse: (UnsafeRawBufferPointer) -> UTCInstant?
    ) -> UTCInstant? {
        var inner = RowFaults()
        let instant = inner.instant(value, text, parse)
        if inner.isPartial { reject(.unreadableTime) }
        return instant
    }

    static func isBlank(_ value: JSONScalar) -> Bool {
        value.kind == .null || (value.kind == .string && value.slot.count == 0)
    }

    /// Zeros and punctuation: `0000-00-00 00:00:00`, `0`.
    static func isZero(_ text: UnsafeRawBufferPointer) -> Bool {
        text.allSatisfy { $0 == 0x30 || $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == 0x3A }
    }

    static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = text.firstIndex { $0 > 0x20 } ?? text.count
        let end = text.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? start
        return UnsafeRawBufferPointer(rebasing: text[start..<end])
    }

    // MARK: Members of a small answer

    mutating func money(_ value: JSONValue?) -> Int64? {
        guard let value, let text = stated(value, .malformedMoney) else { return nil }
        if let fen = Fen.parseNumber(text.trimmed) { return fen }
        reject(.malformedMoney)
        return nil
    }

    /// A whole number: fen, a count, a state.
    mutating func number(
        _ value: JSONValue?, orReject reason: RejectedRow.Reason
    ) -> Int64? {
        guard let value, let text = stated(value, reason) else { return nil }
        if let number = wholeNumber(text.trimmed) { return number }
        reject(reason)
        return nil
    }

    /// A whole number that can be left out.
    mutating func number(_ value: JSONValue?) -> Int64? {
        guard let text = value?.text?.trimmed else { return nil }
        if let number = wholeNumber(text) { return number }
        leaveOut()
        return nil
    }

    mutating func version(
        _ value: JSONValue?, _ parse: (String) -> UTCInstant?
    ) -> UTCInstant? {
        guard let value, let text = stated(value, .unreadableTime) else { return nil }
        if let instant = parse(text.trimmed) { return instant }
        var copy = text
        if copy.withUTF8({ Self.isZero(UnsafeRawBufferPointer($0)) }) { return nil }
        reject(.unreadableTime)
        return nil
    }

    /// An id that two members state, the second of them as a text.
    mutating func identifier(
        _ value: JSONValue, _ name: String, _ shape: RowIdentifier.Shape
    ) -> RowIdentifier.Verdict {
        let (first, second) = (value[name], value["\(name)_str"])
        for stated in [first, second].compactMap(\.self) where !stated.isScalarText {
            return .unusable
        }
        return RowIdentifier.verdict(first?.text?.trimmed, second?.text?.trimmed, shape)
    }

    /// The row's own id.
    mutating func ownID(
        _ value: JSONValue, _ name: String, _ shape: RowIdentifier.Shape
    ) -> String? {
        switch identifier(value, name, shape) {
        case .usable(let id): return id
        case .absent, .unusable: reject(.unusableID)
        case .contradictory: reject(.contradictoryID)
        }
        return nil
    }

    /// The id of something that the row belongs to. An inexact one is left out.
    mutating func otherID(
        _ value: JSONValue, _ name: String, _ shape: RowIdentifier.Shape
    ) -> String? {
        switch identifier(value, name, shape) {
        case .usable(let id): return id
        case .absent: return nil
        case .unusable: leaveOut()
        case .contradictory: reject(.contradictoryID)
        }
        return nil
    }

    private mutating func stated(
        _ value: JSONValue, _ reason: RejectedRow.Reason
    ) -> String? {
        if !value.isScalarText { reject(reason) }
        return value.text
    }
}

extension JSONValue {
    /// A text or a number.
    var isScalarText: Bool {
        switch self {
        case .string, .number: true
        case .object, .array, .flag, .null: false
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        let start = unicodeScalars.firstIndex { !$0.properties.isWhitespace } ?? endIndex
        let end = unicodeScalars.lastIndex { !$0.properties.isWhitespace }
        guard let end else { return "" }
        return String(unicodeScalars[start...end])
    }
}
