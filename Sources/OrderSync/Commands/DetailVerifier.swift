import Configuration
import HTTPTransport
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

/// Reads orders in full for `verify --details`, and compares them: the platform's lists do not
/// state everything. The calls are counted with the daemon's and made at the command's rate.
struct DetailVerifier {
    let configuration: Configuration
    let shop: Configuration.Shop
    let store: OrderStore
    let verification: Int64
    let id: ShopID
    /// Nil for libcurl.
    var transport: (any Transport)?

    /// Attempts at one order while the platform does not answer.
    private static let attemptsMax = 5

    /// - Returns: how many orders were read in full, and by how many calls.
    func run() async throws -> VerifyVerdict.Details {
        var done = VerifyVerdict.Details()
        let orders = try await store.ordersStatedInPart(verification: verification)
        guard !orders.isEmpty, let app = configuration.app(named: shop.app) else { return done }
        if let end = configuration.banEnd(of: app) { throw CommandCalls.banned(app, until: end) }
        let calls = try await CommandCalls(app, configuration, needsBook: true)
        var prober = GatewayProber(
            app: app, secret: try app.secret.read(),
            transport: transport ?? CurlTransport(caFile: configuration.caFile), calls: calls)
        let clock = await prober.examineClock()
        guard clock.isGood else { throw CommandFailure(clock.status, clock.text) }
        let filter = PersonalFilter(
            policy: configuration.privacy, members: app.platform.personalMembers)
        for order in orders {
            guard let read = try await read(order, &prober, &done),
                read.page.orderIDs.allSatisfy({ $0 == order })
            else { continue }
            var content = AnswerContent.orders(read.page)
            content.stamp(askedMilliseconds: read.askedMilliseconds)
            filter.apply(to: &content)
            guard case .orders(let page) = content else { continue }
            try await store.compareDetail(
                page, verification: verification, shop: id, askedAt: read.askedAt,
                answeredAt: prober.platformNow, now: SystemClocks.wall())
            done.orders += 1
        }
        return done
    }

    /// - Returns: nil for an order that the platform does not find any more.
    private func read(
        _ order: String, _ prober: inout GatewayProber, _ done: inout VerifyVerdict.Details
    ) async throws -> GatewayProber.OrderRead? {
        var attempt = 1
        while true {
            done.calls += 1
            switch await prober.order(order, of: shop) {
            case .success(let read): return read
            case .failure(let failure):
                switch failure.disposition {
                case .notFound, .empty, .badRequest: return nil
                case .retry, .narrow:
                    guard attempt < Self.attemptsMax else {
                        throw CommandFailure(
                            .platformUnreachable, "\(failure.code): \(failure.line)")
                    }
                    try await Task.sleep(for: .seconds(1 << attempt))
                    attempt += 1
                case .throttled, .unauthorised, .misconfigured, .clockSkew:
                    let failure = failure.of(shop: shop.name)
                    throw CommandFailure(
                        failure.disposition.exitStatus, "\(failure.code): \(failure.line)")
                }
            }
        }
    }
}
