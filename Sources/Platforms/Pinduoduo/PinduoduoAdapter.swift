public import SyncCore
internal import WireFormat

/// Pinduoduo's open platform: what merchants have, and promoters (Duoduo Jinbao, `DDK…`).
public struct PinduoduoAdapter: PlatformAdapter {
    public init() {}

    /// Orders by change come newest first (FAQ 3155CCB725082A31), half an hour at once, and want
    /// three minutes of rest; by confirmation a day at once, in no promised order. Rows of both
    /// are whole orders. A promoter's list answers for a day at once and the last 90 days.
    public var rules: ReadingRules {
        let changed = ReadingRules.List(spanMax: 1_800, mode: .seek)
        var rules = ReadingRules(
            changed: changed, swept: changed,
            created: ReadingRules.List(spanMax: 86_400, mode: .counted),
            refunds: ReadingRules.List(spanMax: 1_800, mode: .counted))
        rules.affiliate = ReadingRules.List(
            spanMax: 86_400, mode: .counted, horizon: 90 * 86_400)
        rules.settleMin = 180
        // 100 calls in 10 s for a merchant (pdd.refund.list.increment.get, "limits").
        rules.refundsGap = 120
        rules.listsAreComplete = true
        rules.tracesNeedCarrier = true
        return rules
    }

    public func methodName(_ method: CallMethod) -> String {
        switch method {
        case .serverTime: "pdd.time.get"
        case .ordersChanged: "pdd.order.number.list.increment.get"
        case .ordersCreated: "pdd.order.list.get"
        case .orderDetail: "pdd.order.information.get"
        case .refundsChanged: "pdd.refund.list.increment.get"
        case .refundDetail: "pdd.refund.information.get"
        case .parcelTrace: "pdd.logistics.ordertrace.get"
        case .carriers: "pdd.logistics.companies.get"
        case .seller: "pdd.mall.info.get"
        case .affiliateChanged: "pdd.ddk.order.list.increment.get"
        case .goodsSearch: "pdd.ddk.goods.search"
        case .goodsDetail: "pdd.ddk.goods.detail"
        case .orderParcels: BrokenAnswer.noMethod  // The reading rules never request it.
        }
    }

    public func request(
        for call: Call, credentials: Credentials, types: [String]
    ) -> PlatformRequest {
        var credentials = credentials
        if !Self.needsToken(call.kind) { credentials.session = nil }
        return PinduoduoRequest.build(
            type: methodName(call.method), parameters: parameters(of: call),
            credentials: credentials, platformTime: call.platformTime)
    }

    private static func needsToken(_ kind: Call.Kind) -> Bool {
        switch kind {
        case .list, .order, .refund, .seller: true
        case .serverTime, .trace, .parcels, .carriers, .goods: false
        }
    }

    private func parameters(of call: Call) -> [String: String] {
        switch call.kind {
        case .serverTime, .carriers, .seller: [:]
        case .goods(let query): DDKRequest.goods(query)
        case .list(let page) where call.method == .affiliateChanged: DDKRequest.orders(page)
        case .list(let page): listParameters(page, call.method)
        case .order(let id), .parcels(let id): ["order_sn": id]
        case .refund(let id, let order): ["order_sn": order, "after_sales_id": id]
        case .trace(let parcel, _, let carrier):
            ["company_code": carrier, "mail_no": parcel.trackingNumber]
        }
    }

    private func listParameters(
        _ page: PageRequest, _ method: CallMethod
    ) -> [String: String] {
        let span = method == .ordersCreated ? "confirm_at" : "updated_at"
        var parameters = [
            "start_\(span)": "\(page.from.seconds)", "end_\(span)": "\(page.through.seconds)",
            "page": "\(page.pageNumber)", "page_size": "\(page.pageSize)",
        ]
        guard method != .refundsChanged else {
            // 1 is all kinds, and all states.
            parameters["after_sales_type"] = "1"
            parameters["after_sales_status"] = "1"
            return parameters
        }
        // 5 is all states.
        parameters["order_status"] = "5"
        parameters["refund_status"] = "5"
        parameters["use_has_next"] = page.wantsTotal ? "false" : "true"
        if method == .ordersChanged { parameters["is_lucky_flag"] = "0" }
        return parameters
    }

    public func decode(
        _ response: PlatformResponse, to call: Call
    ) throws(CallFailure) -> PlatformAnswer {
        do throws(CallFailure) {
            return try answer(response, to: call)
        } catch {
            throw BrokenAnswer.checked(error, of: call)
        }
    }

    private func answer(
        _ response: PlatformResponse, to call: Call
    ) throws(CallFailure) -> PlatformAnswer {
        let time = call.platformTime
        switch call.kind {
        case .serverTime:
            let content = try PinduoduoDocument.content(response, at: time)
            guard let answered = PinduoduoTime.parse(content["time"]) else {
                throw BrokenAnswer.failure(response, "no time in it")
            }
            return .serverTime(answered)
        case .list where call.method == .affiliateChanged:
            let (page, summary) = try DDKOrderDecoder.page(response, at: time)
            return .affiliate(page, summary)
        case .goods(let query):
            return .goods(try DDKGoodsDecoder.page(response, to: query, at: time))
        case .list where call.method == .refundsChanged:
            let (page, summary) = try PinduoduoRefundDecoder.page(response, at: time)
            return .refunds(page, summary)
        case .list:
            let (page, summary) = try PinduoduoEnvelope.orders(
                response, sortsByCreation: call.method == .ordersCreated, at: time)
            return .orders(page, summary)
        case .order(let id):
            return .order(try order(response, id: id, at: time))
        case .refund(let id, _):
            return .refund(try PinduoduoRefundDecoder.detail(response, id: id, at: time))
        case .trace:
            return .trace(try PinduoduoParcelDecoder.trace(response, at: time))
        case .carriers:
            return .carriers(try PinduoduoParcelDecoder.carriers(response, at: time))
        case .seller:
            return .seller(try PinduoduoDocument.seller(response, at: time))
        case .parcels:
            throw BrokenAnswer.notAsked
        }
    }

    private func order(
        _ response: PlatformResponse, id: String, at time: UTCInstant
    ) throws(CallFailure) -> OrderPage {
        var (page, _) = try PinduoduoEnvelope.orders(
            response, sortsByCreation: false, at: time)
        page.source = .detail
        if page.isRejection(of: id) { return page }
        guard page.orders.count == 1, page.text(page.orders[0].id) == id else {
            throw BrokenAnswer.failure(response, "not the order that was asked for")
        }
        // A detail without money and items is none; storing it would call the order complete.
        guard !page.orders[0].isSparse else {
            throw BrokenAnswer.failure(response, "an order without content")
        }
        return page
    }
}
