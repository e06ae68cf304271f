public import SyncCore
internal import WireFormat

/// The Taobao Open Platform (TOP): parameters in the body of a POST, answers in JSON, errors with
/// HTTP 200.
public struct TaobaoAdapter: PlatformAdapter {
    public let signMethod: TOPSignature.Method

    public init(signMethod: TOPSignature.Method = .hmacSHA256) {
        self.signMethod = signMethod
    }

    /// Lists come newest first, but for those of refunds. Half an hour at once is advised; what is
    /// read again can wait for longer answers, and history by creation bears a day and more where
    /// that holds few orders: no limit is documented.
    public var rules: ReadingRules {
        var rules = ReadingRules(
            changed: ReadingRules.List(spanMax: 1_800, mode: .seek),
            swept: ReadingRules.List(spanMax: 21_600, spanFirst: 1_800, mode: .seek),
            created: ReadingRules.List(spanMax: 30 * 86_400, spanFirst: 86_400, mode: .seek),
            refunds: ReadingRules.List(spanMax: 30 * 86_400, mode: .counted))
        rules.listsParcels = true
        return rules
    }

    public func methodName(_ method: CallMethod) -> String {
        switch method {
        case .serverTime: "taobao.time.get"
        case .ordersChanged: "taobao.trades.sold.increment.get"
        case .ordersCreated: "taobao.trades.sold.get"
        case .orderDetail: "taobao.trade.fullinfo.get"
        case .refundsChanged: "taobao.refunds.receive.get"
        case .refundDetail: "taobao.refund.get"
        case .parcelTrace: "taobao.logistics.trace.search"
        case .orderParcels: "taobao.logistics.orders.get"
        case .seller: "taobao.user.seller.get"
        // Parcels are asked about without carriers, and there are no promoters.
        case .carriers, .affiliateChanged, .goodsSearch, .goodsDetail: BrokenAnswer.noMethod
        }
    }

    /// The token travels in the body: a URL would leave it in the logs of every proxy.
    public func request(
        for call: Call, credentials: Credentials, types: [String]
    ) -> PlatformRequest {
        var parameters: [String: String] = [
            "method": methodName(call.method),
            "app_key": credentials.appKey,
            "timestamp": BeijingTime.text(call.platformTime),
            "format": "json",
            "v": "2.0",
            "sign_method": signMethod.rawValue,
        ]
        if call.kind != .serverTime { parameters["session"] = credentials.session?.exposedText }
        parameters.merge(ownParameters(call, types)) { _, new in new }
        parameters = parameters.filter { !TOPSignature.isBlank($0.value) }
        parameters["sign"] = TOPSignature.sign(
            parameters, secret: credentials.appSecret.exposedText, method: signMethod)
        let pairs = parameters.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return PlatformRequest(
            body: FormEncoding.encode(pairs),
            contentType: "application/x-www-form-urlencoded;charset=UTF-8")
    }

    private func ownParameters(_ call: Call, _ types: [String]) -> [String: String] {
        switch call.kind {
        case .serverTime, .carriers, .goods:
            return [:]
        case .list(let page):
            return listParameters(page, call.method, types)
        case .order(let id):
            return ["fields": TaobaoFields.detail, "tid": id]
        case .refund(let id, _):
            return ["fields": TaobaoFields.refund, "refund_id": id]
        case .trace(let parcel, let items, _):
            guard !items.isEmpty else { return ["tid": parcel.order] }
            let asked = items.prefix(Self.parcelItemsMax).joined(separator: ",")
            return ["tid": parcel.order, "is_split": "1", "sub_tid": asked]
        case .parcels(let order):
            return ["fields": TaobaoFields.parcels, "tid": order]
        case .seller:
            return ["fields": "user_id,nick"]
        }
    }

    /// Most sub-orders that one call for a parcel takes (api:10463).
    private static let parcelItemsMax = 50

    private func listParameters(
        _ page: PageRequest, _ method: CallMethod, _ types: [String]
    ) -> [String: String] {
        let suffix = method == .ordersCreated ? "created" : "modified"
        return [
            "fields": method == .refundsChanged ? TaobaoFields.refunds : TaobaoFields.list,
            "start_\(suffix)": BeijingTime.text(page.from),
            "end_\(suffix)": BeijingTime.text(page.through),
            "type": (types.isEmpty ? TaobaoFields.types : types).joined(separator: ","),
            "page_no": "\(page.pageNumber)",
            "page_size": "\(page.pageSize)",
            "use_has_next": page.wantsTotal ? "false" : "true",
        ]
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
        switch call.kind {
        case .serverTime:
            return .serverTime(try TaobaoEnvelope.serverTime(response))
        case .list where call.method == .refundsChanged:
            let (page, summary) = try TaobaoRefundDecoder.page(response)
            return .refunds(page, summary)
        case .list:
            let sortsByCreation = call.method == .ordersCreated
            let (page, summary) = try TaobaoEnvelope.orders(
                response, sortsByCreation: sortsByCreation)
            return .orders(page, summary)
        case .order(let id):
            return .order(try order(response, id: id))
        case .refund(let id, _):
            return .refund(try TaobaoRefundDecoder.detail(response, id: id))
        case .trace(let parcel, _, _):
            return .trace(try TaobaoParcelDecoder.trace(response, order: parcel.order))
        case .parcels(let order):
            return .parcels(try TaobaoParcelDecoder.parcels(response, order: order))
        case .seller:
            return .seller(try TaobaoDocument.seller(response))
        case .carriers, .goods:
            throw BrokenAnswer.notAsked
        }
    }

    private func order(
        _ response: PlatformResponse, id: String
    ) throws(CallFailure) -> OrderPage {
        var (page, _) = try TaobaoEnvelope.orders(response, sortsByCreation: false)
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
