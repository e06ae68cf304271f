internal import SyncCore

/// The status graph: what may happen next (weights are relative), drawn from the table of
/// states in open.taobao.com, api 54.
///
///     noCreatePay -> waitBuyerPay -> (payPending) -> waitSellerSend <- paidForbidConsign
///     waitBuyerPay -> closedUnpaid        waitSellerSend -> partConsigned -> waitBuyerConfirm
///     waitBuyerConfirm -> (buyerSigned) -> finished       refunds close sub-orders -> closed
extension OrderRecord {
    typealias WeightedChange = (change: OrderChange, weight: Int)

    func possibleChanges() -> [WeightedChange] {
        var changes = statusChanges()
        for place in items.indices {
            changes += refundChanges(place)
        }
        if memoCount < 3 { changes.append((.writeMemo, 3)) }
        changes.append((.setFlag, status.isTerminal ? 1 : 3))
        if status == .finished {
            if !isSellerRated { changes.append((.rateBySeller, 40)) }
            if !isBuyerRated { changes.append((.rateByBuyer, 30)) }
        }
        return changes
    }

    private func statusChanges() -> [WeightedChange] {
        switch status {
        case .noCreatePay:
            return [(.openPayment, 90), (.closeUnpaid, 10)]
        case .waitBuyerPay:
            if type == .step, depositPaid == nil { return [(.payDeposit, 80), (.closeUnpaid, 15)] }
            let begin = type == .tmallInternational ? 40 : 0
            return [
                (.pay, 80), (.beginPayment, begin), (.closeUnpaid, 12), (.adjustPrice, 6),
            ].filter { $0.1 > 0 }
        case .payPending:
            return [(.pay, 90), (.closeUnpaid, 5)]
        case .paidForbidConsign:
            return [(.release, 90)]
        case .waitSellerSend:
            if type.isVirtual { return [(.deliverVirtual, 100)] }
            let hold = type == .supermarket && revision < 4 ? 10 : 0
            let part = unshippedItems.count > 1 ? 25 : 0
            return [(.shipAll, 80), (.shipPart, part), (.hold, hold)].filter { $0.1 > 0 }
        case .partConsigned:
            return [(.shipAll, 80), (.shipPart, unshippedItems.count > 1 ? 20 : 1)]
        case .waitBuyerConfirm:
            return type == .cod ? [(.sign, 80)] : [(.confirm, 80)]
        case .buyerSigned:
            return [(.confirm, 80)]
        case .finished, .closed, .closedUnpaid:
            return []
        }
    }

    private func refundChanges(_ place: Int) -> [WeightedChange] {
        let item = items[place]
        guard let refund = item.refund else {
            switch item.status {
            case .waitSellerSend where paid != nil: return [(.applyRefund(item: place), 3)]
            case .waitBuyerConfirm where paid != nil: return [(.applyRefund(item: place), 3)]
            case .finished where paid != nil: return [(.applyRefund(item: place), 1)]
            default: return []
            }
        }
        switch refund.status {
        case .waitSellerAgree where refund.needsReturn:
            return [(.agreeToReturn(item: place), 60), (.refuseRefund(item: place), 12)]
        case .waitSellerAgree:
            return [(.completeRefund(item: place), 60), (.refuseRefund(item: place), 12)]
        case .waitBuyerReturn:
            return [(.returnGoods(item: place), 60), (.withdrawRefund(item: place), 6)]
        case .waitSellerConfirm:
            return [(.completeRefund(item: place), 60)]
        case .refused:
            return [(.withdrawRefund(item: place), 60)]
        case .closed, .success:
            return []
        }
    }

    /// The places of the sub-orders that wait for a parcel. One in refund is held back.
    var unshippedItems: [Int] {
        items.indices.filter { items[$0].status == .waitSellerSend && !items[$0].hasOpenRefund }
    }
}
