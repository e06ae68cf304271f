internal import SyncCore
internal import WireFormat

extension JSONScalar {
    /// What `read` makes of the text of a string or a number, escapes decoded and without blanks
    /// around it; nil for null and booleans.
    func plain<Value>(
        in text: UnsafeRawBufferPointer, _ read: (UnsafeRawBufferPointer) -> Value?
    ) -> Value? {
        guard kind == .number || kind == .string else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: text[slot.range])
        guard hasEscapes else {
            return read(UnsafeRawBufferPointer(rebasing: bytes[Blanks.trimmed(bytes)]))
        }
        var decoded: [UInt8] = []
        JSONText.unescape(bytes, into: &decoded)
        return decoded.withUnsafeBytes {
            read(UnsafeRawBufferPointer(rebasing: $0[Blanks.trimmed($0)]))
        }
    }

    /// It states nothing: null, or a text of blanks.
    func isBlank(in text: UnsafeRawBufferPointer) -> Bool {
        kind == .null || plain(in: text) { $0.isEmpty ? true : nil } ?? false
    }

    /// A whole number, or the text of one; also as a program writes a floating-point number.
    func number(in text: UnsafeRawBufferPointer) -> Int64? {
        plain(in: text) { wholeNumber($0) }
    }

    /// A number of rows.
    func rowCount(in text: UnsafeRawBufferPointer) -> Int? {
        number(in: text).flatMap { Platforms.rowCount($0) }
    }

    /// A boolean, or the text of one as answers of 2012 had it. Any other text is no answer:
    /// taken for false, it would end a window early.
    func flag(in text: UnsafeRawBufferPointer) -> Bool? {
        switch kind {
        case .yes: true
        case .no: false
        case .string where text[slot.range].elementsEqual("true".utf8): true
        case .string where text[slot.range].elementsEqual("false".utf8): false
        case .string, .number, .null: nil
        }
    }

    /// A boolean of a row. Beside what `flag` reads, 1 and 0 are booleans there.
    func truth(in text: UnsafeRawBufferPointer) -> Bool? {
        if let flag = flag(in: text) { return flag }
        return plain(in: text) { truthValue($0) }
    }
}

/// What 1, 0 and the words mean.
func truthValue(_ text: UnsafeRawBufferPointer) -> Bool? {
    switch String(decoding: text.prefix(8), as: UTF8.self).lowercased() {
    case "1", "true", "1.0": true
    case "0", "false", "0.0": false
    default: nil
    }
}

/// A platform never has so many rows, or fewer than none: then the number means something else.
func rowCount(_ number: Int64) -> Int? {
    (0...1_000_000_000).contains(number) ? Int(number) : nil
}

/// A whole number, also written as `3.0` or `1.5E3`; nil for anything else.
func wholeNumber(_ text: UnsafeRawBufferPointer) -> Int64? {
    if let number = parseInteger(text) { return number }
    // Money has two decimals: a whole number of it is one whose fen end in 00.
    guard let hundredths = Fen.parseNumber(text), hundredths % 100 == 0 else { return nil }
    return hundredths / 100
}

func wholeNumber(_ text: String) -> Int64? {
    var copy = text
    return copy.withUTF8 { wholeNumber(UnsafeRawBufferPointer($0)) }
}

/// A decimal integer that fits 64 bits, nil for anything else.
func parseInteger(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard !text.isEmpty, text.count <= 20 else { return nil }
    var value: Int64 = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    let digits = text.dropFirst(isNegative ? 1 : 0)
    guard !digits.isEmpty else { return nil }
    for byte in digits {
        let digit = Int64(byte) - 48
        guard (0...9).contains(digit) else { return nil }
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (next, carry) =
            isNegative
            ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
        guard !overflow, !carry else { return nil }
        value = next
    }
    return value
}
