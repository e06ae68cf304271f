/// One decoded answer that holds goods; one that is not in it is not on offer.
public struct GoodsPage: Equatable, Sendable {
    public var offers: [GoodsOffer]
    /// Rows of the answer that are not among `offers`.
    public var rejected: [RejectedRow] = []

    public init(offers: [GoodsOffer]) {
        self.offers = offers
    }

    /// The offer of a good. The only answer to a question for one good is that good's, by
    /// whatever sign it goes there.
    public func offer(of goods: String, in query: GoodsQuery) -> GoodsOffer? {
        query.isDetail ? offers.first : offers.first { $0.goods == goods }
    }
}
