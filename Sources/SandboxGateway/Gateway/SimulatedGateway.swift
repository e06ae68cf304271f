internal import SyncCore
internal import WireFormat

/// The gateway as a value: requests and the time go in, answers come out. `SandboxServer` puts
/// it behind a socket; simulations call it directly. What it holds is the same for all
/// platforms; how it speaks is in the extensions in `Taobao` and `Pinduoduo`.
public struct SimulatedGateway: Sendable {
    let configuration: SandboxConfiguration
    var world: SandboxWorld
    /// What a promoter sees of Pinduoduo, beside its sellers.
    var promotion: PromotionWorld
    public var behaviour: SandboxBehaviour {
        didSet { world.setIndexLag(secondsMax: behaviour.indexLagSecondsMax) }
    }
    var sessions: [ShopSession]
    var desk = AuthorisationDesk()
    var limiter = CallLimiter()
    var standingRefusal: StandingRefusal?
    var statistics = SandboxStatistics()
    var caches: [RowCache]
    var waybills = WaybillIndex()
    var random: SplitMix64
    /// The gateway's own clock at the present request.
    var nowMilliseconds: Int64
    private var requestNumber: UInt64 = 0

    /// - Parameter machineMilliseconds: the machine's time, at which the past of the shops ends.
    public init(configuration: SandboxConfiguration, machineMilliseconds: Int64) {
        self.configuration = configuration
        behaviour = configuration.behaviour
        nowMilliseconds =
            machineMilliseconds + configuration.behaviour.clockSkewSeconds * 1_000
        let start = configuration.startsAt ?? UTCInstant(seconds: nowMilliseconds / 1_000)
        world = SandboxWorld(configuration: configuration, start: start)
        promotion = PromotionWorld(configuration: configuration, start: start)
        world.setIndexLag(secondsMax: configuration.behaviour.indexLagSecondsMax)
        sessions = (0..<configuration.shopCount).map {
            ShopSession(seed: configuration.seed, shop: $0)
        }
        caches = Array(repeating: RowCache(), count: configuration.shopCount)
        random = SplitMix64(seed: configuration.seed, 7)
    }

    var now: UTCInstant { UTCInstant(seconds: nowMilliseconds / 1_000) }

    /// The token with which `shop` is called at present.
    public func session(ofShop shop: String) -> String? {
        shopNumber(shop).map { sessions[$0].token }
    }

    func shopNumber(_ name: String) -> Int? {
        world.shops.firstIndex { $0.name == name }
    }

    /// Answers a request that arrives at `machineMilliseconds`, after the shops' life up to then.
    public mutating func handle(
        _ request: GatewayRequest, machineMilliseconds: Int64
    ) -> GatewayAnswer {
        nowMilliseconds = machineMilliseconds + behaviour.clockSkewSeconds * 1_000
        world.advance(toMilliseconds: nowMilliseconds)
        promotion.advance(toMilliseconds: nowMilliseconds, isQuiet: world.isQuiet)
        if let answer = answerMethod(request) { return answer }
        var request = request
        // The server leaves out the body.
        if request.verb == "HEAD" { request.verb = "GET" }
        guard request.path == configuration.platform.path else {
            var answer = handleService(request)
            answer.delayMilliseconds = 0  // Only the platform is slow.
            return answer
        }
        return handleCall(request, machineMilliseconds)
    }

    private mutating func handleCall(
        _ request: GatewayRequest, _ machineMilliseconds: Int64
    ) -> GatewayAnswer {
        statistics.countCall(at: machineMilliseconds)
        requestNumber += 1
        let fault = takesCall() ? InjectedFault.draw(behaviour, &random) : .hang
        if let fault { statistics.injectedByFault[fault.rawValue, default: 0] += 1 }
        if let answer = answerInstead(fault) { return answer }
        var answer =
            switch configuration.platform {
            case .taobao: answerTOP(request, fault)
            case .pinduoduo: answerPDD(request, fault)
            }
        damage(&answer, fault)
        return answer
    }

    /// - Returns: false when no more calls are to be answered.
    private mutating func takesCall() -> Bool {
        guard behaviour.callsUntilHang > 0 else { return false }
        if behaviour.callsUntilHang < .max { behaviour.callsUntilHang -= 1 }
        return true
    }

    func answer(_ body: [UInt8], status: Int = 200) -> GatewayAnswer {
        var answer = GatewayAnswer(body: body, date: now)
        answer.status = status
        answer.delayMilliseconds = behaviour.latencyMilliseconds
        return answer
    }

    /// Quota, bans and those that befall: what stands before every method.
    mutating func admit(method: String, _ fault: InjectedFault?) throws(CallLimit) {
        if fault == .ban {
            limiter.ban(
                random.pick(BanScope.allCases), method: method,
                seconds: random.within(1...max(1, behaviour.banSecondsMax)),
                now: nowMilliseconds)
        }
        try limiter.admit(
            method, callsPerSecond: behaviour.callsPerSecond,
            callsPerDay: behaviour.callsPerDay, now: nowMilliseconds)
        if let standingRefusal, standingRefusal.concerns(method) {
            throw .refused(standingRefusal)
        }
    }

    /// The shop that a token opens.
    mutating func shop(
        token: String, _ fault: InjectedFault?
    ) -> Result<Int, ShopSession.Refusal> {
        guard let shop = sessions.firstIndex(where: { $0.token == token }) else {
            return .failure(.unknown)
        }
        if fault == .sessionLoss {
            sessions[shop].expiredUntilMilliseconds =
                nowMilliseconds + behaviour.sessionLossSeconds * 1_000
        }
        guard sessions[shop].expiredUntilMilliseconds <= nowMilliseconds,
            sessions[shop].endsAtMilliseconds > nowMilliseconds
        else { return .failure(.expired) }
        return .success(shop)
    }

    /// Of the present request, and of no other.
    var requestHash: UInt64 { SplitMix64.mixed(configuration.seed &+ requestNumber) }

    /// Where a parcel has been.
    func trace(_ parcel: ParcelRecord, _ order: OrderRecord) -> ParcelJourney {
        ParcelJourney(
            parcel, to: BuyerFacts(salt: order.salt).place,
            speed: configuration.parcelSpeed, now: now)
    }
}
