public import Configuration
public import Platforms
import SyncCore
public import WireFormat

/// Renews a stored session, so that no crash loses it unsaid:
///
///     mark "sent" on the disk ─▶ send ─▶ successor on the disk ─▶ use it
///                                  ├─ refused: written down, a person has to act
///                                  ├─ never arrived, or not now: the mark is taken away
///                                  └─ lost: written down; so does the mark, after a crash
public struct SessionRefresher: Sendable {
    public let file: SessionFile
    public let shop: String
    public let client: TokenClient

    public init(file: SessionFile, shop: String, client: TokenClient) {
        self.file = file
        self.shop = shop
        self.client = client
    }

    public enum Outcome: Equatable, Sendable {
        case refreshed(StoredSession)
        /// Another program refreshes it, or has stored another session meanwhile.
        case overtaken
        case failed(AuthorisationFailure)
    }

    /// - Parameter onSecret: receives the new tokens before anything else happens to them.
    public func refresh(
        onSecret: @escaping @Sendable (Secret) -> Void = { _ in }
    ) async throws(SecretError) -> Outcome {
        // A separate task, awaited here: the end of the daemon must not cut off an answer that
        // cannot be had twice.
        let result = await Task { () -> Result<Outcome, SecretError> in
            do throws(SecretError) {
                return .success(try await exchange(onSecret: onSecret))
            } catch {
                return .failure(error)
            }
        }.value
        return try result.get()
    }

    private func exchange(
        onSecret: @Sendable (Secret) -> Void
    ) async throws(SecretError) -> Outcome {
        let sent = client.wall()
        let (shop, limit) = (shop, AuthorisationPlan.answerSecondsMax)
        let old = try file.update { (sessions) throws(SecretError) -> StoredSession? in
            guard var session = sessions[shop], session.refreshToken != nil else { return nil }
            if let mark = session.refreshSentAt {
                // Left by a crash: that answer is lost.
                guard sent.seconds(since: mark) >= limit else { return nil }
                session.refreshesLost += 1
            }
            session.refreshSentAt = sent
            sessions[shop] = session
            return session
        }
        guard let old, let token = old.refreshToken else { return .overtaken }
        let grant: AuthorisationGrant
        do throws(AuthorisationFailure) {
            grant = try await client.grant(refreshToken: token)
        } catch {
            return try note(error.of(shop: shop), old)
        }
        onSecret(grant.accessToken)
        if let token = grant.refreshToken { onSecret(token) }
        return try await store(grant, old)
    }

    private func note(
        _ failure: AuthorisationFailure, _ old: StoredSession
    ) throws(SecretError) -> Outcome {
        let shop = shop
        try file.update { (sessions) throws(SecretError) in
            guard var session = sessions[shop], session.accessToken == old.accessToken else {
                return
            }
            session.refreshSentAt = nil
            let said = "\(failure.code): \(failure.line)"
            switch failure.kind {
            case .later, .misconfigured, .clockOff: session.refreshTrouble = said
            case .unknown: session.refreshesLost += 1
            case .refused: session.refreshRefusal = said
            }
            sessions[shop] = session
        }
        return .failed(failure)
    }

    /// The old session is used up: until the successor is on the disk, nothing else counts.
    private func store(
        _ grant: AuthorisationGrant, _ old: StoredSession
    ) async throws(SecretError) -> Outcome {
        var session = StoredSession(
            grant, shop: shop, appKey: old.appKey, source: .refresh,
            issuedAt: client.wall())
        if session.nick.isEmpty { session.nick = old.nick }
        if session.userID.isEmpty { session.userID = old.userID }
        if session.refreshToken == nil, client.platform.keepsRefreshToken {
            session.refreshToken = old.refreshToken
            session.refreshUntil = old.refreshUntil
        }
        session.isRefreshUntilFixed = AuthorisationPlan.isFixed(
            session.refreshUntil, after: old.refreshUntil,
            secondsPassed: session.issuedAt.seconds(since: old.issuedAt))
        var attempt = 0
        while true {
            do throws(SecretError) {
                let made = session
                return try file.update { (sessions) throws(SecretError) -> Outcome in
                    guard sessions[made.shop]?.accessToken == old.accessToken else {
                        return .overtaken
                    }
                    sessions[made.shop] = made
                    return .refreshed(made)
                }
            } catch {
                attempt += 1
                guard attempt < Self.storeAttemptsMax else { throw error }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Tries, a second apart, to write what cannot be had a second time.
    private static let storeAttemptsMax = 30
}
