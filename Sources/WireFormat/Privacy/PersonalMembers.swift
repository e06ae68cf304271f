public import SyncCore

/// The members of a platform's JSON that describe buyers and receivers, by name.
public struct PersonalMembers: Sendable {
    private let names: NameTable
    private let kinds: [PersonalText]
    /// Members that begin so and are in no table are `identity`: a platform adds some each year.
    private let prefix: [UInt8]

    public init(_ members: [(name: String, kind: PersonalText)], otherwisePrefix: String) {
        names = NameTable(members.map(\.name))
        kinds = members.map(\.kind)
        prefix = Array(otherwisePrefix.utf8)
    }

    /// What the member states; nil if nothing about a person. `receiverName`, as JSON inside of
    /// texts has it, is `receiver_name`.
    func kind(of name: UnsafeRawBufferPointer, hasEscapes: Bool) -> PersonalText? {
        let isPlain = !hasEscapes && !name.contains { (0x41...0x5A).contains($0) }
        if isPlain { return find(name) }
        var plain: [UInt8] = []
        if hasEscapes { JSONText.unescape(name, into: &plain) } else { plain = Array(name) }
        return Self.underscored(plain).withUnsafeBytes { find($0) }
    }

    private func find(_ name: UnsafeRawBufferPointer) -> PersonalText? {
        if let index = names.index(of: name) { return kinds[index] }
        return name.starts(with: prefix) ? .identity : nil
    }

    private static func underscored(_ name: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in name {
            if (0x41...0x5A).contains(byte) {
                if !out.isEmpty, out.last != UInt8(ascii: "_") { out.append(UInt8(ascii: "_")) }
                out.append(byte | 0x20)
            } else {
                out.append(byte)
            }
        }
        return out
    }
}
