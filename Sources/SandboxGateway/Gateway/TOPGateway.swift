internal import Platforms
internal import SyncCore
internal import WireFormat

/// The gateway as a value: requests and the time go in, answers come out. `SandboxServer` puts
/// it behind a socket; simulations call it directly.
public struct TOPGateway: Sendable {
    let configuration: SandboxConfiguration
    var world: SandboxWorld
    public var behaviour: SandboxBehaviour {
        didSet { world.setIndexLag(secondsMax: behaviour.indexLagSecondsMax) }
    }
    var sessions: [ShopSession]
    var desk = AuthorisationDesk()
    var limiter = CallLimiter()
    var refusal: StandingRefusal?
    var statistics = SandboxStatistics()
    var caches: [RowCache]
    var random: SplitMix64
    /// The gateway's own clock at the present request.
    var nowMilliseconds: Int64
    private let gatekeeper: TOPGatekeeper
    private var requestNumber: UInt64 = 0

    /// - Parameter machineMilliseconds: the machine's time, at which the past of the shops ends.
    public init(configuration: SandboxConfiguration, machineMilliseconds: Int64) {
        self.configuration = configuration
        behaviour = configuration.behaviour
        nowMilliseconds =
            machineMilliseconds + configuration.behaviour.clockSkewSeconds * 1_000
        world = SandboxWorld(
            configuration: configuration,
            start: configuration.startsAt ?? UTCInstant(seconds: nowMilliseconds / 1_000))
        world.setIndexLag(secondsMax: configuration.behaviour.indexLagSecondsMax)
        sessions = (0..<configuration.shopCount).map {
            ShopSession(seed: configuration.seed, shop: $0)
        }
        caches = Array(repeating: RowCache(), count: configuration.shopCount)
        random = SplitMix64(seed: configuration.seed, 7)
        gatekeeper = TOPGatekeeper(
            appKey: configuration.appKey, appSecret: configuration.appSecret)
    }

    var now: UTCInstant { UTCInstant(seconds: nowMilliseconds / 1_000) }

    /// The token with which `shop` is called at present.
    public func session(ofShop shop: String) -> String? {
        shopNumber(shop).map { sessions[$0].token }
    }

    func shopNumber(_ name: String) -> Int? {
        world.shops.firstIndex { $0.name == name }
    }

    /// Answers a request that arrives at `machineMilliseconds`. Life goes on up to then first.
    public mutating func handle(
        _ request: GatewayRequest, machineMilliseconds: Int64
    ) -> GatewayAnswer {
        nowMilliseconds = machineMilliseconds + behaviour.clockSkewSeconds * 1_000
        world.advance(toMilliseconds: nowMilliseconds)
        guard request.path == "/router/rest" else {
            var answer = handleService(request)
            answer.delayMilliseconds = 0  // Only the platform is slow.
            return answer
        }
        statistics.countCall(at: machineMilliseconds)
        requestNumber += 1
        let misfortune = Misfortune.draw(behaviour, &random)
        if let misfortune { statistics.injectedByFault[misfortune.rawValue, default: 0] += 1 }
        if let answer = answerInstead(misfortune) { return answer }
        var answer = answer(request, misfortune)
        damage(&answer, misfortune)
        return answer
    }

    func answer(_ body: [UInt8], status: Int = 200) -> GatewayAnswer {
        var answer = GatewayAnswer(body: body, date: now)
        answer.status = status
        answer.delayMilliseconds = behaviour.latencyMilliseconds
        return answer
    }

    private mutating func answer(
        _ request: GatewayRequest, _ misfortune: Misfortune?
    ) -> GatewayAnswer {
        let parameters = TOPGateway.parameters(request)
        let format = parameters?["format"]
        let requestID = nextRequestID()
        do throws(TOPError) {
            guard let parameters else { throw .invalidArgument("encoding") }
            let call = try admit(request.verb, parameters, misfortune)
            var response = TOPResponse(
                method: call.method, isSimplified: call.isSimplified, requestID: requestID)
            try perform(call, misfortune, into: &response)
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

    private mutating func admit(
        _ verb: String, _ parameters: [String: String], _ misfortune: Misfortune?
    ) throws(TOPError) -> TOPCall {
        if let method = parameters["method"], TOPMethod(rawValue: method) != nil {
            statistics.callsByMethod[method, default: 0] += 1
        }
        let method = try gatekeeper.admit(verb: verb, parameters: parameters, now: now)
        if misfortune == .ban {
            limiter.ban(
                random.pick(BanScope.allCases), method: method,
                seconds: random.within(1...max(1, behaviour.banSecondsMax)),
                now: nowMilliseconds)
        }
        try limiter.admit(
            method, callsPerSecond: behaviour.callsPerSecond,
            callsPerDay: behaviour.callsPerDay, now: nowMilliseconds)
        if let refusal, refusal.concerns(method) { throw refusal.error }
        let shop = method.needsSession ? try shop(parameters, misfortune) : 0
        try gatekeeper.checkRequired(method, parameters)
        if misfortune == .serviceFault { throw random.pick(TOPError.serviceFaults) }
        return TOPCall(method: method, parameters: parameters, shop: shop)
    }

    private mutating func shop(
        _ parameters: [String: String], _ misfortune: Misfortune?
    ) throws(TOPError) -> Int {
        guard let token = parameters["session"], !TOPSignature.isBlank(token) else {
            throw .missingSession
        }
        guard let shop = sessions.firstIndex(where: { $0.token == token }) else {
            throw .invalidSession
        }
        if misfortune == .sessionLoss {
            sessions[shop].expiredUntilMilliseconds =
                nowMilliseconds + behaviour.sessionLossSeconds * 1_000
        }
        guard sessions[shop].expiredUntilMilliseconds <= nowMilliseconds,
            sessions[shop].endsAtMilliseconds > nowMilliseconds
        else { throw .sessionExpired }
        return shop
    }

    private mutating func nextRequestID() -> String {
        let mixed = SplitMix64.mixed(configuration.seed &+ requestNumber)
        return String(mixed, radix: 36)
    }

    /// The parameters of the query and of the body; SDKs split them as they like.
    private static func parameters(_ request: GatewayRequest) -> [String: String]? {
        guard let query = FormEncoding.decode(request.query),
            let body = FormEncoding.decode(request.body)
        else { return nil }
        return Dictionary(
            (query + body).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}
