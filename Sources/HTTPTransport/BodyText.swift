internal import Glibc

/// The text of an answer as UTF-8, whatever the gateway or a proxy made of it.
enum BodyText {
    /// Encodings of Chinese that some gateways still answer in.
    private static let chinese: Set<String> = [
        "gbk", "x-gbk", "cp936", "gb2312", "gb_2312-80", "gb18030",
    ]

    /// A byte order mark is left out; a body labelled as GBK that is not UTF-8 is converted.
    /// A character that cannot be converted becomes U+FFFD, so that the rest stays readable.
    /// - Returns: nil where this system cannot convert from the encoding.
    static func utf8(_ body: [UInt8], contentType: String) -> [UInt8]? {
        guard let label = charset(contentType), chinese.contains(label),
            String(validating: body, as: UTF8.self) == nil
        else { return withoutMark(body) }
        return convertFromGB18030(body)
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
    private static func convertFromGB18030(_ body: [UInt8]) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", "GB18030"),
            converter != UnsafeMutableRawPointer(bitPattern: -1)
        else { return nil }
        defer { iconv_close(converter) }
        var source = body.map { CChar(bitPattern: $0) }
        // Two bytes become three at most; one that is left out becomes three as well.
        var target = [CChar](repeating: 0, count: body.count * 3 + 8)
        var used = 0
        source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                var (next, left) = (source.baseAddress, source.count)
                var (end, room) = (target.baseAddress, target.count)
                while left > 0 {
                    guard iconv(converter, &next, &left, &end, &room) == -1 else { break }
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
        return target[..<used].map { UInt8(bitPattern: $0) }
    }
}
