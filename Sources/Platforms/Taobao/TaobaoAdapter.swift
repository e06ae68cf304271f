public import SyncCore
internal import WireFormat

/// The Taobao Open Platform (TOP): parameters in the body of a POST, answers in JSON, errors with
/// HTTP 200.
public struct TaobaoAdapter: PlatformAdapter {
    public let signMethod: TOPSignature.Method

    public init(signMethod: TOPSignature.Method = .hmacSHA256) {
        self.signMethod = signMethod
    }

    public func methodName(_ method: CallMethod) -> String {
        switch method {
        case .serverTime: "taobao.time.get"
        case .ordersChanged: "taobao.trades.sold.increment.get"
        case .ordersCreated: "taobao.trades.sold.get"
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
        switch call.kind {
        case .serverTime:
            break
        case .list(let page):
            parameters["session"] = credentials.session
            parameters.merge(listParameters(page, call.method, types)) { _, new in new }
        }
        parameters = parameters.filter { !TOPSignature.isBlank($0.value) }
        parameters["sign"] = TOPSignature.sign(
            parameters, secret: credentials.appSecret, method: signMethod)
        let pairs = parameters.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return PlatformRequest(
            body: FormEncoding.encode(pairs),
            contentType: "application/x-www-form-urlencoded;charset=UTF-8")
    }

    private func listParameters(
        _ page: PageRequest, _ method: CallMethod, _ types: [String]
    ) -> [String: String] {
        let suffix = method == .ordersCreated ? "created" : "modified"
        return [
            "fields": TaobaoFields.list,
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
        switch call.kind {
        case .serverTime:
            return .serverTime(try TaobaoEnvelope.serverTime(response))
        case .list:
            let sortsByCreation = call.method == .ordersCreated
            let (page, summary) = try TaobaoEnvelope.orders(
                response, sortsByCreation: sortsByCreation)
            return .orders(page, summary)
        }
    }
}
