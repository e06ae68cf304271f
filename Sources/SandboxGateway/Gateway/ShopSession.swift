internal import SyncCore

/// The token that opens a shop.
struct ShopSession: Sendable {
    enum Refusal: Error, Hashable, Sendable {
        case unknown, expired
    }

    private let seed: UInt64
    private let shop: Int
    private var generation: UInt64 = 0
    /// While the gateway's clock is below it, the token counts as expired.
    var expiredUntilMilliseconds: Int64 = 0
    /// From then on the token counts as expired: the end of its life.
    var endsAtMilliseconds = Int64.max

    init(seed: UInt64, shop: Int) {
        self.seed = seed
        self.shop = shop
    }

    /// Invented, in the form of the platform's: 56 letters and digits.
    var token: String {
        var random = SplitMix64(seed: seed, UInt64(shop), 6, generation)
        let digits = Array("0123456789abcdef".utf8)
        let text = (0..<52).map { _ in digits[random.below(16)] }
        return "6102" + String(decoding: text, as: UTF8.self)
    }

    /// Makes another token; the old one is unknown from now on.
    mutating func replace() {
        generation += 1
        expiredUntilMilliseconds = 0
        endsAtMilliseconds = .max
    }
}
