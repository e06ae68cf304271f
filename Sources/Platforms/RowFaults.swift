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

    init() {}

    /// Of a row of a small answer.
    init(of row: JSONValue) {
        if row.isTooDeep {
            reject(.nestedTooDeep)
        } else if !row.isObject {
            reject(.notAnObject)
        }
    }

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
        if let fen = value.plain(in: text, { Fen.parseNumber($0) }), Self.isBounded(fen) {
            return fen
        }
        if !value.isBlank(in: text) { reject(.malformedMoney) }
        return nil
    }

    /// Yuan in fen of what was paid: never less than nothing.
    mutating func payment(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Int64? {
        positive(money(value, text))
    }

    /// A whole number that decides something.
    mutating func number(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer, orReject reason: RejectedRow.Reason
    ) -> Int64? {
        if let number = value.number(in: text), Self.isBounded(number) { return number }
        if !value.isBlank(in: text) { reject(reason) }
        return nil
    }

    /// A whole number that can be left out.
    mutating func number(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Int64? {
        if let number = value.number(in: text) { return number }
        if !value.isBlank(in: text) { leaveOut() }
        return nil
    }

    /// A time that can be left out.
    mutating func instant(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer,
        _ parse: (UnsafeRawBufferPointer) -> UTCInstant?
    ) -> UTCInstant? {
        if let instant = value.plain(in: text, parse) { return instant }
        let isZero = value.plain(in: text) { Self.isZero($0) } ?? (value.kind == .null)
        if !isZero { leaveOut() }
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

    /// Zeros and punctuation, or nothing: `0000-00-00 00:00:00`, `0`.
    static func isZero(_ text: UnsafeRawBufferPointer) -> Bool {
        text.allSatisfy { $0 == 0x30 || $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == 0x3A }
    }

    /// Whether a number can be a value of a row. 10^13 fen are 100 billion yuan: sums of larger
    /// values overflow the database's integers, and one row would break every report.
    static func isBounded(_ number: Int64) -> Bool {
        (-10_000_000_000_000...10_000_000_000_000).contains(number)
    }

    private mutating func positive(_ fen: Int64?) -> Int64? {
        guard let fen else { return nil }
        if fen >= 0 { return fen }
        reject(.malformedMoney)
        return nil
    }

    // MARK: Members of a small answer

    mutating func money(_ value: JSONValue?) -> Int64? {
        guard let text = stated(value, .malformedMoney) else { return nil }
        if let fen = Fen.parseNumber(text), Self.isBounded(fen) { return fen }
        reject(.malformedMoney)
        return nil
    }

    mutating func payment(_ value: JSONValue?) -> Int64? {
        positive(money(value))
    }

    /// The same of an answer that states fen.
    mutating func payment(inFen value: JSONValue?) -> Int64? {
        positive(number(value, orReject: .malformedMoney))
    }

    /// A whole number: fen, a count, a state.
    mutating func number(
        _ value: JSONValue?, orReject reason: RejectedRow.Reason
    ) -> Int64? {
        guard let text = stated(value, reason) else { return nil }
        if let number = wholeNumber(text), Self.isBounded(number) { return number }
        reject(reason)
        return nil
    }

    /// A whole number that can be left out.
    mutating func number(_ value: JSONValue?) -> Int64? {
        guard let value, !value.isBlank else { return nil }
        if let number = value.amount { return number }
        leaveOut()
        return nil
    }

    /// A time that can be left out.
    mutating func instant(
        _ value: JSONValue?, _ parse: (String) -> UTCInstant?
    ) -> UTCInstant? {
        guard let value, !value.isBlank else { return nil }
        if let text = value.plain {
            if let instant = parse(text) { return instant }
            if Self.isZero(text) { return nil }
        }
        leaveOut()
        return nil
    }

    mutating func version(
        _ value: JSONValue?, _ parse: (String) -> UTCInstant?
    ) -> UTCInstant? {
        guard let text = stated(value, .unreadableTime) else { return nil }
        if let instant = parse(text) { return instant }
        if !Self.isZero(text) { reject(.unreadableTime) }
        return nil
    }

    private static func isZero(_ text: String) -> Bool {
        var copy = text
        return copy.withUTF8 { isZero(UnsafeRawBufferPointer($0)) }
    }

    /// An id that two members state, the second of them as a text.
    mutating func identifier(
        _ value: JSONValue, _ name: String, _ shape: RowIdentifier.Shape
    ) -> RowIdentifier.Verdict {
        let (first, second) = (value[name], value["\(name)_str"])
        for stated in [first, second].compactMap(\.self)
        where !stated.isScalarText && !stated.isBlank {
            return .unusable
        }
        return RowIdentifier.verdict(first?.plain, second?.plain, shape)
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

    /// The id of the order that the row belongs to. With an inexact one the row would be of none.
    mutating func orderID(
        _ value: JSONValue, _ name: String, _ shape: RowIdentifier.Shape
    ) -> String? {
        switch identifier(value, name, shape) {
        case .usable(let id): return id
        case .absent: return nil
        case .unusable: reject(.unusableID)
        case .contradictory: reject(.contradictoryID)
        }
        return nil
    }

    /// The id of the line that the row belongs to. An inexact one is left out.
    mutating func lineID(
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

    /// What identifies a parcel of an order; nil where it has not been sent yet.
    mutating func parcelNumber(_ value: JSONValue?) -> String? {
        guard let number = stated(value, .unusableID) else { return nil }
        if RowIdentifier.isInexactWaybill(number.utf8) { reject(.unusableID) }
        return number
    }

    /// The text of what a row states; nil where it states nothing.
    private mutating func stated(
        _ value: JSONValue?, _ reason: RejectedRow.Reason
    ) -> String? {
        guard let value, !value.isBlank else { return nil }
        if !value.isScalarText { reject(reason) }
        return value.plain
    }
}

extension JSONValue {
    var isObject: Bool {
        if case .object = self { true } else { false }
    }

    /// A text or a number.
    var isScalarText: Bool {
        switch self {
        case .string, .number: true
        case .object, .array, .flag, .null, .tooDeep: false
        }
    }
}
