/// One thing that happens to an order. Numbers name a sub-order by its place.
enum OrderChange: Hashable, Sendable {
    case openPayment
    case payDeposit
    case beginPayment
    case pay
    case hold
    case release
    case closeUnpaid
    case adjustPrice
    case shipAll
    case shipPart
    case sign
    case confirm
    case deliverVirtual
    case applyRefund(item: Int)
    case agreeToReturn(item: Int)
    case returnGoods(item: Int)
    case completeRefund(item: Int)
    case refuseRefund(item: Int)
    case withdrawRefund(item: Int)
    case setFlag
    case writeMemo
    case rateBySeller
    case rateByBuyer

    /// How long people take for it, in seconds after the change before.
    var delaySeconds: ClosedRange<Int64> {
        switch self {
        case .openPayment: 1...30
        case .payDeposit, .beginPayment, .pay: 15...1_800
        case .hold: 0...5
        case .release: 600...43_200
        case .closeUnpaid: 1_800...86_400
        case .adjustPrice: 60...900
        case .shipAll, .shipPart: 3_600...100_000
        case .sign: 86_400...345_600
        case .confirm: 172_800...864_000
        case .deliverVirtual: 2...120
        case .applyRefund: 1_800...172_800
        case .agreeToReturn, .refuseRefund: 600...86_400
        case .returnGoods: 86_400...345_600
        case .completeRefund: 3_600...172_800
        case .withdrawRefund: 3_600...259_200
        case .setFlag, .writeMemo: 30...14_400
        case .rateBySeller, .rateByBuyer: 600...432_000
        }
    }
}
