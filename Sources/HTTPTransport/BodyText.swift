internal import Glibc
internal import WireFormat

/// The text of an answer as UTF-8, whatever the gateway or a proxy made of it.
enum BodyText {
    /// Encodings of Chinese that some gateways still answer in.
    private static let chinese: Set<String> = [
        "gbk", "x-gbk", "cp936", "gb2312", "gb_2312-80", "gb18030",
    ]

    struct Conversion: Equatable {
        var text: [UInt8]
        var encoding: BodyEncoding
    }

    /// A byte order mark is left out. A body that is not UTF-8 is converted if it is labelled as
    /// GBK, or if it reads as GBK whatever the label says: servers label by their defaults.
    /// A character that cannot be converted becomes U+FFFD, so that the rest stays readable.
    /// - Returns: nil where this system cannot convert from the encoding that the label names.
    static func utf8(_ body: [UInt8], contentType: String) -> Conversion? {
        if body.withUnsafeBytes({ JSONText.isUTF8($0) }) {
            return Conversion(text: withoutMark(body), encoding: .utf8)
        }
        if let label = charset(contentType), chinese.contains(label) {
            return convertFromGB18030(body).map {
                Conversion(text: $0.text, encoding: .converted)
            }
        }
        guard let text = readAsGB18030(body) else {
            return Conversion(text: withoutMark(body), encoding: .unknown)
        }
        return Conversion(text: text, encoding: .guessed)
    }

    /// Bytes that GB18030 has no character for, of those that are no UTF-8: one in so many may be
    /// damaged.
    private static let faultShare = 20

    /// Damaged UTF-8 must not be read as GBK: there the Chinese characters are whole, each three
    /// bytes of UTF-8, but for a few. In GBK such three bytes are rare.
    /// - Returns: nil for what is no GBK.
    private static func readAsGB18030(_ body: [UInt8]) -> [UInt8]? {
        let share = body.withUnsafeBytes { JSONText.utf8Share($0) }
        guard share.brokenCount > share.wholeCount,
            let (text, faultCount) = convertFromGB18030(body),
            faultCount * faultShare <= share.brokenCount
        else { return nil }
        return text
    }

    /// The value of `charset` in lower case, without quotes.
    static func charset(_ contentType: String) -> String? {
        for part in contentType.lowercased().split(separator: ";").dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].allSatisfy({ "charset \t".contains($0) }),
                halves[0].contains("charset")
            else { continue }
            return String(halves[1].filter { !" \t\"'\r\n".contains($0) })
        }
        return nil
    }

    private static func withoutMark(_ body: [UInt8]) -> [UInt8] {
        body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(body.dropFirst(3)) : body
    }

    /// GB18030 contains GBK and GB2312.
    private static func convertFromGB18030(
        _ body: [UInt8]
    ) -> (text: [UInt8], faultCount: Int)? {
        guard let converter = iconv_open("UTF-8", "GB18030"),
            converter != UnsafeMutableRawPointer(bitPattern: -1)
        else { return nil }
        defer { iconv_close(converter) }
        var source = body.map { CChar(bitPattern: $0) }
        // Two bytes become three at most; one that is left out becomes three as well.
        var target = [CChar](repeating: 0, count: body.count * 3 + 8)
        var used = 0
        var faultCount = 0
        source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                var (next, left) = (source.baseAddress, source.count)
                var (end, room) = (target.baseAddress, target.count)
                while left > 0 {
                    guard iconv(converter, &next, &left, &end, &room) == -1 else { break }
                    faultCount += 1
                    // Replaced byte by byte: what follows a broken one is mostly sound.
                    for byte in [0xEF, 0xBF, 0xBD] as [UInt8] {
                        end?.pointee = CChar(bitPattern: byte)
                        end = end?.advanced(by: 1)
                        room -= 1
                    }
                    next = next?.advanced(by: 1)
                    left -= 1
                    iconv(converter, nil, nil, nil, nil)
                }
                used = target.count - room
            }
        }
        return (target[..<used].map { UInt8(bitPattern: $0) }, faultCount)
    }
}
