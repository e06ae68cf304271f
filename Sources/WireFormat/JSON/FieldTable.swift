public import SyncCore

/// Finds a member's name among a fixed set in one probe: names are hashed by their ends and
/// length, since many share a beginning such as `receiver_`.
public struct FieldTable<Field: RawRepresentable & CaseIterable & Sendable>: Sendable
where Field.RawValue == String {
    private var slots: [(name: [UInt8], field: Field)?]
    private let mask: Int

    public init(_ type: Field.Type = Field.self) {
        let fields = Array(Field.allCases)
        var size = 16
        while size < fields.count * 4 { size *= 2 }
        mask = size - 1
        slots = Array(repeating: nil, count: size)
        for field in fields {
            let name = Array(field.rawValue.utf8)
            var index = name.withUnsafeBytes { Self.hash($0) } & mask
            while slots[index] != nil { index = (index + 1) & mask }
            slots[index] = (name, field)
        }
    }

    /// The field of that name, nil for a name that is not in the set.
    public func field(_ key: Slot, in text: UnsafeRawBufferPointer) -> Field? {
        let name = UnsafeRawBufferPointer(rebasing: text[key.range])
        var index = Self.hash(name) & mask
        while let entry = slots[index] {
            if entry.name.count == name.count, entry.name.elementsEqual(name) {
                return entry.field
            }
            index = (index + 1) & mask
        }
        return nil
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        guard name.count >= 4 else {
            return name.reduce(name.count) { $0 &* 31 &+ Int($1) }
        }
        let head = name.loadUnaligned(as: UInt32.self)
        let tail = name.loadUnaligned(fromByteOffset: name.count - 4, as: UInt32.self)
        let middle = UInt64(name[name.count / 2])
        let mixed = (UInt64(head) << 32 | UInt64(tail)) &+ middle &* 0x9E37 &+ UInt64(name.count)
        return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
}
