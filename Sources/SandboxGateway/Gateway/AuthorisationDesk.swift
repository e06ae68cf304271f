internal import SyncCore

/// The codes and refresh tokens that are good at present.
struct AuthorisationDesk: Sendable {
    struct Code: Sendable {
        var shop: Int
        var redirectURI: String
        var endsAtMilliseconds: Int64
    }

    struct RefreshToken: Sendable {
        var shop: Int
        var endsAtMilliseconds: Int64
    }

    var codes: [String: Code] = [:]
    var refreshTokens: [String: RefreshToken] = [:]
    private var issued: UInt64 = 0

    /// A text that was not given out before.
    mutating func text(_ prefix: String, seed: UInt64) -> String {
        issued += 1
        var random = SplitMix64(seed: seed, 8, issued)
        let letters = Array("0123456789abcdefghijkmnpqrstuvwxyz".utf8)
        return prefix
            + String(decoding: (0..<40).map { _ in letters[random.below(34)] }, as: UTF8.self)
    }
}
