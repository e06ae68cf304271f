import SyncCore
import Testing
import WireFormat

@testable import Authorisation
@testable import Configuration
@testable import OrderStore
@testable import OrderSync

/// What `auth status` and `check` say of a stored session.
@Suite struct SessionAdviceTests {
    private static let now = UTCInstant(seconds: 1_762_862_400)
    private static let login = "run `ordersync auth login a`"

    private static func session(life: Int64 = 72_000) -> StoredSession {
        var session = StoredSession(
            shop: "a", appKey: "1", accessToken: "token", source: .login,
            issuedAt: now.advanced(bySeconds: -3_600))
        session.refreshToken = "refresh"
        session.expiresAt = session.issuedAt.advanced(bySeconds: life)
        return session
    }

    private func advice(_ session: StoredSession) -> SessionAdvice {
        SessionAdvice(session, step: session.plan().step(now: Self.now), now: Self.now)
    }

    @Test func aSessionThatRenewsItself() {
        var session = Self.session()
        #expect(advice(session).isGood)
        #expect(advice(session).text.hasSuffix("refreshed automatically"))
        session.refreshUntil = Self.now.advanced(bySeconds: 2 * 86_400)
        session.levels = ["r2": Self.now.advanced(bySeconds: 60)]
        #expect(advice(session).isGood)
        #expect(
            advice(session).text.hasSuffix(
                "refreshed automatically, as things stand until 2025-11-13 20:00:00 Beijing time; "
                    + "level r2 until 2025-11-11 20:01:00 Beijing time"), "\(advice(session))")
    }

    /// It was renewed, and that did not move the last moment for the next time.
    @Test func theEndOfRenewingIsReportedAhead() {
        var session = Self.session()
        session.refreshUntil = Self.now.advanced(bySeconds: 2 * 86_400)
        session.isRefreshUntilFixed = true
        #expect(!advice(session).isGood)
        #expect(
            advice(session).text.hasSuffix(
                "refreshed automatically until 2025-11-13 20:00:00 Beijing time and no longer: "
                    + Self.login), "\(advice(session))")
        session.refreshUntil = Self.now.advanced(bySeconds: 15 * 86_400)
        #expect(advice(session).isGood)
        session.refreshUntil = Self.now.advanced(bySeconds: -1)
        #expect(advice(session).text.hasSuffix("and cannot be refreshed: \(Self.login)"))
    }

    /// A refresh that is due is the daemon's, until the session has ended without one.
    @Test func aRefreshThatDoesNotWorkIsReported() {
        var session = Self.session(life: 3_700)
        #expect(advice(session).isGood)
        #expect(advice(session).text.hasSuffix("due for a refresh: the daemon does it"))
        session.refreshTrouble = "70033: maintenance"
        #expect(advice(session).isGood)
        #expect(
            advice(session).text.hasSuffix(
                "not refreshed yet (70033: maintenance): the daemon does it"))
        session.expiresAt = Self.now
        #expect(!advice(session).isGood)
        let text = advice(session).text
        #expect(text.hasPrefix("ended "))
        #expect(text.contains("70033"))
        #expect(text.contains("`ordersync auth refresh a`"))
        #expect(text.hasSuffix(Self.login))
    }

    // MARK: What the daemon was refused

    private func line(_ session: StoredSession?, refusedAt: Int64?) throws -> AuthStatusCommand.Line
    {
        let text = ConfigurationTests.file()
            .replacing("session_file = \"/etc/flagship.session\"", with: "")
            .replacing("flagship", with: "a").replacing("12345678", with: "1")
        let configuration = try ConfigurationReader.parse(text, file: "test.toml")
        let refusals = refusedAt.map {
            OrderStore.SessionRefusal(
                code: "20032", lastAt: Self.now.advanced(bySeconds: $0))
        }
        return AuthStatusCommand.line(
            configuration.shops[0], session.map { ["a": $0] } ?? [:],
            refusals.map { ["a": $0] } ?? [:], Self.now)
    }

    @Test func refusalsOfTheDaemonsCallsAreReported() throws {
        let fine = try line(Self.session(), refusedAt: nil)
        #expect(fine.isGood)
        #expect(fine.isRefreshable)
        let refused = try line(Self.session(), refusedAt: -60)
        #expect(!refused.isGood)
        #expect(refused.text.contains("20032"))
        #expect(refused.text.hasSuffix(Self.login))
        // Of the session before this one.
        #expect(try line(Self.session(), refusedAt: -3_601).isGood)
        #expect(try line(nil, refusedAt: -60).text.hasPrefix("no session"))
    }
}
