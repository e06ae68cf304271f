/// Ids of rows. They are text and must be exact: software between the platform and this program may
/// pass numbers through a binary floating-point number, and then one id can stand for many orders.
/// Platforms therefore often state an id twice, as a number and as a text (`tid`, `tid_str`).
enum RowIdentifier {
    enum Shape {
        /// Digits.
        case number
        /// Letters and dashes too.
        case text
    }

    /// What the two members together state.
    enum Verdict: Equatable {
        case absent
        case usable(String)
        /// The only one stated is no exact id.
        case unusable
        /// They differ, and rounding does not explain it.
        case contradictory
    }

    /// The exact id of two members that state the same; nil is what the answer leaves out.
    static func verdict(_ first: String?, _ second: String?, _ shape: Shape) -> Verdict {
        guard let first = first ?? second else { return .absent }
        let second = second ?? first
        let areUsable = (isUsable(first.utf8, shape), isUsable(second.utf8, shape))
        if first == second { return areUsable.0 ? .usable(first) : .unusable }
        switch areUsable {
        case (false, false):
            return .unusable
        case (_, true) where isRounding(first, of: second):
            return .usable(second)
        case (true, _) where isRounding(second, of: first):
            return .usable(first)
        default:
            return .contradictory
        }
    }

    /// Something that can be an id of a row.
    static func isUsable(_ bytes: some Collection<UInt8>, _ shape: Shape) -> Bool {
        guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
            bytes.contains(where: { (0x31...0x39).contains($0) })
        else { return false }
        switch shape {
        case .number:
            return bytes.count <= 20 && bytes.allSatisfy { (0x30...0x39).contains($0) }
        case .text:
            return bytes.allSatisfy(isWord) && !isInexact(bytes)
        }
    }

    /// A number as a program writes a floating-point number: with an exponent or a point.
    static func isInexact(_ id: some Sequence<UInt8>) -> Bool {
        var hasMark = false
        var digits = 0
        for byte in id {
            switch byte {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): hasMark = true
            case UInt8(ascii: "+"), UInt8(ascii: "-"): break
            default: return false
            }
        }
        return hasMark && digits > 0
    }

    /// The same of a parcel's number, where couriers use letters: `E4821` is one.
    static func isInexactWaybill(_ number: some Sequence<UInt8>) -> Bool {
        number.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "+") } && isInexact(number)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    // MARK: Rounding

    /// Whether `text` can be what became of `exact` in a program that reads numbers as doubles:
    /// the double written in full, in the fewest digits that identify it, or with a fixed number of
    /// significant digits. A double keeps 15 digits of every number, and 17 identify each.
    static func isRounding(_ text: String, of exact: String) -> Bool {
        guard exact.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(exact),
            let number = DecimalText(text), let original = DecimalText(exact),
            original.integerDigitCount == number.integerDigitCount
        else { return false }
        // Every digit is there, in exponent form.
        if number.digits == original.digits { return true }
        let double = Double(value)
        if let whole = UInt64(text), UInt64(exactly: double) == whole { return true }
        if number.digits == DecimalText("\(double)")?.digits { return true }
        return ((number.hasExponent ? 1 : 15)...17).contains { count in
            number.digits == original.rounded(to: count) || number.digits == original.cut(to: count)
        }
    }

    /// A number as it is written: its significant digits without zeros at the end, and how many
    /// digits are before the point.
    private struct DecimalText {
        var digits: [UInt8] = []
        var integerDigitCount = 0
        var hasExponent = false

        init?(_ text: String) {
            let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
            guard parts.count <= 2, text.utf8.count <= 64 else { return nil }
            hasExponent = parts.count == 2
            let exponent = parts.count == 2 ? Int(parts[1]) : 0
            guard let exponent, exponent.magnitude < 1_000 else { return nil }
            let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(halves.count), !halves[0].isEmpty,
                halves.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            var all = Array(halves.joined().utf8)
            integerDigitCount = halves[0].utf8.count + exponent
            let zeros = all.prefix { $0 == 0x30 }.count
            all.removeFirst(zeros)
            integerDigitCount -= zeros
            while all.last == 0x30 { all.removeLast() }
            guard !all.isEmpty else { return nil }
            digits = all
        }

        func cut(to count: Int) -> [UInt8] {
            var kept = Array(digits.prefix(count))
            while kept.last == 0x30 { kept.removeLast() }
            return kept
        }

        func rounded(to count: Int) -> [UInt8] {
            guard count < digits.count, digits[count] >= 0x35 else { return cut(to: count) }
            var kept = Array(digits.prefix(count))
            while kept.last == 0x39 { kept.removeLast() }
            guard let last = kept.popLast() else { return [0x31] }
            return kept + [last + 1]
        }
    }
}
