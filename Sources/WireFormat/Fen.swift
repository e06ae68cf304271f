/// Money in integer fen (1/100 yuan), read from and written as decimal yuan text. Money never
/// passes through binary floating point.
public enum Fen {
    /// Reads `[-]digits[.digits]` yuan: `"200.07"` is 20007, `"30.5"` is 3050. Digits past the
    /// second decimal must be zeros. Returns nil for anything else, overflow included.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard index < text.count, text.count <= 24 else { return nil }
        var fen: Int64 = 0
        var decimals = -1  // -1 before the point.
        while index < text.count {
            let byte = text[index]
            index += 1
            let hasDigits = (isNegative ? 2 : 1) < index
            if byte == UInt8(ascii: "."), decimals < 0, hasDigits {
                decimals = 0
                continue
            }
            let digit = Int64(byte) - 48
            guard (0...9).contains(digit) else { return nil }
            if decimals >= 2 {
                guard digit == 0 else { return nil }
                continue
            }
            guard let value = appending(digit, to: fen) else { return nil }
            fen = value
            if decimals >= 0 { decimals += 1 }
        }
        guard decimals != 0 else { return nil }
        for _ in max(0, decimals)..<2 {
            guard let value = appending(0, to: fen) else { return nil }
            fen = value
        }
        return isNegative ? -fen : fen
    }

    public static func parse(_ text: String) -> Int64? {
        var copy = text
        return copy.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// Decimal yuan with two decimals: 20007 is `200.07`.
    public static func yuanText(_ fen: Int64) -> String {
        let magnitude = fen.magnitude
        return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(two(Int64(magnitude % 100)))"
    }

    private static func appending(_ digit: Int64, to fen: Int64) -> Int64? {
        let (tens, overflow) = fen.multipliedReportingOverflow(by: 10)
        let (value, carry) = tens.addingReportingOverflow(digit)
        return overflow || carry ? nil : value
    }
}
