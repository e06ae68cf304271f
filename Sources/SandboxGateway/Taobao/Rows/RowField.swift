/// A closed set of named members of a row; at most 128, so that a choice of them is one number.
protocol RowField: CaseIterable, Hashable, RawRepresentable, Sendable where RawValue == UInt8 {
    /// The names on the wire, by raw value.
    static var names: [String] { get }
}

extension RowField {
    var name: String { Self.names[Int(rawValue)] }

    /// The names of the cases in snake case: `buyerOpenUid` is `buyer_open_uid`.
    static func wireNames() -> [String] {
        allCases.map { field in
            "\(field)".reduce(into: "") { name, character in
                if character.isUppercase { name += "_" }
                name += character.lowercased()
            }
        }
    }

    /// The fields from the first to the last, as declared.
    static func fields(_ first: Self, through last: Self) -> FieldSet<Self> {
        FieldSet(allCases.filter { first.rawValue <= $0.rawValue && $0.rawValue <= last.rawValue })
    }
}
