import Authorisation
import Configuration
import HTTPTransport
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

/// Asks in the name of a promoter's app.
struct PromoterGateway {
    private let app: Configuration.App
    private let secret: Secret
    private let transport: any Transport
    /// Seconds that the platform's clock is ahead of the machine's.
    private var platformAhead: Int64 = 0
    /// The platform stated its time: a `Date` header may be a proxy's.
    private var isTimeKnown = false
    private var calls: CommandCalls
    /// Why a call was not made; nil while all were.
    private var refusal: CommandFailure?

    /// - Parameter needsBook: makes no call that cannot be counted.
    /// - Throws: when the secret cannot be read, calls cannot be counted, or a ban lasts.
    init(
        _ app: Configuration.App, _ configuration: Configuration, needsBook: Bool = true,
        transport: (any Transport)? = nil
    ) async throws {
        self.app = app
        secret = try app.secret.read()
        self.transport = transport ?? CurlTransport(caFile: configuration.caFile)
        calls = try await CommandCalls(app, configuration, needsBook: needsBook)
        guard let end = configuration.banEnd(of: app) else { return }
        throw CommandCalls.banned(app, until: end)
    }

    // MARK: Goods

    /// What a good costs.
    struct Found {
        var goods: String
        /// Nil for one that is not offered, or whose call failed.
        var price: WatchedPrice?
        /// Why its call failed.
        var failure: String?
        /// By the platform's clock.
        var askedAt: UTCInstant
    }

    /// Calls in a row that may get no answer before nothing else is asked for.
    private static let unansweredMax = 3
    private var unanswered = 0

    /// What products cost, and what ended the work early. Many are asked for at once; what a search
    /// refuses or lacks goes one by one, and without the PID where that is what is refused. A
    /// product that fails does not keep the others from being asked for.
    mutating func prices(
        of goods: [String], pid: String, customParameters: String
    ) async throws -> (found: [Found], end: CommandFailure?) {
        // Whether a coupon can be used is a matter of minutes, by the platform's clock.
        do throws(CallFailure) {
            try await askForTime()
        } catch {
            throw failure(error)
        }
        var found: [Found] = []
        for start in stride(from: 0, to: goods.count, by: GoodsQuery.countMax) {
            let batch = Array(goods[start..<min(goods.count, start + GoodsQuery.countMax)])
            let query = GoodsQuery(
                goods: batch, pid: pid, customParameters: customParameters, isDetail: false)
            if let end = await prices(query, &found) { return (found, end) }
        }
        return (found, nil)
    }

    /// - Returns: why nothing else can be asked for; nil if the next batch can.
    private mutating func prices(
        _ search: GoodsQuery, _ found: inout [Found]
    ) async -> CommandFailure? {
        var search = search
        var page = GoodsPage(offers: [])
        var asked = platformNow
        if search.goods.count > 1 {
            do throws(CallFailure) {
                (page, asked) = try await self.page(search, .goodsSearch)
            } catch {
                guard Self.mayConcernOneProduct(error) else { return failure(error) }
                Console.error("\(error.code): \(error.line)")
                search.isPublic = error.refusesPID
            }
        }
        for sign in search.goods {
            if let offer = page.offer(of: sign, in: search) {
                let price = WatchedPrice(of: offer, at: asked)
                found.append(Found(goods: sign, price: price, askedAt: asked))
                continue
            }
            do throws(CallFailure) {
                found.append(try await price(of: sign, &search))
            } catch {
                let failure = failure(error)
                guard Self.mayConcernOneProduct(error) else { return failure }
                Console.error("\(sign): \(failure.line)")
                found.append(Found(goods: sign, failure: failure.line, askedAt: platformNow))
                guard unanswered < Self.unansweredMax else { return failure }
            }
        }
        return nil
    }

    /// Not what concerns the app, its limits or the account.
    private static func mayConcernOneProduct(_ failure: CallFailure) -> Bool {
        switch failure.disposition {
        case .badRequest, .notFound, .empty, .retry, .narrow: true
        case .throttled, .unauthorised, .misconfigured, .clockSkew: false
        }
    }

    /// - Parameter search: from the first refusal of its PID on, it goes without.
    private mutating func price(
        of sign: String, _ search: inout GoodsQuery
    ) async throws(CallFailure) -> Found {
        var alone = search
        (alone.goods, alone.isDetail) = ([sign], true)
        do throws(CallFailure) {
            let (page, asked) = try await self.page(alone, .goodsDetail)
            let price = page.offer(of: sign, in: alone).map {
                WatchedPrice(of: $0, isPublic: alone.isPublic, at: asked)
            }
            return Found(goods: sign, price: price, askedAt: asked)
        } catch {
            if error.refusesPID, !alone.isPublic {
                Console.error("\(error.code): \(error.line)")
                search.isPublic = true
                return try await price(of: sign, &search)
            }
            guard error.disposition == .notFound || error.disposition == .empty else {
                throw error
            }
            Console.error("\(sign): \(error.code): \(error.line)")
            return Found(goods: sign, price: nil, askedAt: platformNow)
        }
    }

    private mutating func askForTime() async throws(CallFailure) {
        let adapter = app.adapter
        let name = adapter.methodName(.serverTime)
        let time: UTCInstant = try await send(name) { time, credentials in
            let call = Call(
                id: CallID(1), app: AppID(0), stream: nil, method: .serverTime,
                kind: .serverTime, platformTime: time)
            return (
                adapter.request(for: call, credentials: credentials, types: []),
                { response throws(CallFailure) in
                    guard case .serverTime(let time) = try adapter.decode(response, to: call)
                    else {
                        throw CallFailure(
                            .retry(afterSeconds: nil), code: "broken answer", line: "no time")
                    }
                    return time
                }
            )
        }
        platformAhead = time.seconds(since: SystemClocks.wall())
        isTimeKnown = true
    }

    private mutating func page(
        _ query: GoodsQuery, _ method: CallMethod
    ) async throws(CallFailure) -> (GoodsPage, UTCInstant) {
        let adapter = app.adapter
        return try await send(adapter.methodName(method)) { time, credentials in
            let call = Call(
                id: CallID(1), app: AppID(0), stream: nil, method: method, kind: .goods(query),
                platformTime: time)
            return (
                adapter.request(for: call, credentials: credentials, types: []),
                { response throws(CallFailure) in
                    guard case .goods(let page) = try adapter.decode(response, to: call) else {
                        throw CallFailure(
                            .retry(afterSeconds: nil), code: "broken answer", line: "not of goods")
                    }
                    return (page, time)
                }
            )
        }
    }

    // MARK: Account

    mutating func ask<Answer: Sendable>(
        _ question: DDKAccount.Question,
        _ decode: @escaping @Sendable (PlatformResponse, UTCInstant) throws(CallFailure) -> Answer
    ) async throws -> Answer {
        do throws(CallFailure) {
            return try await send(DDKAccount.methodName(question)) { time, credentials in
                (
                    DDKAccount.request(question, credentials: credentials, platformTime: time),
                    { response throws(CallFailure) in try decode(response, time) }
                )
            }
        } catch {
            throw failure(error)
        }
    }

    // MARK: Helpers

    private typealias Exchange<Answer> = (
        PlatformRequest, (PlatformResponse) throws(CallFailure) -> Answer
    )

    private var platformNow: UTCInstant {
        SystemClocks.wall().advanced(bySeconds: platformAhead)
    }

    /// Makes a call; a second time, on the gateway's own date, if it says the clock is off.
    private mutating func send<Answer>(
        _ method: String, _ make: (UTCInstant, Credentials) -> Exchange<Answer>
    ) async throws(CallFailure) -> Answer {
        do throws(CallFailure) {
            return try await sendOnce(method, make)
        } catch {
            guard error.disposition == .clockSkew, platformAhead != 0 else { throw error }
        }
        return try await sendOnce(method, make)
    }

    private mutating func sendOnce<Answer>(
        _ method: String, _ make: (UTCInstant, Credentials) -> Exchange<Answer>
    ) async throws(CallFailure) -> Answer {
        do throws(CommandFailure) {
            try await calls.begin(method, platformNow: platformNow)
        } catch {
            refusal = error
            throw CallFailure(.throttled(.app, seconds: nil), code: "not called", line: error.line)
        }
        let credentials = Credentials(appKey: app.key, appSecret: secret, session: nil)
        let (request, decode) = make(platformNow, credentials)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(
                HTTPRequest(
                    url: app.gateway, body: request.body, contentType: request.contentType))
        } catch {
            unanswered += 1
            throw CallFailure(.retry(afterSeconds: nil), code: error.code, line: error.line)
        }
        unanswered = 0
        if !isTimeKnown, let date = UTCText.parseHTTPDate(response.date) {
            platformAhead = date.seconds(since: SystemClocks.wall())
        }
        do throws(CallFailure) {
            return try decode(PlatformResponse(response))
        } catch {
            let failure = error.withoutSecrets([secret])
            await calls.note(failure, method: method)
            throw failure
        }
    }

    private func failure(_ failure: CallFailure) -> CommandFailure {
        refusal
            ?? CommandFailure(failure.disposition.exitStatus, "\(failure.code): \(failure.line)")
    }
}
