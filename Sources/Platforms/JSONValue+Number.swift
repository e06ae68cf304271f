internal import SyncCore
internal import WireFormat

extension JSONValue {
    /// The text of a string or a number without blanks around it; nil if that leaves nothing.
    var plain: String? {
        guard let text else { return nil }
        let plain = Blanks.trimmed(text)
        return plain.isEmpty ? nil : plain
    }

    /// A whole number, or the text of one; also as a program writes a floating-point number.
    var whole: Int64? { plain.flatMap { wholeNumber($0) } }

    /// A whole number that sums and differences can be made of.
    var amount: Int64? { whole.flatMap { RowFaults.isBounded($0) ? $0 : nil } }

    /// A number of rows.
    var rowCount: Int? { whole.flatMap { Platforms.rowCount($0) } }

    /// A boolean of a row: see `JSONScalar.truth`.
    var truth: Bool? {
        if let flag { return flag }
        guard var plain else { return nil }
        return plain.withUTF8 { truthValue(UnsafeRawBufferPointer($0)) }
    }

    /// It states nothing: null, a text of blanks, or the empty object that stands for nothing in
    /// an answer converted from XML.
    var isBlank: Bool {
        switch self {
        case .null: true
        case .object(let members, _): members.isEmpty
        case .array(let elements): elements.isEmpty
        case .string, .number: plain == nil
        case .flag, .tooDeep: false
        }
    }
}
