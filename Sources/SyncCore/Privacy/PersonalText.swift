/// What a text says about a person, and so how it is masked.
public enum PersonalText: String, CaseIterable, Sendable {
    /// A name or nick: `张三丰` becomes `张**`.
    case name
    /// A telephone number: `13812345678` becomes `138****5678`.
    case phone
    /// A street, a house, a postal code: the first character stays.
    case place
    /// A country, province, city or district. Reports need it: a mask keeps it.
    case area
    /// Free text: the first character stays.
    case message
    /// A key or an account that leads to one person. Half of it is no hint: a mask blanks it.
    case identity
}

extension PersonalText {
    /// The mask of a text in UTF-8; nil when the text may stay as it is, because it is empty,
    /// says little, or is the platform's own mask already. Masking a mask changes nothing.
    public func mask(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        if text.isEmpty || isMask(text) { return nil }
        switch self {
        case .area: return nil
        case _ where Self.isSealed(text): return []
        case .identity: return []
        case .name, .place, .message: return Self.firstCharacter(text) + [Self.star, Self.star]
        case .phone: return Self.phoneMask(text)
        }
    }

    /// As Pinduoduo seals them: `~AgAAAA…~1~`. A part of that is no hint.
    private static func isSealed(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count > 2 && text.first == UInt8(ascii: "~") && text.last == UInt8(ascii: "~")
    }

    private static let star = UInt8(ascii: "*")

    /// As platforms mask: `张**`, `*******1234`, `138****1234`, `解**路**号`.
    private func isMask(_ text: UnsafeRawBufferPointer) -> Bool {
        var stars = 0
        var visible = 0
        for byte in text {
            if byte == Self.star {
                stars += 1
            } else if byte & 0xC0 != 0x80 {
                visible += 1  // Counts characters: bytes that continue one are passed over.
            }
        }
        guard stars > 0 else { return false }
        switch self {
        case .name, .message: return visible <= 2
        case .phone: return visible <= 7
        // At least a third is hidden: a star in free text is no mask.
        case .place: return stars * 2 >= visible
        case .area, .identity: return false
        }
    }

    /// The first three and the last four characters; of a short number less.
    private static func phoneMask(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let stars = [UInt8](repeating: star, count: 4)
        let isPlain = text.allSatisfy { $0 < 0x80 }
        guard isPlain, text.count >= 8 else { return stars }
        let head = text.count >= 11 ? Array(text.prefix(3)) : []
        return head + stars + Array(text.suffix(4))
    }

    /// Nothing if it is not well-formed.
    private static func firstCharacter(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let count =
            switch text[0] {
            case 0x20...0x7E: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        let bytes = text.prefix(count)
        guard bytes.count == count, bytes.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else {
            return []
        }
        return Array(bytes)
    }
}
