/// A set of trade types, quick to ask: lists ask it for every order that they pass over.
struct TradeTypeSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt16 = 0

    init(arrayLiteral types: TradeType...) {
        for type in types { insert(type) }
    }

    func contains(_ type: TradeType) -> Bool {
        bits & TradeTypeSet.bit(type) != 0
    }

    mutating func insert(_ type: TradeType) {
        bits |= TradeTypeSet.bit(type)
    }

    private static func bit(_ type: TradeType) -> UInt16 {
        switch type {
        case .fixed: 1
        case .auction: 2
        case .step: 4
        case .cod: 8
        case .autoDelivery: 16
        case .eticket: 32
        case .nopaid: 64
        case .tmallInternational: 128
        case .supermarket: 256
        }
    }
}
