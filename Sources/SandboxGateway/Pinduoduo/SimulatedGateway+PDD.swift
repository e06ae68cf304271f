internal import SyncCore
internal import WireFormat

/// The front of Pinduoduo's open platform. Refusals come with status 200.
extension SimulatedGateway {
    mutating func answerPDD(
        _ request: GatewayRequest, _ fault: InjectedFault?
    ) -> GatewayAnswer {
        let requestID = "\(now.seconds)\(requestHash % 10_000_000)"
        do throws(PDDError) {
            guard let parameters = SimulatedGateway.pddParameters(request) else {
                throw .parameter("body")
            }
            let call = try admitPDD(parameters, host: request.host, fault)
            var response = PDDResponse(method: call.method, requestID: requestID)
            try perform(call, fault, into: &response)
            statistics.answersByCode["0", default: 0] += 1
            var answer = answer(response.bytes())
            if call.method == .tokenCreate || call.method == .tokenRefresh {
                loseTokenAnswer(&answer)
            }
            return answer
        } catch {
            statistics.answersByCode["\(error.code)", default: 0] += 1
            return answer(error.json(requestID: requestID))
        }
    }

    private mutating func admitPDD(
        _ parameters: [String: String], host: String, _ fault: InjectedFault?
    ) throws(PDDError) -> PDDCall {
        if let type = parameters["type"], PDDMethod(rawValue: type) != nil {
            statistics.callsByMethod[type, default: 0] += 1
        }
        let validator = PDDRequestValidator(
            clientID: configuration.appKey, clientSecret: configuration.appSecret)
        let method = try validator.admit(parameters, now: now)
        do {
            try admit(method: method.rawValue, fault)
        } catch {
            throw .limited(error)
        }
        let shop = method.needsToken ? try pddShop(parameters, fault) : 0
        try validator.checkRequired(method, parameters)
        if fault == .serviceFault { throw random.pick(PDDError.serviceFaults) }
        return PDDCall(method: method, parameters: parameters, shop: shop, host: host)
    }

    private mutating func pddShop(
        _ parameters: [String: String], _ fault: InjectedFault?
    ) throws(PDDError) -> Int {
        guard let token = parameters["access_token"], !token.isEmpty else {
            throw .common("access_token")
        }
        switch shop(token: token, fault) {
        case .success(let shop): return shop
        case .failure(.unknown): throw .invalidToken
        case .failure(.expired): throw .tokenExpired
        }
    }

    private mutating func perform(
        _ call: PDDCall, _ fault: InjectedFault?, into response: inout PDDResponse
    ) throws(PDDError) {
        switch call.method {
        case .time:
            let text = BeijingTime.text(now)
            response.members = { $0.member("time", text) }
        case .orderIncrement, .orderList, .orderBasicList:
            try listOrders(call, fault, into: &response)
        case .orderInformation: try readOrder(call, into: &response)
        case .orderStatus: readStatus(call, into: &response)
        case .refundIncrement: try listRefunds(call, fault, into: &response)
        case .refundInformation: try readRefund(call, into: &response)
        case .companies: response.members = PDDCourier.writeAll
        case .orderTrace: try traceParcel(call, into: &response)
        case .mallInfo: writeMall(call, into: &response)
        case .tokenCreate, .tokenRefresh: try grantToken(call, into: &response)
        case .promotedOrders: try listPromotedOrders(call, fault, into: &response)
        case .goodsDetail: try readGoods(call, into: &response)
        case .goodsSearch: try searchGoods(call, into: &response)
        case .pidGenerate: try generatePIDs(call, into: &response)
        case .pidQuery: try listPIDs(call, into: &response)
        case .authorityQuery: try queryAuthority(call, into: &response)
        case .promotionURL: try makePromotionURL(call, into: &response)
        }
    }

    private func writeMall(_ call: PDDCall, into response: inout PDDResponse) {
        let number = Int64(call.shop)
        let name = world.shops[call.shop].sellerNick
        response.members = { json in
            json.member("logo", "")
            json.member("mall_character", 2)
            json.member("mall_desc", "")
            json.member("mall_id", 100_000_001 + number)
            json.member("mall_name", name)
            json.member("merchant_type", 3)
        }
    }

    /// The parameters of a call: of a form, or of a JSON object whose values are plain.
    private static func pddParameters(_ request: GatewayRequest) -> [String: String]? {
        guard request.verb == "POST" || request.verb == "GET" else { return nil }
        guard request.body.first == UInt8(ascii: "{") else {
            let text = request.verb == "GET" ? request.query : request.body
            return FormEncoding.decode(text).map {
                Dictionary($0.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            }
        }
        let root = try? request.body.withUnsafeBytes { try JSONValue.parse($0) }
        guard case .object(let members, _)? = root else { return nil }
        var parameters: [String: String] = [:]
        for member in members {
            switch member.value {
            case .string(let text), .number(let text): parameters[member.name] = text
            case .flag(let flag): parameters[member.name] = flag ? "true" : "false"
            case .null: continue
            case .object, .array, .tooDeep: return nil  // Lists travel as JSON in a text.
            }
        }
        return parameters
    }
}
