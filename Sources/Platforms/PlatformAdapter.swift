public import SyncCore
internal import WireFormat

/// A supported platform; configuration, database and logs use the raw value.
public enum Platform: String, CaseIterable, Sendable {
    case taobao
    case pinduoduo
}

extension Platform {
    /// What one of the platform's codes means, without an answer at hand.
    public func explain(_ code: String) -> CallFailure {
        switch self {
        case .taobao: TaobaoErrors.explain(code)
        case .pinduoduo: PinduoduoErrors.explain(code)
        }
    }
}

/// What a call is signed with. Never printed, never logged.
public struct Credentials: Sendable {
    public var appKey: String
    public var appSecret: String
    /// The shop's access token; nil for calls that need none.
    public var session: String?

    public init(appKey: String, appSecret: String, session: String?) {
        self.appKey = appKey
        self.appSecret = appSecret
        self.session = session
    }
}

/// A request ready to be sent with POST to the app's gateway.
public struct PlatformRequest: Equatable, Sendable {
    public var body: [UInt8]
    public var contentType: String
}

/// A received HTTP answer.
public struct PlatformResponse: Sendable {
    public var status: Int
    public var body: [UInt8]
    /// The host that a redirect leads to.
    public var redirectHost: String?
    /// All of the body is UTF-8.
    public var isUTF8: Bool
    /// False where the body's encoding was guessed: its texts identify nothing.
    public var isTextCertain: Bool

    /// - Parameter isUTF8: nil where it is not known yet.
    public init(
        status: Int, body: [UInt8], redirectHost: String? = nil, isUTF8: Bool? = nil,
        isTextCertain: Bool = true
    ) {
        self.status = status
        self.body = body
        self.redirectHost = redirectHost
        self.isUTF8 = isUTF8 ?? body.withUnsafeBytes { JSONText.isUTF8($0) }
        self.isTextCertain = isTextCertain
    }
}

/// A believed-to-be-well-formed answer to a call.
public enum PlatformAnswer: Sendable {
    /// A page of a list.
    case orders(OrderPage, PageSummary)
    case refunds(RefundPage, PageSummary)
    /// One order, one refund, in full.
    case order(OrderPage)
    case refund(RefundPage)
    case trace(ParcelTrace)
    case parcels([ParcelRow])
    case affiliate(AffiliatePage, PageSummary)
    case goods(GoodsPage)
    case carriers([CarrierRow])
    case serverTime(UTCInstant)
    case seller(SellerIdentity)

    /// What the core learns of it.
    public var outcome: CallResult.Outcome {
        switch self {
        case .orders(_, let summary), .refunds(_, let summary), .affiliate(_, let summary):
            .page(summary)
        case .order, .refund: .detail
        case .trace(let trace): .trace(trace)
        case .parcels(let rows): .parcels(count: rows.count)
        case .goods(let page): .goods(count: page.offers.count)
        case .carriers: .carriers
        case .serverTime(let time): .serverTime(time)
        case .seller: .seller
        }
    }

    /// What the database is to store of it.
    public var content: AnswerContent? {
        switch self {
        case .orders(let page, _), .order(let page): .orders(page)
        case .refunds(let page, _), .refund(let page): .refunds(page)
        case .trace(let trace): .trace(trace)
        case .parcels(let rows): .parcels(rows)
        case .affiliate(let page, _): .affiliate(page)
        case .goods(let page): .goods(page)
        case .carriers(let rows): .carriers(rows)
        case .serverTime, .seller: nil
        }
    }
}

/// Speaks one platform's protocol: builds and signs requests, decodes and classifies answers. No
/// I/O, no clock, no state.
public protocol PlatformAdapter: Sendable {
    /// How the platform's lists want to be read.
    var rules: ReadingRules { get }

    /// The platform's name of a call, as quotas and bans know it.
    func methodName(_ method: CallMethod) -> String

    func request(for call: Call, credentials: Credentials, types: [String]) -> PlatformRequest

    /// - Throws: what the answer means when it is no page, or not to be trusted.
    func decode(
        _ response: PlatformResponse, to call: Call
    ) throws(CallFailure) -> PlatformAnswer
}
