internal import SyncCore

/// Makes new orders from the seed: the same shop and serial number give the same order.
struct OrderFactory: Sendable {
    let seed: UInt64
    let shop: Int
    let platform: SandboxPlatform

    func make(serial: Int, created: UTCInstant) -> OrderRecord {
        var random = SplitMix64(seed: seed, UInt64(shop), 1, UInt64(serial))
        let salt = random.next()
        let type = type(&random)
        let tid = Identifiers.tid(shop: shop, serial: serial, item: 0, salt: salt)
        let status = initialStatus(type, &random)
        let postFen = type.isVirtual ? 0 : random.pick([0, 0, 0, 600, 800, 1_200] as [Int64])
        var order = OrderRecord(
            tid: tid, salt: salt, type: type, created: created, postFen: postFen,
            status: status, modified: created,
            items: items(type, status: status, serial: serial, tid: tid, salt: salt, &random))
        order.isSentInPieces = platform == .pinduoduo && salt % 8 == 3
        return order
    }

    private func type(_ random: inout SplitMix64) -> TradeType {
        let dice = random.below(100)
        switch platform {
        case .taobao: return taobaoType(dice)
        case .pinduoduo: return pinduoduoType(dice)
        }
    }

    /// Nothing is paid on delivery there; some orders are under review before they are shipped.
    private func pinduoduoType(_ dice: Int) -> TradeType {
        switch dice {
        case ..<90: .fixed
        case ..<94: .step
        case ..<96: .autoDelivery
        default: .supermarket
        }
    }

    /// A tenth of the orders is of types that a list leaves out unless asked for them.
    private func taobaoType(_ dice: Int) -> TradeType {
        switch dice {
        case ..<80: .fixed
        case ..<82: .auction
        case ..<86: .step
        case ..<88: .cod
        case ..<90: .autoDelivery
        case ..<93: .eticket
        case ..<95: .nopaid
        case ..<98: .tmallInternational
        default: .supermarket
        }
    }

    private func initialStatus(
        _ type: TradeType, _ random: inout SplitMix64
    ) -> TradeStatus {
        switch type {
        case .cod, .nopaid: .waitSellerSend  // Nothing is paid before delivery.
        case .fixed, .auction, .step, .autoDelivery, .eticket, .tmallInternational,
            .supermarket:
            random.chance(0.05) ? .noCreatePay : .waitBuyerPay
        }
    }

    private func items(
        _ type: TradeType, status: TradeStatus, serial: Int, tid: Int64, salt: UInt64,
        _ random: inout SplitMix64
    ) -> [ItemRecord] {
        // A group buys one kind of goods.
        let isLone = type.isVirtual || platform == .pinduoduo
        let count = isLone ? 1 : random.pick([1, 1, 1, 1, 2, 2, 3, 3, 4, 5])
        return (1...count).map { place in
            let number = random.below(Catalogue.products.count)
            let product = Catalogue.products[number]
            let quantity = random.pick([1, 1, 1, 1, 2, 3] as [Int64])
            let total = product.priceFen * quantity
            let discount = random.chance(0.4) ? total * random.within(1...20) / 100 : 0
            let shared = random.chance(0.3) ? (total - discount) * random.within(1...25) / 100 : 0
            return ItemRecord(
                // The only sub-order of an order carries the order's own number.
                oid: count == 1
                    ? tid : Identifiers.tid(shop: shop, serial: serial, item: place, salt: salt),
                product: number, sku: random.below(product.skus.count), quantity: quantity,
                priceFen: product.priceFen, discountFen: discount, sharedDiscountFen: shared,
                status: status)
        }
    }
}
