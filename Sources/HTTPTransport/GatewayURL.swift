/// The rule for addresses that secrets may be sent to.
public enum GatewayURL {
    /// True for https anywhere, and for http to a loopback address only.
    public static func isAllowed(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return url.utf8.count > 8 }
        return isLoopback(url)
    }

    /// True for http or https to 127.0.0.0/8, ::1 or localhost.
    public static func isLoopback(_ url: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
            return false
        }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // A name before @ would hide the host.
        guard !authority.contains("@") else { return false }
        if authority == "[::1]" || authority.hasPrefix("[::1]:") { return true }
        let host = authority.prefix { $0 != ":" }
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { !$0.hasPrefix("+") && UInt8($0) != nil }
    }
}
