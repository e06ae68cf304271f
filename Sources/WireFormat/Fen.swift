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

    /// Reads yuan that a program wrote as a binary floating-point number: `36.8`, `1.0E7`, and
    /// `0.30000000000000004`, which stands for 0.30. What differs from a whole fen by more than
    /// such noise is nil because its meaning is unknown.
    public static func parseNumber(_ text: UnsafeRawBufferPointer) -> Int64? {
        if let fen = parse(text) { return fen }
        guard let number = Decimal(text), number.exponent.magnitude <= 40 else { return nil }
        // The decimals follow after so many digits; a fen is two decimals.
        let split = number.digits.count + number.exponent + 2
        var fen: Int64 = 0
        for index in 0..<max(0, split) {
            let digit = index < number.digits.count ? Int64(number.digits[index]) : 0
            guard let value = appending(digit, to: fen) else { return nil }
            fen = value
        }
        let zeros = [UInt8](repeating: 0, count: min(noiseDigits, max(0, -split)))
        let rest = (zeros + number.digits.dropFirst(max(0, split))).prefix(noiseDigits)
        if rest.allSatisfy({ $0 == 9 }), rest.count == noiseDigits {
            let (next, overflow) = fen.addingReportingOverflow(1)
            guard !overflow else { return nil }
            fen = next
        } else if rest.contains(where: { $0 != 0 }) {
            return nil
        }
        return number.isNegative ? -fen : fen
    }

    public static func parseNumber(_ text: String) -> Int64? {
        var copy = text
        return copy.withUTF8 { parseNumber(UnsafeRawBufferPointer($0)) }
    }

    /// Decimals of a fen that have to be alike for the rest to be noise.
    private static let noiseDigits = 4

    /// A decimal number: `digits` times ten to the `exponent`.
    private struct Decimal {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        /// Reads `[-]digits[.digits][E[+-]digits]`; nil for anything else.
        init?(_ text: UnsafeRawBufferPointer) {
            guard text.count <= 64 else { return nil }
            let mark = text.firstIndex { $0 | 0x20 == UInt8(ascii: "e") }
            if let mark {
                var power = text[(mark + 1)...]
                if power.first == UInt8(ascii: "+") { power = power.dropFirst() }
                guard power.first != UInt8(ascii: "+"), power.count <= 4,
                    let value = Int(String(decoding: power, as: UTF8.self))
                else { return nil }
                exponent = value
            }
            var mantissa = text[..<(mark ?? text.count)]
            isNegative = mantissa.first == UInt8(ascii: "-")
            if isNegative { mantissa = mantissa.dropFirst() }
            let halves = mantissa.split(
                separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.allSatisfy({ !$0.isEmpty }) else { return nil }
            for byte in halves.joined() {
                guard (0x30...0x39).contains(byte) else { return nil }
                digits.append(byte - 0x30)
            }
            if halves.count == 2 { exponent -= halves[1].count }
        }
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
