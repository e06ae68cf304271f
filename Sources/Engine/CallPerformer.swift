import Authorisation
import Configuration
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

/// Makes the engine's calls, many at a time, with the credentials of their app and shop.
struct CallPerformer: Sendable {
    private let dependencies: EngineDependencies

    init(_ dependencies: EngineDependencies) {
        self.dependencies = dependencies
    }

    /// - Returns: what the machine learns of the answer, and what is kept for the database.
    func perform(_ call: Call) async -> (CallResult, AnswerContent?) {
        let app = dependencies.app(call.app)
        let shop = call.shop.map { dependencies.shop($0) }
        var credentials = Credentials(appKey: app.key, appSecret: app.secret, session: nil)
        if let source = shop?.session {
            do throws(SecretError) {
                // Read for each call: a replaced session is taken up without a restart.
                let session = try source.read()
                dependencies.onSecret(session)
                credentials.session = session
            } catch {
                let failure = CallFailure(.unauthorised, code: "no session", line: error.line)
                return (CallResult(.failure(failure), isAnswered: false), nil)
            }
        }
        if call.kind != .seller, let shop, let source = shop.session,
            let session = credentials.session,
            let refusal = await dependencies.sellers.refusal(
                shop.id, session: session, source: source, isList: call.kind.isList)
        {
            return (CallResult(.failure(refusal), isAnswered: false), nil)
        }
        let asked = SystemClocks.wallMilliseconds()
        let client = GatewayClient(
            adapter: app.adapter, gateway: app.gateway, transport: dependencies.transport)
        let exchange = await client.exchange(
            call, credentials: credentials, types: shop?.types ?? [])
        let (date, isAnswered) = (exchange.date, exchange.isAnswered)
        switch exchange.outcome {
        case .success(.seller(let seller)):
            guard let shop, let session = credentials.session else {
                preconditionFailure("a seller is asked for with a session")
            }
            let refusal = await dependencies.sellers.recognise(seller, shop.id, session: session)
            return (CallResult(refusal.map { .failure($0) } ?? .seller, date: date), nil)
        case .success(let answer):
            guard var content = answer.content else {
                return (CallResult(answer.outcome, date: date), nil)
            }
            if let shop, let session = credentials.session,
                let refusal = await dependencies.sellers.refusal(
                    of: content, shop.id, session: session)
            {
                return (CallResult(.failure(refusal), date: date), nil)
            }
            if let shop, shop.session == nil,
                let refusal = await dependencies.sellers.refusal(of: content, promoter: shop.id)
            {
                return (CallResult(.failure(refusal), date: date), nil)
            }
            content.stamp(askedMilliseconds: asked)
            app.privacy.apply(to: &content)
            return (CallResult(answer.outcome, date: date), content)
        case .failure(let failure):
            let judged = await judge(failure, of: call, shop, credentials.session)
            return (CallResult(.failure(judged), date: date, isAnswered: isAnswered), nil)
        }
    }

    /// What a failure means here: for the session, and for what is known of the seller.
    private func judge(
        _ failure: CallFailure, of call: Call, _ shop: EngineShop?, _ session: Secret?
    ) async -> CallFailure {
        guard let shop else { return failure }
        var failure = failure
        if let session {
            if failure.disposition == .unauthorised {
                failure = await dependencies.authoriser.judge(
                    failure, of: shop.id, session: session)
            }
            if call.kind == .seller {
                await dependencies.sellers.leaveUnknown(shop.id, session: session)
            }
            if failure.disposition == .empty,
                let unproven = await dependencies.sellers.unproven(shop.id, session: session)
            {
                failure = unproven
            }
        }
        return failure.of(shop: shop.name)
    }
}

extension Call.Kind {
    fileprivate var isList: Bool {
        if case .list = self { return true }
        return false
    }
}
