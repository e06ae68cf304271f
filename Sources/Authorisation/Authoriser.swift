public import Configuration
import Glibc
public import Logging
import Observability
public import OrderStore
import Platforms
import ProgramSupport
public import SyncCore
public import WireFormat

/// Keeps stored sessions alive beside the engine: notices new ones, renews those that end, and
/// says ahead which cannot be renewed. What to do is `AuthorisationPlan`'s decision.
public actor Authoriser {
    public struct Shop: Sendable {
        public var id: ShopID
        public var name: String
        public var source: SecretSource
        public var client: TokenClient

        public init(id: ShopID, name: String, source: SecretSource, client: TokenClient) {
            self.id = id
            self.name = name
            self.source = source
            self.client = client
        }
    }

    private struct State {
        var session: StoredSession?
        /// The database holds it too.
        var isRecorded = false
        /// Of a session in its own file, when it was last read.
        var fileVersion: [Int]?
        /// The session that the platform refused.
        var refusedToken: Secret?
        var jitter = 0.0
        /// Refreshes in a row that failed and can be repeated.
        var attempts = 0
        var nextAttempt: UTCInstant?
        var logged: AuthorisationPlan.Step?

        func step(now: UTCInstant) -> AuthorisationPlan.Step {
            guard let session else { return .rest }
            return session.plan(isRefused: session.accessToken == refusedToken)
                .step(now: now, jitter: jitter)
        }
    }

    private let shops: [Shop]
    private let store: OrderStore
    private let log: Logger
    private let onSecret: @Sendable (Secret) -> Void
    private var states: [ShopID: State] = [:]
    /// What the state file was when it was read last; nil for never, or in vain.
    private var version: [Int]?
    private var sessions: [String: StoredSession] = [:]
    private var toldTrouble = ""

    /// Between two looks: one `stat`, as long as nothing changes.
    private static let pauseMilliseconds = 1_000

    public init(
        _ shops: [Shop], store: OrderStore, log: Logger,
        onSecret: @escaping @Sendable (Secret) -> Void
    ) {
        self.shops = shops
        self.store = store
        self.log = log
        self.onSecret = onSecret
    }

    /// Runs until cancelled.
    public func run(_ send: @Sendable (SyncEvent) -> Void) async {
        while !Task.isCancelled {
            for shop in shops where !Task.isCancelled { await look(after: shop, send) }
            try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    /// What a refusal of the shop's session means here: nothing, if the session has been replaced
    /// or is about to be.
    public func judge(_ failure: CallFailure, of id: ShopID, session token: Secret) -> CallFailure {
        guard let shop = shops.first(where: { $0.id == id }),
            case .stored(let file, _, _) = shop.source
        else { return failure }
        var excused = failure
        excused.disposition = .retry(afterSeconds: 1)
        excused.code = ""
        excused.line = "the session is being renewed; asking again"
        guard let session = try? file.session(of: shop.name) else { return failure }
        guard session.accessToken == token else { return excused }
        if shop.client.platform.refreshMayMend(code: failure.code) {
            states[id, default: State()].refusedToken = token
            let step = session.plan(isRefused: true).step(now: SystemClocks.wall())
            if step == .refresh || step == .wait, states[id]?.attempts == 0 { return excused }
        }
        return failure
    }

    // MARK: Looking

    private func look(after shop: Shop, _ send: @Sendable (SyncEvent) -> Void) async {
        guard case .stored(let file, _, let key) = shop.source else {
            noticeFile(of: shop, send)
            // The end of a session that another program maintains is unknown.
            return await record(shop, nil)
        }
        guard read(file, shop.source) else { return }
        let session = sessions[shop.name].flatMap { $0.appKey == key ? $0 : nil }
        notice(session, shop, send)
        await record(shop, session)
        guard let session else { return }
        let now = SystemClocks.wall()
        let step = states[shop.id]?.step(now: now) ?? .rest
        switch step {
        case .rest, .wait: states[shop.id]?.logged = nil
        case .refresh:
            guard states[shop.id]?.nextAttempt.map({ now >= $0 }) ?? true else { return }
            await refresh(shop, session, file)
        case .endsSoon, .authoriseAgain: report(step, shop, session)
        }
    }

    /// A shop that waits for another session continues once its file is another one.
    private func noticeFile(of shop: Shop, _ send: @Sendable (SyncEvent) -> Void) {
        let found = shop.source.version
        guard let known = states[shop.id]?.fileVersion else {
            states[shop.id, default: State()].fileVersion = found
            return
        }
        guard known != found else { return }
        states[shop.id]?.fileVersion = found
        send(.authorisationChanged(shop.id))
    }

    /// - Returns: whether the sessions are known.
    private func read(_ file: SessionFile, _ source: SecretSource) -> Bool {
        let found = source.version
        if found == version { return true }
        do throws(SecretError) {
            sessions = try file.read()
            version = found
            toldTrouble = ""
            return true
        } catch {
            if toldTrouble != error.line {
                toldTrouble = error.line
                log.event(.error, "sessions cannot be read", [("advice", .text(error.line))])
            }
            return false
        }
    }

    private func notice(
        _ session: StoredSession?, _ shop: Shop, _ send: @Sendable (SyncEvent) -> Void
    ) {
        var state = states[shop.id] ?? State()
        defer { states[shop.id] = state }
        guard state.session != session else { return }
        let isNew = state.session?.accessToken != session?.accessToken
        state.session = session
        state.isRecorded = false
        guard isNew else { return }
        state.jitter = Double.random(in: 0..<1)
        state.attempts = 0
        state.nextAttempt = nil
        // A session that was renewed ends as soon as the one before, if that was logged.
        if session?.source != .refresh { state.logged = nil }
        send(.authorisationChanged(shop.id))
        guard let session, session.source != .refresh else { return }
        onSecret(session.accessToken)
        if let token = session.refreshToken { onSecret(token) }
        log.event(
            .notice, "session known",
            [("shop", .text(shop.name)), ("source", .text(session.source.rawValue))]
                + Self.end(session))
    }

    private func record(_ shop: Shop, _ session: StoredSession?) async {
        guard states[shop.id]?.isRecorded != true else { return }
        do {
            try await store.setAuthorisation(
                shop.id, nick: session?.nick ?? "", until: session?.expiresAt)
            if states[shop.id]?.session == session {
                states[shop.id, default: State()].isRecorded = true
            }
        } catch {
            // The commits report faults of the database; here it is tried again.
        }
    }

    // MARK: Acting

    private func refresh(_ shop: Shop, _ session: StoredSession, _ file: SessionFile) async {
        let refresher = SessionRefresher(file: file, shop: shop.name, client: shop.client)
        let outcome: SessionRefresher.Outcome
        do throws(SecretError) {
            outcome = try await refresher.refresh(onSecret: onSecret)
        } catch {
            retry(shop, code: "state file", advice: error.line)
            return
        }
        switch outcome {
        case .overtaken:
            break
        case .refreshed(let session):
            log.event(
                .notice, "session refreshed", [("shop", .text(shop.name))] + Self.end(session))
        case .failed(let failure):
            switch failure.kind {
            case .later, .misconfigured, .clockOff:
                retry(shop, code: failure.code, advice: failure.line)
            case .refused, .unknown:
                // The file says so now, and the plan what follows: see `report`.
                log.event(
                    .warning, "session not refreshed",
                    [
                        ("shop", .text(shop.name)), ("code", .text(failure.code)),
                        ("advice", .text(failure.line)),
                    ])
            }
        }
    }

    private func retry(_ shop: Shop, code: String, advice: String) {
        let attempt = states[shop.id]?.attempts ?? 0
        let pause = AuthorisationPlan.retrySeconds(attempt: attempt)
        states[shop.id]?.attempts = attempt + 1
        states[shop.id]?.nextAttempt = SystemClocks.wall().advanced(bySeconds: pause)
        log.event(
            attempt < 3 ? .warning : .error, "session refresh failed",
            [
                ("shop", .text(shop.name)), ("code", .text(code)),
                ("attempt", .number(Int64(attempt + 1))), ("retry_s", .number(pause)),
                ("advice", .text(advice)),
            ])
    }

    private func report(_ step: AuthorisationPlan.Step, _ shop: Shop, _ session: StoredSession) {
        guard states[shop.id]?.logged != step else { return }
        states[shop.id]?.logged = step
        let advice = SessionAdvice(session, step: step, now: SystemClocks.wall()).text
        let fields: [(String, LogField)] =
            [("shop", .text(shop.name))] + Self.end(session) + [("advice", .text(advice))]
        if case .endsSoon = step {
            log.event(.warning, "session ends soon", fields)
        } else {
            log.event(.error, "session must be authorised again", fields)
        }
    }

    private static func end(_ session: StoredSession) -> [(String, LogField)] {
        guard let end = session.expiresAt else { return [] }
        return [("until", .text(UTCText.rfc3339(end)))]
    }
}
