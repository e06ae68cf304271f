/// The parameters of all statements. In SQL a case has its name in snake case: `.shopID` is
/// `:shop_id`. A parameter that holds a column's value has the column's name.
enum Parameter: Int, CaseIterable {
    case action, aloneUntilAt, app, askedMs, attempts, authorizedUntilAt, bannedUntilAt, batch,
        before, belowFen, bestFen, blanks, buyer, buyerID, buyerMessage, callClass, calls,
        carrierID, cashGiftFen, code, columns, company, contentHash, couponEndAt, couponFen,
        couponMinFen, couponRemaining, couponStartAt, couponState, couponTotal, createdAt,
        cursorAt, cursorBefore, customParameters, day, dayStartAt, deliveredAt, depositPaidAt,
        description, discountFen, dividedFen, dueAt, dueBy, endAt, endedAt, endedBefore, entity,
        entityID, eventAt, extraCouponFen, failReason, finalFen, followCouponFen,
        followCouponMinFen, fromAt, goodStatus, goodsID, goodsName, goodsPriceFen, goodsSign,
        groupFen, groupedAt, hasDetails, hiddenColumns, hiddenOrders, histogram, includesOpen,
        intervalS, isAlone, isCorrected, isFailure, isFuture, isGift, isPublic, isPurged,
        isRepair, isRepaired, isSplit, itemCount, itemID, itemIDs, jinbaoFen, keepsError, kind,
        lagS, lastError, lastEvent, lastEventAt, lastSeq, late, limit, listHash,
        logisticsCompany, mallCouponEndAt, mallCouponMaxFen, mallCouponMinFen, mallCouponPercent,
        mallCouponStartAt, mallID, mallName, method, missed, modifiedAt, name, namedBy,
        needsCarriers, newStatus, nextPollAt, nick, normalFen, now, observedAt, oldStatus,
        openEndAt, orderAmountFen, orderID, orderKey, orderSn, orders, outerID, outerSkuID,
        overlapS, ownShopID, paidAt, path, paymentFen, phase, pid, pidError, platform,
        platformCount, platformDiscountFen, platformModifiedAt, platformStatus, polledAt,
        postFen, priceFen, priority, promotionAmountFen, promotionRatePermille, purgedOrders,
        quantity, raw, rawHash, rawID, reason, receivedAt, receivedFen, receiverAddress,
        receiverCity, receiverDistrict, receiverName, receiverPhone, receiverState, receiverZip,
        refundFen, refundID, refundStatus, rejectedID, repaired, returnCompany, returnTrackingNo,
        rowKey, rows, seenBefore, sellerFlag, sellerID, sellerMemo, sellerNick, seq, settleS,
        settledAt, shippedAt, shopID, shops, skuID, skuName, source, startAt, state, stateReason,
        status, stepPaidFen, stepStatus, storedCount, storedModifiedAt, stream, syncedAt, title,
        toAt, totalFen, trackingNo, trackingNos, type, unstatedColumns, unstatedOrders, untilAt,
        updatedAt, verifiedAt, verifyID

    /// Nil for a name that no case has.
    init?(sqlName: String) {
        guard let known = Self.byName[sqlName] else { return nil }
        self = known
    }

    /// The parameter of a column.
    init(named column: String) {
        guard let known = Self.byName[column] else {
            preconditionFailure("no case of Parameter for \(column)")
        }
        self = known
    }

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { (snakeCase("\($0)"), $0) })

    /// An underscore where a capital follows a small letter: `itemIDs` is `item_ids`.
    private static func snakeCase(_ name: String) -> String {
        var text = ""
        var previous: Character = "_"
        for character in name {
            if character.isUppercase, previous.isLowercase { text.append("_") }
            text += character.lowercased()
            previous = character
        }
        return text
    }
}
