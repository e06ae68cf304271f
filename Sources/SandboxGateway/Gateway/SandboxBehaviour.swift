internal import SyncCore

/// How the gateway misbehaves; by default it does not. A `…Rate` is the probability that a call
/// meets the fault, drawn from the sandbox's seed.
public struct SandboxBehaviour: Sendable, Hashable {
    // Faults of the connection.

    /// HTTP 503 with an empty body.
    public var serverErrorRate = 0.0
    /// The connection is closed without an answer.
    public var resetRate = 0.0
    /// No answer for `hangMilliseconds`; after that the true one.
    public var hangRate = 0.0
    /// How long a hanging call hangs; 0: without end.
    public var hangMilliseconds: Int64 = 0
    /// So many calls are answered; the ones after that hang.
    public var callsUntilHang = Int.max
    /// Every answer is late by so much.
    public var latencyMilliseconds: Int64 = 0

    // Faults of the body.

    /// The body ends early, while `Content-Length` promises all of it.
    public var truncatedRate = 0.0
    /// The body is cut but the header agrees with it.
    public var garbageRate = 0.0
    /// A page of HTML, with status 200 or 502.
    public var htmlPageRate = 0.0
    /// Taobao's lists come without sub-orders, payments, logistics and receivers.
    public var hollowRate = 0.0
    /// A list's envelope comes with nothing in it but `request_id`.
    public var emptyEnvelopeRate = 0.0
    /// The rows of a page come in no order.
    public var shuffledRate = 0.0
    /// A page holds a row of another time.
    public var outOfWindowRate = 0.0

    /// Lists count so many rows more than they hold, or fewer.
    public var totalsOff: Int64 = 0
    /// 1: `has_next` of lists is always true.
    public var nextStuck = 0

    // Refusals.

    /// A fault of the service behind the gateway (`isp.…`).
    public var serviceFaultRate = 0.0
    /// A ban begins, of any scope.
    public var banRate = 0.0
    /// The longest ban, in seconds.
    public var banSecondsMax: Int64 = 5
    /// Limits of the app; 0: none.
    public var callsPerSecond = 0
    public var callsPerDay = 0
    /// Lists of Pinduoduo's refunds that each shop may read in ten seconds; 0: any number.
    public var refundListsMax = 100
    /// Longer windows of the list by modification get `isv.trade-service-rejection`; 0: none.
    public var windowSecondsMax: Int64 = 0
    /// The shop's session becomes invalid for `sessionLossSeconds`.
    public var sessionLossRate = 0.0
    public var sessionLossSeconds: Int64 = 10

    // Authorisation.

    /// Lives of what /authorize and /token give.
    public var codeLifeSeconds: Int64 = 1_800
    public var tokenLifeSeconds: Int64 = 31_536_000
    /// 0: sessions cannot be refreshed.
    public var refreshLifeSeconds: Int64 = 31_536_000
    /// 1: sellers refuse at /authorize.
    public var authorisationsRefused = 0
    /// 1: refresh tokens are refused.
    public var refreshesRefused = 0
    /// So many answers of /token get lost, after they took effect.
    public var tokenAnswersLost = 0

    // Clocks.

    /// Changes reach the lists up to so much later; single reads show them at once.
    public var indexLagSecondsMax: Int64 = 0
    /// The gateway's clock minus the machine's.
    public var clockSkewSeconds: Int64 = 0

    // Goods of promoters.

    /// How long a price and its coupon stand.
    public var offerSeconds: Int64 = 600
    /// 1: goods that have left the programme are refused, and so is a search that names one; else
    /// they are missing in the answers.
    public var goneGoodsRefused = 0

    public init() {}

    /// What lists say of their rows.
    func stated(total: Int64) -> Int64 { max(0, total + totalsOff) }
    func stated(hasNext: Bool) -> Bool { hasNext || nextStuck > 0 }

    /// A bit of everything, seldom enough that a client which tries again gets through.
    public static func chaos(seed: UInt64) -> SandboxBehaviour {
        var random = SplitMix64(seed: seed, 5)
        func rate(_ high: Double) -> Double { high * (0.3 + 0.7 * random.fraction()) }
        var behaviour = SandboxBehaviour()
        behaviour.serverErrorRate = rate(0.02)
        behaviour.resetRate = rate(0.02)
        behaviour.hangRate = rate(0.005)
        behaviour.hangMilliseconds = 3_000
        behaviour.truncatedRate = rate(0.02)
        behaviour.garbageRate = rate(0.01)
        behaviour.htmlPageRate = rate(0.01)
        behaviour.hollowRate = rate(0.05)
        behaviour.emptyEnvelopeRate = rate(0.02)
        behaviour.shuffledRate = rate(0.02)
        behaviour.outOfWindowRate = rate(0.01)
        behaviour.serviceFaultRate = rate(0.04)
        behaviour.banRate = rate(0.005)
        behaviour.banSecondsMax = 3
        behaviour.sessionLossRate = rate(0.002)
        behaviour.sessionLossSeconds = 3
        behaviour.indexLagSecondsMax = random.within(1...5)
        return behaviour
    }
}
