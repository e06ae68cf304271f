internal import WireFormat

/// The truth in Pinduoduo's words.
extension SimulatedGateway {
    /// Nil for an order without a deal: the platform does not have it yet.
    func pddOrder(_ record: OrderRecord) -> Line? {
        guard record.paid != nil else { return nil }
        let order = pddOrder(of: record)
        return { json in
            json.member("tid", order.number)
            // The order's, the refund's and the deal's, which lists filter by.
            json.member("status", "\(order.status)/\(order.refundStatus)/1")
            json.member("modified", BeijingTime.text(record.modified))
            json.member("payment", Fen.yuanText(record.paymentFen))
        }
    }

    func pddRefund(_ record: OrderRecord) -> Line? {
        let order = pddOrder(of: record)
        guard let refund = record.items[0].refund else { return nil }
        return { json in
            json.member("refund_id", "\(refund.id)")
            json.member("tid", order.number)
            json.member("oid", "\(PDDOrderRenderer.skuID(record.items[0]))")
            json.member("status", "\(PDDOrder.afterSalesStatus(refund))")
            json.member("modified", BeijingTime.text(refund.modified))
            json.member("refund_fee", Fen.yuanText(refund.feeFen))
        }
    }

    /// Each parcel with the steps of its way so far.
    func pddParcels(_ record: OrderRecord) -> [Line] {
        let number = pddOrder(of: record).number
        return record.parcels.map { parcel in
            { json in
                let trace = self.trace(parcel, record)
                json.member("tid", number)
                json.member("out_sid", parcel.waybill)
                json.member("company_name", PDDCourier.of(parcel).name)
                json.member("steps", Int64(trace.steps.count))
            }
        }
    }

    private func pddOrder(of record: OrderRecord) -> PDDOrder {
        let shop = world.shops.firstIndex { $0.serial(tid: record.tid) != nil } ?? 0
        return PDDOrder(record: record, shop: shop)
    }

    /// The orders of promoters, which belong to no shop.
    func promotedOrders() -> [Line] {
        promotion.orders.map { order in
            { json in
                json.member("order_sn", order.number)
                json.member("status", order.status.rawValue)
                json.member("modified", BeijingTime.text(order.modified))
                json.member("amount", order.amount)
                json.member("promotion_amount", order.promotionAmount)
            }
        }
    }

    /// What goods cost at present; those out of the programme have no price.
    func promotedGoods() -> [Line] {
        let now = now
        return promotion.goods.map { goods in
            { json in
                let offer = goods.offer(at: now, offerSeconds: behaviour.offerSeconds)
                json.member("goods_sign", goods.sign)
                json.member("goods_id", goods.goodsID)
                json.member("group_price", offer.isListed ? offer.groupPrice : nil)
                json.member("final_price", offer.isListed ? offer.finalPrice(at: now) : nil)
                json.member("mall_coupon_percent", offer.extras.mallCouponPercent)
                json.member("follow_coupon", offer.extras.followCoupon)
                json.member("extra_coupon", offer.extras.extraCoupon)
                json.member("cash_gift", offer.extras.cashGift)
                json.member("platform_discount", offer.extras.platformDiscount)
            }
        }
    }
}
