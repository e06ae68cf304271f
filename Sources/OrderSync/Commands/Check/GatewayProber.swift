import Configuration
import Engine
import HTTPTransport
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

/// The calls of `check`: the platform's time, then a small list call for each shop.
struct GatewayProber {
    let app: Configuration.App
    let secret: Secret
    let transport: any Transport
    private(set) var calls: CommandCalls
    /// Seconds that the platform's clock is ahead of the machine's.
    private var platformAhead: Int64 = 0

    init(
        app: Configuration.App, secret: Secret, transport: any Transport, calls: CommandCalls
    ) {
        self.app = app
        self.secret = secret
        self.transport = transport
        self.calls = calls
    }

    /// Reaches the gateway and compares the clocks.
    mutating func examineClock() async -> CheckCommand.Finding {
        let subject = "app \(app.name)"
        // A second try, on the gateway's own date, distinguishes a wrong clock from a wrong secret.
        for _ in 0..<2 {
            let (outcome, date) = await send(.serverTime, .serverTime, session: nil)
            if let date { platformAhead = date.seconds(since: SystemClocks.wall()) }
            switch outcome {
            case .success(.serverTime(let time)):
                platformAhead = time.seconds(since: SystemClocks.wall())
                return clockFinding(subject)
            case .success:
                break
            case .failure(let failure):
                if failure.disposition == .clockSkew, date != nil { continue }
                return finding(subject, failure)
            }
        }
        return CheckCommand.Finding(
            subject: subject, isGood: false,
            text: "the gateway refuses the time of every request; check `gateway`",
            status: .platformUnreachable)
    }

    /// Reads the orders of the last minutes: proves session and permission.
    mutating func examine(_ shop: Configuration.Shop) async -> CheckCommand.Finding {
        let subject = "shop \(shop.name)"
        if shop.isPromoter { return await examine(promoter: shop, subject) }
        let session: Secret
        do {
            session = try shop.session.read()
        } catch {
            return CheckCommand.Finding(
                subject: subject, isGood: false, text: error.line,
                status: shop.isStored ? .notAuthorised : .configurationWrong)
        }
        let kind = Call.Kind.list(latest)
        let (outcome, _) = await send(kind, .ordersChanged, session: session)
        switch outcome {
        case .success(let answer):
            if let doubt = Self.doubt(of: answer, to: kind) {
                return doubtFinding(subject, .ordersChanged, doubt)
            }
            return shop.standing(
                subject, "orders can be read", now: SystemClocks.wall())
        case .failure(let failure):
            return shop.refreshableNote(subject, failure, of: app.platform)
                ?? finding(subject, failure.of(shop: shop.name))
        }
    }

    /// Asks whose session the shop has.
    mutating func seller(
        of shop: Configuration.Shop
    ) async -> Result<SellerIdentity, CallFailure> {
        guard let session = try? shop.session.read() else {
            return .failure(CallFailure(.unauthorised, code: "no session", line: ""))
        }
        let (outcome, _) = await send(.seller, .seller, session: session)
        return outcome.flatMap { answer in
            if case .seller(let seller) = answer { return .success(seller) }
            return .failure(CallFailure(.retry(afterSeconds: nil), code: "no seller", line: ""))
        }
    }

    /// An order in full.
    struct OrderRead: Sendable {
        var page: OrderPage
        /// When it was requested, by the platform's clock and by the machine's.
        var askedAt: UTCInstant
        var askedMilliseconds: Int64
    }

    mutating func order(
        _ id: String, of shop: Configuration.Shop
    ) async -> Result<OrderRead, CallFailure> {
        let session: Secret
        do {
            session = try shop.session.read()
        } catch {
            return .failure(CallFailure(.unauthorised, code: "no session", line: error.line))
        }
        let (askedAt, asked) = (platformNow, SystemClocks.wallMilliseconds())
        let (outcome, _) = await send(.order(id), .orderDetail, session: session)
        return outcome.flatMap { answer in
            guard case .order(let page) = answer else {
                return .failure(
                    CallFailure(.retry(afterSeconds: nil), code: "broken answer", line: "no order"))
            }
            return .success(OrderRead(page: page, askedAt: askedAt, askedMilliseconds: asked))
        }
    }

    /// Some orders of the last day; nil where they cannot be read.
    mutating func ordersOfDay(of shop: Configuration.Shop) async -> OrderPage? {
        guard let session = try? shop.session.read() else { return nil }
        let end = platformNow
        let request = PageRequest(
            from: end.advanced(bySeconds: -86_399), through: end,
            wantsTotal: app.adapter.rules.created.mode == .counted, pageSize: 20)
        let (outcome, _) = await send(.list(request), .ordersCreated, session: session)
        guard case .success(.orders(let page, _)) = outcome else { return nil }
        return page
    }

    /// Counts a promoter's orders of the last minutes, or asks for one watched price: proves that
    /// the app is a promoter's.
    private mutating func examine(
        promoter shop: Configuration.Shop, _ subject: String
    ) async -> CheckCommand.Finding {
        let now = platformNow
        let outcome: Result<PlatformAnswer, CallFailure>
        let kind: Call.Kind
        var good = "no session is needed, "
        if shop.streams.contains(.affiliate) {
            let page = PageRequest(
                from: now.advanced(bySeconds: -600), through: now, wantsTotal: true, pageSize: 10)
            kind = .list(page)
            (outcome, _) = await send(kind, .affiliateChanged, session: nil)
            good += "the promoter's orders can be read"
        } else {
            let first = shop.watches.first
            var query = GoodsQuery(goods: [first?.goods ?? ""], pid: "", isDetail: true)
            // The app alone is looked at here: `PlaceProbe` examines PIDs.
            query.isPublic = true
            kind = .goods(query)
            (outcome, _) = await send(kind, .goodsDetail, session: nil)
            good += "prices can be read"
        }
        switch outcome {
        case .success(let answer):
            if let doubt = Self.doubt(of: answer, to: kind) {
                return doubtFinding(subject, .affiliateChanged, doubt)
            }
            return CheckCommand.Finding(subject: subject, isGood: true, text: good)
        case .failure(let failure) where failure.disposition == .notFound:
            // Of that good alone.
            return CheckCommand.Finding(subject: subject, isGood: true, text: good)
        case .failure(let failure):
            return finding(subject, failure)
        }
    }

    /// Reads what the app's other streams need, of an order that does not exist: only a refusal of
    /// the method itself is reported.
    mutating func examinePermissions(with shop: Configuration.Shop) async -> [CheckCommand.Finding]
    {
        guard let session = try? shop.session.read() else { return [] }
        let rules = app.adapter.rules
        var page = latest
        page.wantsTotal = rules.refunds.mode == .counted
        let parcel = ParcelKey(order: "1", trackingNumber: "1")
        var probes: [(CallMethod, Call.Kind, stream: String)] = [(.orderDetail, .order("1"), "")]
        if shop.streams.contains(.refunds) {
            probes.append((.refundsChanged, .list(page), "refunds"))
        }
        if shop.streams.contains(.shipments) {
            let trace = Call.Kind.trace(parcel, items: [], carrier: "")
            probes.append(
                rules.tracesNeedCarrier
                    ? (.carriers, .carriers, "shipments") : (.parcelTrace, trace, "shipments"))
        }
        var findings: [CheckCommand.Finding] = []
        for (method, kind, stream) in probes {
            let (outcome, _) = await send(kind, method, session: session)
            if case .success(let answer) = outcome, let doubt = Self.doubt(of: answer, to: kind) {
                findings.append(doubtFinding("app \(app.name)", method, doubt))
            }
            guard case .failure(let refusal) = outcome, Self.isLasting(refusal, of: kind)
            else { continue }
            var failure = refusal.of(shop: shop.name)
            if !stream.isEmpty { failure.line += "; or leave \"\(stream)\" out of streams" }
            failure.code = "\(app.adapter.methodName(method)): \(failure.code)"
            findings.append(finding("app \(app.name)", failure))
        }
        return findings
    }

    // MARK: Helpers

    /// Why the daemon would not take the answer for a proof of anything; nil if it would. Both ask
    /// the same function.
    static func doubt(of answer: PlatformAnswer, to kind: Call.Kind) -> String? {
        guard case .list(let request) = kind else { return nil }
        let summary: PageSummary
        switch answer {
        case .orders(_, let page), .refunds(_, let page), .affiliate(_, let page): summary = page
        default: return "no list"
        }
        if summary.rows.isEmpty, summary.rejectedCount > 0 { return "rows_rejected" }
        return WindowReader.doubt(about: summary, for: request)?.rawValue
    }

    private func doubtFinding(
        _ subject: String, _ method: CallMethod, _ doubt: String
    ) -> CheckCommand.Finding {
        CheckCommand.Finding(
            subject: subject, isGood: false,
            text: "\(app.adapter.methodName(method)) answers, but the answer is doubtful "
                + "(\(doubt)): the daemon would not rely on it; check `gateway`, and see "
                + "`answer not believed` in docs/LOGS.md")
    }

    /// Whether a refusal is of the method itself, or of how it is asked, and stays until a person
    /// acts. That the one made-up order is not there says nothing; lists ask for none.
    static func isLasting(_ failure: CallFailure, of kind: Call.Kind) -> Bool {
        switch failure.disposition {
        case .misconfigured, .unauthorised: return true
        case .badRequest, .notFound:
            if case .list = kind { return true }
            return false
        case .retry: return failure.isUnknownCode
        case .narrow, .throttled, .clockSkew, .empty: return false
        }
    }

    /// A row of the latest minutes that the platform lets be read.
    private var latest: PageRequest {
        let end = platformNow.advanced(bySeconds: -app.adapter.rules.settleMin)
        // The daemon's page size: on a page that is not full a wrong count or `has_next` shows.
        return PageRequest(from: end.advanced(bySeconds: -600), through: end, pageSize: 100)
    }

    var platformNow: UTCInstant {
        SystemClocks.wall().advanced(bySeconds: platformAhead)
    }

    private mutating func send(
        _ kind: Call.Kind, _ method: CallMethod, session: Secret?
    ) async -> (Result<PlatformAnswer, CallFailure>, date: UTCInstant?) {
        let name = app.adapter.methodName(method)
        do throws(CommandFailure) {
            try await calls.begin(name, platformNow: platformNow)
        } catch {
            let failure = CallFailure(
                .throttled(.app, seconds: nil), code: "not called", line: error.line)
            return (.failure(failure), nil)
        }
        let call = Call(
            id: CallID(1), app: AppID(0), stream: nil, method: method, kind: kind,
            platformTime: platformNow)
        let client = GatewayClient(
            adapter: app.adapter, gateway: app.gateway, transport: transport)
        let exchange = await client.exchange(
            call,
            credentials: Credentials(appKey: app.key, appSecret: secret, session: session),
            types: [])
        if case .failure(let failure) = exchange.outcome {
            await calls.note(failure, method: name)
        }
        return (exchange.outcome, exchange.date)
    }

    private func clockFinding(_ subject: String) -> CheckCommand.Finding {
        var text = "\(app.gateway) answers, key and secret are right"
        if abs(platformAhead) > 60 {
            let seconds = DisplayText.duration(abs(platformAhead))
            text += "; this machine's clock is \(seconds) \(platformAhead < 0 ? "ahead" : "behind")"
            text += ": set up NTP (the platform's time is used meanwhile)"
        }
        return CheckCommand.Finding(
            subject: subject, isGood: true, text: text, isNote: abs(platformAhead) > 60)
    }

    private func finding(_ subject: String, _ failure: CallFailure) -> CheckCommand.Finding {
        return CheckCommand.Finding(
            subject: subject, isGood: false, text: "\(failure.code): \(failure.line)",
            status: failure.disposition.exitStatus)
    }
}
