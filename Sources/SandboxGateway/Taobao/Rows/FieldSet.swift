/// A set of row fields.
struct FieldSet<Field: RowField>: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt128 = 0

    init() {}

    init(_ fields: some Sequence<Field>) {
        for field in fields { insert(field) }
    }

    init(arrayLiteral fields: Field...) {
        self.init(fields)
    }

    var isEmpty: Bool { bits == 0 }

    func contains(_ field: Field) -> Bool {
        bits >> UInt128(field.rawValue) & 1 == 1
    }

    mutating func insert(_ field: Field) {
        bits |= 1 << UInt128(field.rawValue)
    }

    func isSuperset(of other: Self) -> Bool { other.bits & ~bits == 0 }

    func union(_ other: Self) -> Self { combined(bits | other.bits) }

    func intersection(_ other: Self) -> Self { combined(bits & other.bits) }

    func subtracting(_ other: Self) -> Self { combined(bits & ~other.bits) }

    private func combined(_ bits: UInt128) -> Self {
        var set = Self()
        set.bits = bits
        return set
    }
}
