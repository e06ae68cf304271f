internal import SyncCore

extension OrderRecord {
    /// Makes `change` happen. One that is not possible (all its sub-orders are in refund, say)
    /// still counts as an edit of the order, as idle clicks of a seller do.
    /// - Parameter random: decides the details, such as which sub-orders go into the parcel.
    mutating func apply(
        _ change: OrderChange, at now: UTCInstant, refundID: (Int) -> Int64,
        _ random: inout SplitMix64
    ) {
        modified = max(modified, now)
        revision += 1
        switch change {
        case .openPayment: move(to: .waitBuyerPay)
        case .payDeposit: depositPaid = now
        case .beginPayment: move(to: .payPending)
        case .pay:
            paid = now
            depositPaid = depositPaid ?? now
            move(to: .waitSellerSend)
        case .hold: status = .paidForbidConsign  // The trade only: sub-orders lack this state.
        case .release: status = .waitSellerSend
        case .closeUnpaid:
            move(to: .closedUnpaid)
            end(at: now)
        case .adjustPrice: adjustPrice(&random)
        case .shipAll: ship(unshippedItems, at: now, &random)
        case .shipPart: ship(Array(unshippedItems.prefix(1)), at: now, &random)
        case .sign: move(from: .waitBuyerConfirm, to: .buyerSigned)
        case .confirm: finish(at: now)
        case .deliverVirtual:
            consigned = now
            move(from: .waitSellerSend, to: .waitBuyerConfirm)
            finish(at: now)
        case .applyRefund(let place):
            applyForRefund(place, id: refundID(place), at: now, &random)
        case .agreeToReturn(let place): setRefund(place, .waitBuyerReturn, at: now)
        case .returnGoods(let place):
            items[place].refund?.returned = now
            setRefund(place, .waitSellerConfirm, at: now)
        case .completeRefund(let place): completeRefund(place, at: now)
        case .refuseRefund(let place): setRefund(place, .refused, at: now)
        case .withdrawRefund(let place): setRefund(place, .closed, at: now)
        case .setFlag:
            sellerFlag = (sellerFlag + random.within(1...5)) % 6
            correctWaybill()
        case .writeMemo: memoCount += 1
        case .rateBySeller: isSellerRated = true
        case .rateByBuyer: isBuyerRated = true
        }
    }

    /// Moves the trade and its open sub-orders.
    private mutating func move(to next: TradeStatus) {
        status = next
        for place in items.indices where items[place].isOpen {
            items[place].status = next
        }
    }

    private mutating func move(from previous: TradeStatus, to next: TradeStatus) {
        status = next
        for place in items.indices where items[place].status == previous {
            items[place].status = next
        }
    }

    private mutating func end(at now: UTCInstant) {
        ended = now
        for place in items.indices where items[place].ended == nil {
            items[place].ended = now
        }
    }

    private mutating func adjustPrice(_ random: inout SplitMix64) {
        let place = random.below(items.count)
        let item = items[place]
        // Up to a tenth less, and never below a fen: the shares must stay positive.
        let cut = random.within(0...max(0, item.dividedFen / 10))
        items[place].adjustFen -= cut
    }

    private mutating func ship(
        _ places: [Int], at now: UTCInstant, _ random: inout SplitMix64
    ) {
        guard !places.isEmpty else { return }
        parcels.append(ParcelRecord(consigned: now, salt: random.next()))
        if isSentInPieces {
            let second = SplitMix64.mixed(parcels[parcels.count - 1].salt)
            parcels.append(ParcelRecord(consigned: now, salt: second))
        }
        let parcel = parcels.count - (isSentInPieces ? 2 : 1)
        for place in places {
            items[place].status = .waitBuyerConfirm
            items[place].parcel = parcel
        }
        consigned = consigned ?? now
        settleStatus(at: now)
    }

    /// Some sellers mistype a waybill number, and notice it when they look at the order again.
    private mutating func correctWaybill() {
        guard salt % 6 == 1, status == .waitBuyerConfirm, !isWaybillCorrected,
            let wrong = parcels.last
        else { return }
        isWaybillCorrected = true
        parcels[parcels.count - 1] = ParcelRecord(
            consigned: wrong.consigned, salt: SplitMix64.mixed(wrong.salt &+ 1))
    }

    private mutating func finish(at now: UTCInstant) {
        for place in items.indices where items[place].isOpen {
            // The goods are kept: a refund that was asked for before has lost its ground.
            if items[place].hasOpenRefund { setRefund(place, .closed, at: now) }
            items[place].status = .finished
        }
        if type == .cod || type == .nopaid { paid = paid ?? now }
        status = .finished
        end(at: now)
    }

    private mutating func applyForRefund(
        _ place: Int, id: Int64, at now: UTCInstant, _ random: inout SplitMix64
    ) {
        let item = items[place]
        let isShipped = item.parcel != nil
        let needsReturn = isShipped && random.chance(0.7)
        // Who keeps the goods can get a part of the money.
        let isPartial = isShipped && !needsReturn && salt % 2 == 0
        items[place].refund = RefundRecord(
            id: id, created: now, modified: now, status: .waitSellerAgree,
            feeFen: isPartial ? item.dividedFen / 2 : item.dividedFen,
            isAftersale: item.status == .finished, needsReturn: needsReturn, isPartial: isPartial)
    }

    private mutating func setRefund(
        _ place: Int, _ next: TOPRefundStatus, at now: UTCInstant
    ) {
        items[place].refund?.status = next
        items[place].refund?.modified = now
    }

    private mutating func completeRefund(_ place: Int, at now: UTCInstant) {
        setRefund(place, .success, at: now)
        guard items[place].isOpen, items[place].refund?.isPartial != true else { return }
        // After the sale the sub-order stays finished.
        items[place].status = .closed
        items[place].ended = now
        settleStatus(at: now)
    }

    /// Brings the trade's state in line with its sub-orders after some of them moved.
    private mutating func settleStatus(at now: UTCInstant) {
        let open = items.filter(\.isOpen)
        if open.isEmpty {
            status = items.contains { $0.status == .finished } ? .finished : .closed
            end(at: now)
        } else if open.allSatisfy({ $0.status == .waitBuyerConfirm }) {
            status = .waitBuyerConfirm
        } else if open.contains(where: { $0.status == .waitBuyerConfirm }) {
            status = .partConsigned
        }
    }
}
