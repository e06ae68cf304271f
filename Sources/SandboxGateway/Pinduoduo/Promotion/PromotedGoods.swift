internal import SyncCore
internal import WireFormat

/// A good that promoters sell: always the same, while its offer changes with time.
struct PromotedGoods: Sendable {
    let seed: UInt64
    /// Its place in the catalogue.
    let number: Int

    static let count = Catalogue.products.count

    var product: Catalogue.Product { Catalogue.products[number] }
    var goodsID: Int64 { product.itemID }
    var malls: (id: Int64, name: String) {
        let mall = Int64(number % 5)
        return (983_152_900 + mall, "推广测试店铺\(mall + 1)")
    }
    /// What the promoter earns, in thousandths.
    var promotionRate: Int64 { 50 + Int64(hash(1) % 30) * 10 }

    var sign: String { "E9\(PromotedGoods.token(hash(2)))_\(PromotedGoods.token(hash(3)))" }

    /// The offer at an instant; each is valid for `offerSeconds`.
    func offer(at now: UTCInstant, offerSeconds: Int64) -> SimulatedOffer {
        let length = max(1, offerSeconds)
        let phase = Int64(hash(4) % UInt64(length))
        let slot = (now.seconds + phase) / length
        var random = SplitMix64(seed: seed, 21, UInt64(number), UInt64(slot))
        let from = UTCInstant(seconds: slot * length - phase)
        return SimulatedOffer(
            price: product.priceFen, from: from, passed: now.seconds(since: from), of: length,
            &random)
    }

    private func hash(_ part: UInt64) -> UInt64 {
        SplitMix64.mixed(SplitMix64.mixed(seed &+ UInt64(number) &* 0x9E37_79B9) &+ part)
    }

    /// Letters and digits that stand for a number.
    static func token(_ number: UInt64) -> String {
        String(number, radix: 36) + String(SplitMix64.mixed(number), radix: 36).uppercased()
    }
}
