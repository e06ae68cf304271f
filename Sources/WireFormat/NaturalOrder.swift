/// Names in the order that people expect: `shop2` before `shop10`.
public enum NaturalOrder {
    /// Numbers in the names compare by what they count, everything else byte by byte. Of names that
    /// differ in leading zeros alone the smaller text comes first, so that the order is total.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        let (one, other) = (Array(left.utf8), Array(right.utf8))
        var (place, otherPlace) = (0, 0)
        while place < one.count, otherPlace < other.count {
            if isDigit(one[place]), isDigit(other[otherPlace]) {
                let number = takeNumber(one, &place)
                let otherNumber = takeNumber(other, &otherPlace)
                if number.count != otherNumber.count { return number.count < otherNumber.count }
                if number != otherNumber { return number.lexicographicallyPrecedes(otherNumber) }
                continue
            }
            if one[place] != other[otherPlace] { return one[place] < other[otherPlace] }
            place += 1
            otherPlace += 1
        }
        let (rest, otherRest) = (one.count - place, other.count - otherPlace)
        return rest != otherRest ? rest < otherRest : left < right
    }

    /// The digits from there on, without leading zeros.
    private static func takeNumber(_ text: [UInt8], _ place: inout Int) -> ArraySlice<UInt8> {
        let digits = text[place...].prefix(while: isDigit)
        place += digits.count
        return digits.drop { $0 == UInt8(ascii: "0") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
