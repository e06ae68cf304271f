internal import SyncCore
internal import WireFormat

extension JSONScalar {
    /// A whole number, or the text of one; also as a program writes a floating-point number.
    func number(in text: UnsafeRawBufferPointer) -> Int64? {
        guard kind == .number || kind == .string else { return nil }
        return wholeNumber(UnsafeRawBufferPointer(rebasing: text[slot.range]))
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
