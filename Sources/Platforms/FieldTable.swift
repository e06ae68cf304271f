internal import SyncCore
internal import WireFormat

/// The members of a JSON object that a decoder reads: an enumeration whose raw values are names.
struct FieldTable<Field: RawRepresentable & CaseIterable & Sendable>: Sendable
where Field.RawValue == String {
    private let names: NameTable
    private let fields: [Field]

    init(_ type: Field.Type = Field.self) {
        fields = Array(Field.allCases)
        names = NameTable(fields.map(\.rawValue))
    }

    /// The field of that name, nil for a name that is not read.
    func field(_ key: ByteRange, in text: UnsafeRawBufferPointer) -> Field? {
        names.index(of: UnsafeRawBufferPointer(rebasing: text[key.range])).map { fields[$0] }
    }
}
