internal import Crypto

/// A 64-bit hash of bytes, stable across runs and machines because it is stored: the first eight
/// bytes of SHA-256. docs/adr/0001-content-hash.md gives the reasons, the cost and the odds.
public enum ContentHash {
    /// Never 0, which means "none" where hashes are stored.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var digest = SHA256()
        digest.update(bufferPointer: bytes)
        let first = digest.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        return first == 0 ? 1 : UInt64(bigEndian: first)
    }

    public static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    // MARK: The earlier scheme

    /// The hash that versions up to 0.1.0 stored. It collides on realistic JSON, so equal values
    /// prove nothing: they only show that a stored row may be of that scheme.
    public static func earlier(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var first: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var second: UInt64 = 0xD6E8_FEB8_6659_FD93
        var index = 0
        while index + 16 <= bytes.count {
            let one = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let two = bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
            first = rotated((first ^ UInt64(littleEndian: one)) &* 0xFF51_AFD7_ED55_8CCD)
            second = rotated((second ^ UInt64(littleEndian: two)) &* 0xC4CE_B9FE_1A85_EC53)
            index += 16
        }
        while index < bytes.count {
            first = rotated((first ^ UInt64(bytes[index])) &* 0xFF51_AFD7_ED55_8CCD)
            index += 1
        }
        var mixed = first ^ rotated(second)
        mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ (mixed >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        mixed ^= mixed >> 33
        return mixed == 0 ? 1 : mixed
    }

    public static func earlier(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { earlier(UnsafeRawBufferPointer($0)) }
    }

    private static func rotated(_ word: UInt64) -> UInt64 {
        word << 29 | word >> 35
    }
}
