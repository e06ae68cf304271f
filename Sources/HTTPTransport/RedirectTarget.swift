/// Where a redirect leads. Path and query of its address can hold anything, so only the host's
/// name is kept, and that only if it looks like one.
enum RedirectTarget {
    private static let hostMax = 64
    /// More digits in a name may be an id or a telephone number.
    private static let digitsMax = 5
    /// A longer part of a name is an encoded text.
    private static let labelMax = 24

    /// Nil for an address without a host, or with one that may hold more than a name.
    static func host(of location: String) -> String? {
        guard
            let scheme = ["http://", "https://", "//"].first(where: {
                location.lowercased().hasPrefix($0)
            })
        else { return nil }
        let authority = location.dropFirst(scheme.count)
            .prefix { !"/?#\\\r\n".contains($0) }
        let host = authority.prefix { $0 != ":" }.lowercased()
        guard !authority.contains("@"), (1...hostMax).contains(host.utf8.count),
            host.utf8.allSatisfy(isNameByte)
        else { return nil }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            (1...labelMax).contains(label.utf8.count)
        }
        let digits = host.utf8.count { (48...57).contains($0) }
        let isAddress = labels.count == 4 && labels.allSatisfy { UInt8($0) != nil }
        return isPlain && labels.count >= 2 && (isAddress || digits <= digitsMax) ? host : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
    }
}
