/// Finds a name among a fixed set in one probe: names are hashed by their ends, middle and length,
/// since many share a beginning such as `receiver_`. Not generic, so that other modules call it
/// without run-time type look-ups.
public struct NameTable: Sendable {
    /// Index of a name by hash, −1 for an empty place.
    private let places: [Int16]
    private let mask: Int
    /// All names in one piece; name i lies in `starts[i]..<starts[i + 1]`.
    private let bytes: [UInt8]
    private let starts: [Int]

    public init(_ names: [String]) {
        var size = 16
        while size < names.count * 4 { size *= 2 }
        var places = [Int16](repeating: -1, count: size)
        var bytes: [UInt8] = []
        var starts = [0]
        for (index, name) in names.enumerated() {
            let text = Array(name.utf8)
            var place = text.withUnsafeBytes { Self.hash($0) } & (size - 1)
            while places[place] >= 0 { place = (place + 1) & (size - 1) }
            places[place] = Int16(index)
            bytes += text
            starts.append(bytes.count)
        }
        self.places = places
        self.bytes = bytes
        self.starts = starts
        mask = size - 1
    }

    /// Position of `name` in the set; nil for a name that is not in it.
    public func index(of name: UnsafeRawBufferPointer) -> Int? {
        var place = Self.hash(name) & mask
        while places[place] >= 0 {
            let index = Int(places[place])
            if isEqual(name, index) { return index }
            place = (place + 1) & mask
        }
        return nil
    }

    private func isEqual(_ name: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == name.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for offset in 0..<name.count where bytes[start + offset] != name[offset] {
                return false
            }
            return true
        }
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        guard name.count >= 4 else {
            var hash = name.count
            for byte in name { hash = hash &* 31 &+ Int(byte) }
            return hash
        }
        let head = name.loadUnaligned(as: UInt32.self)
        let tail = name.loadUnaligned(fromByteOffset: name.count - 4, as: UInt32.self)
        let middle = UInt64(name[name.count / 2])
        let mixed = (UInt64(head) << 32 | UInt64(tail)) &+ middle &* 0x9E37 &+ UInt64(name.count)
        return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
}
