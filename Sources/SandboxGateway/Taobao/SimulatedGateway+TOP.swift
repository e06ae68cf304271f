internal import Platforms
internal import SyncCore
internal import WireFormat

/// The front of the Taobao Open Platform: checks in its order, its envelope, its errors.
extension SimulatedGateway {
    mutating func answerTOP(
        _ request: GatewayRequest, _ fault: InjectedFault?
    ) -> GatewayAnswer {
        let parameters = SimulatedGateway.topParameters(request)
        let format = parameters?["format"]
        let requestID = String(requestHash, radix: 36)
        do throws(TOPError) {
            guard let parameters else { throw .invalidArgument("encoding") }
            let call = try admitTOP(request.verb, parameters, fault)
            var response = TOPResponse(
                method: call.method, isSimplified: call.isSimplified, requestID: requestID)
            try perform(call, fault, into: &response)
            guard format == "json" else { throw .invalidFormat }
            statistics.answersByCode["0", default: 0] += 1
            return answer(response.bytes())
        } catch {
            statistics.answersByCode["\(error.code)", default: 0] += 1
            if format == "json" { return answer(error.json(requestID: requestID)) }
            var answer = answer(error.xml(requestID: requestID))
            answer.contentType = "text/xml;charset=UTF-8"
            return answer
        }
    }

    private mutating func admitTOP(
        _ verb: String, _ parameters: [String: String], _ fault: InjectedFault?
    ) throws(TOPError) -> TOPCall {
        if let method = parameters["method"], TOPMethod(rawValue: method) != nil {
            statistics.callsByMethod[method, default: 0] += 1
        }
        let validator = TOPRequestValidator(
            appKey: configuration.appKey, appSecret: configuration.appSecret)
        let method = try validator.admit(verb: verb, parameters: parameters, now: now)
        do {
            try admit(method: method.rawValue, fault)
        } catch {
            throw .limited(error)
        }
        let shop = method.needsSession ? try topShop(parameters, fault) : 0
        try validator.checkRequired(method, parameters)
        if fault == .serviceFault { throw random.pick(TOPError.serviceFaults) }
        return TOPCall(method: method, parameters: parameters, shop: shop)
    }

    private mutating func topShop(
        _ parameters: [String: String], _ fault: InjectedFault?
    ) throws(TOPError) -> Int {
        guard let token = parameters["session"], !TOPSignature.isBlank(token) else {
            throw .missingSession
        }
        switch shop(token: token, fault) {
        case .success(let shop): return shop
        case .failure(.unknown): throw .invalidSession
        case .failure(.expired): throw .sessionExpired
        }
    }

    /// The parameters of the query and of the body; SDKs split them as they like.
    private static func topParameters(_ request: GatewayRequest) -> [String: String]? {
        guard let query = FormEncoding.decode(request.query),
            let body = FormEncoding.decode(request.body)
        else { return nil }
        return Dictionary(
            (query + body).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}
