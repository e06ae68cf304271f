import Foundation
import Platforms
import SyncCore
import Synchronization
import Testing
import WireFormat

@testable import Authorisation
@testable import Configuration
@testable import HTTPTransport

/// Answers in turn, and looks into the state file while a request is under way.
private final class ScriptedTransport: Transport {
    private struct State {
        var answers: [Result<HTTPResponse, TransportError>]
        var bodies: [String] = []
    }

    private let state: Mutex<State>
    private let whileAsked: @Sendable () -> Void

    init(
        _ answers: [Result<HTTPResponse, TransportError>],
        whileAsked: @escaping @Sendable () -> Void = {}
    ) {
        state = Mutex(State(answers: answers))
        self.whileAsked = whileAsked
    }

    var bodies: [String] { state.withLock { $0.bodies } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        whileAsked()
        let answer = state.withLock { state in
            state.bodies.append(String(decoding: request.body ?? [], as: UTF8.self))
            // A slow machine comes to ask once more; `bodies` says.
            let isSpent = state.answers.isEmpty
            return isSpent ? .failure(.cannotConnect("no answer")) : state.answers.removeFirst()
        }
        return try answer.get()
    }
}

@Suite final class SessionRefresherTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("ordersync-refresh-\(UUID().uuidString)").path
    private let file: SessionFile

    init() throws {
        file = SessionFile(path: "\(folder)/sessions.json", databasePath: "\(folder)/orders.db")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try store(session)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What the refresher's clock shows.
    private static let now = UTCInstant(seconds: 1_762_900_000)

    private var session: StoredSession {
        var session = StoredSession(
            shop: "a", appKey: "12345678", accessToken: "old-token", source: .login,
            issuedAt: UTCInstant(seconds: 1_762_862_400))
        session.refreshToken = "old-refresh"
        session.expiresAt = UTCInstant(seconds: 4_000_000_000)
        session.nick = "商家"
        return session
    }

    private func store(_ session: StoredSession) throws {
        try file.update { (sessions) throws(SecretError) in sessions["a"] = session }
    }

    private func refresher(
        _ transport: ScriptedTransport, _ platform: Platform = .taobao
    ) -> SessionRefresher {
        let now = Self.now
        let client = TokenClient(
            platform: platform.authorisation,
            app: AuthorisationApp(key: "12345678", secret: "app-secret", redirectURI: "urn:x"),
            url: "http://127.0.0.1:1/token", transport: transport, wall: { now })
        return SessionRefresher(file: file, shop: "a", client: client)
    }

    private static func response(
        _ text: String, status: Int = 200, date: String = ""
    ) -> Result<HTTPResponse, TransportError> {
        .success(HTTPResponse(status: status, body: Array(text.utf8), date: date))
    }

    private static func refusal(
        _ code: Int, _ message: String = "m", date: String = ""
    ) -> Result<HTTPResponse, TransportError> {
        response(
            #"{"error_response":{"error_code":\#(code),"error_msg":"\#(message)"}}"#, date: date)
    }

    private static let grant = response(
        #"{"access_token":"new-token","refresh_token":"new-refresh","expires_in":60,"#
            + #""re_expires_in":90}"#)

    /// The mark is on the disk before the token leaves, the successor before it is used.
    @Test func theRefresherMarksThenStores() async throws {
        let file = file
        let seen = Mutex<[Bool]>([])
        let transport = ScriptedTransport([Self.grant]) {
            let stored = try? file.session(of: "a")
            seen.withLock { $0.append(stored?.refreshSentAt != nil) }
        }
        guard case .refreshed(let session) = try await refresher(transport).refresh() else {
            Issue.record("not refreshed")
            return
        }
        #expect(seen.withLock { $0 } == [true])
        #expect(transport.bodies.first?.contains("refresh_token=old-refresh") == true)
        #expect(try file.session(of: "a") == session)
        #expect(session.accessToken == "new-token")
        #expect(session.refreshToken == "new-refresh")
        #expect(session.source == .refresh)
        #expect(session.nick == "商家")
        #expect(session.refreshSentAt == nil)
        #expect(session.refreshesLost == 0)
    }

    /// Where a platform does not say that a refresh replaces the refresh token, an answer without
    /// one leaves it valid: without it the shop could never be refreshed again.
    @Test(
        arguments: [(Platform.pinduoduo, "old-refresh"), (.taobao, nil)] as [(Platform, String?)])
    func anAnswerMayLackARefreshToken(platform: Platform, kept: String?) async throws {
        var old = session
        old.refreshUntil = UTCInstant(seconds: 4_100_000_000)
        try store(old)
        let grant = #"{"access_token":"new-token","expires_in":60}"#
        let transport = ScriptedTransport([
            Self.response(
                platform == .taobao ? grant : "{\"pop_auth_token_refresh_response\":\(grant)}")
        ])
        guard case .refreshed(let session) = try await refresher(transport, platform).refresh()
        else {
            Issue.record("not refreshed")
            return
        }
        #expect(session.accessToken == "new-token")
        #expect(session.refreshSentAt == nil)
        #expect(session.refreshToken?.exposedText == kept)
        #expect(session.refreshUntil == (kept == nil ? nil : old.refreshUntil))
        #expect(try file.session(of: "a") == session)
    }

    @Test(arguments: [TransportError.timedOut, .broken("reset"), .cancelled])
    func lostAnswersAreWrittenDown(error: TransportError) async throws {
        let transport = ScriptedTransport([.failure(error)])
        guard case .failed(let failure) = try await refresher(transport).refresh() else {
            Issue.record("no failure")
            return
        }
        let stored = try #require(try file.session(of: "a"))
        #expect(failure.kind == .unknown)
        #expect(stored.refreshesLost == 1)
        #expect(stored.refreshSentAt == nil)
        #expect(stored.accessToken == "old-token")
        #expect(stored.refreshToken == "old-refresh")
        let now = UTCInstant(seconds: 1_762_900_000)
        let step = stored.plan().step(now: now)
        #expect(step == .authoriseAgain(.answerLost))
        let advice = SessionAdvice(stored, step: step, now: now)
        #expect(advice.text.contains("authorise again, run `ordersync auth login a`"))
    }

    /// What never left the machine costs nothing.
    @Test(arguments: [TransportError.cannotConnect("refused"), .unknownHost("x"), .untrusted("y")])
    func unsentRefreshesLeaveNoTrace(error: TransportError) async throws {
        let transport = ScriptedTransport([.failure(error), Self.grant])
        guard case .failed(let failure) = try await refresher(transport).refresh() else {
            Issue.record("no failure")
            return
        }
        #expect(failure.kind == .later)
        var expected = session
        expected.refreshTrouble = "\(failure.code): \(failure.line)"
        #expect(try file.session(of: "a") == expected)
        let again = try await refresher(transport).refresh()
        guard case .refreshed = again else {
            Issue.record("\(again)")
            return
        }
    }

    /// What the platform had no time for has used nothing up.
    @Test(arguments: [52_101, 52_102, 52_103, 70_031, 70_033, 70_036])
    func aRefreshThatComesLaterIsRepeated(code: Int) async throws {
        let transport = ScriptedTransport([Self.refusal(code), Self.grant])
        guard case .failed(let failure) = try await refresher(transport, .pinduoduo).refresh()
        else {
            Issue.record("no failure")
            return
        }
        let stored = try #require(try file.session(of: "a"))
        #expect(failure.kind == .later)
        #expect(stored.refreshesLost == 0)
        #expect(stored.refreshTrouble.hasPrefix("\(code): "))
        let now = UTCInstant(seconds: 3_999_999_999)
        #expect(stored.plan().step(now: now) == .refresh)
        guard case .refreshed(let session) = try await refresher(transport, .pinduoduo).refresh()
        else {
            Issue.record("not refreshed")
            return
        }
        #expect(session.refreshTrouble.isEmpty)
    }

    /// The official list of methods lacks the one for refreshing: a person has to log in.
    @Test func aMethodThatIsWithdrawnNeedsAPerson() async throws {
        let transport = ScriptedTransport([Self.refusal(20_034)])
        guard case .failed(let failure) = try await refresher(transport, .pinduoduo).refresh()
        else {
            Issue.record("no failure")
            return
        }
        let stored = try #require(try file.session(of: "a"))
        #expect(failure.kind == .refused)
        let now = UTCInstant(seconds: 3_999_999_999)
        let step = stored.plan().step(now: now)
        #expect(step == .authoriseAgain(.refreshRefused))
        let advice = SessionAdvice(stored, step: step, now: now)
        #expect(!advice.isGood)
        #expect(advice.text.contains("20034"))
        #expect(advice.text.hasSuffix("run `ordersync auth login a`"))
    }

    @Test func adviceNamesTheShop() async throws {
        let transport = ScriptedTransport([Self.refusal(20_031)])
        guard case .failed(let failure) = try await refresher(transport, .pinduoduo).refresh()
        else {
            Issue.record("no failure")
            return
        }
        let stored = try #require(try file.session(of: "a")).refreshRefusal
        for text in [failure.line, stored] {
            #expect(text.contains("permission pack"), "\(text)")
            #expect(!text.contains("SHOP"), "\(text)")
        }
    }

    /// Signed with a wrong time, it is asked again with the time of the platform's answer.
    @Test func aClockThatIsOffDoesNotMatter() async throws {
        let date = "Tue, 11 Nov 2025 12:00:00 GMT"
        let transport = ScriptedTransport([
            Self.refusal(10_001, "公共参数错误:timestamp", date: date), Self.grant,
        ])
        guard case .refreshed = try await refresher(transport, .pinduoduo).refresh() else {
            Issue.record("not refreshed")
            return
        }
        #expect(transport.bodies.count == 2)
        #expect(!transport.bodies[0].contains("1762862400"))
        #expect(transport.bodies[1].contains("1762862400"))
        #expect(transport.bodies[1].contains("old-refresh"))
    }

    /// No date to go by, or refused by that too: the token is untouched, and the line says so.
    @Test(arguments: ["", "Tue, 11 Nov 2025 12:00:00 GMT"])
    func aClockThatStaysRefusedIsReported(date: String) async throws {
        let refusal = Self.refusal(10_001, "公共参数错误:timestamp", date: date)
        let transport = ScriptedTransport([refusal, refusal])
        guard case .failed(let failure) = try await refresher(transport, .pinduoduo).refresh()
        else {
            Issue.record("no failure")
            return
        }
        #expect(transport.bodies.count == (date.isEmpty ? 1 : 2))
        #expect(failure.kind == .clockOff)
        #expect(failure.line.contains("set up NTP"))
        let stored = try #require(try file.session(of: "a"))
        #expect(stored.refreshesLost == 0)
        #expect(stored.refreshRefusal.isEmpty)
    }

    /// Whether a refresh moves the last moment for the next one is seen, not assumed.
    @Test(arguments: [("1763467200000", true), ("1900000000000", false)])
    func theRefresherSeesWhetherRefreshingEnds(end: String, isFixed: Bool) async throws {
        var old = session
        old.refreshUntil = UTCInstant(seconds: 1_763_467_200)
        try store(old)
        let transport = ScriptedTransport([
            Self.response(
                #"{"access_token":"new-token","refresh_token":"new-refresh","expires_in":60,"#
                    + #""refresh_token_valid_time":\#(end)}"#)
        ])
        guard case .refreshed(let session) = try await refresher(transport).refresh() else {
            Issue.record("not refreshed")
            return
        }
        #expect(session.isRefreshUntilFixed == isFixed)
        #expect(try file.session(of: "a") == session)
    }

    @Test func refusalIsWrittenDownWithoutSecrets() async throws {
        let transport = ScriptedTransport([
            Self.response(
                #"{"error":"invalid_grant","error_description":"old-refresh of app-secret"}"#,
                status: 400)
        ])
        guard case .failed(let failure) = try await refresher(transport).refresh() else {
            Issue.record("no failure")
            return
        }
        let stored = try #require(try file.session(of: "a"))
        #expect(failure.kind == .refused)
        #expect(stored.refreshRefusal.hasPrefix("invalid_grant"))
        for text in [failure.line, stored.refreshRefusal] {
            #expect(!text.contains("old-refresh"))
            #expect(!text.contains("app-secret"))
        }
        #expect(
            stored.plan().step(now: UTCInstant(seconds: 1_762_900_000))
                == .authoriseAgain(.refreshRefused))
    }

    /// Two at once: the second sees the mark and sends nothing.
    @Test func aTokenIsSentOnce() async throws {
        var marked = session
        marked.refreshSentAt = Self.now
        try store(marked)
        let transport = ScriptedTransport([])
        #expect(try await refresher(transport).refresh() == .overtaken)
        #expect(transport.bodies.isEmpty)
        #expect(try file.session(of: "a") == marked)
    }

    /// The process died after sending: that answer counts as lost.
    @Test func aMarkThatWasLeftCounts() async throws {
        var marked = session
        marked.refreshSentAt = Self.now.advanced(bySeconds: -1_000)
        try store(marked)
        #expect(marked.plan().step(now: Self.now) == .authoriseAgain(.answerLost))
    }

    /// Someone logs in while the refresh is under way: the login stays.
    @Test func aLoginMeanwhileWins() async throws {
        let file = file
        var login = session
        login.accessToken = "login-token"
        let transport = ScriptedTransport([Self.grant]) { [login] in
            _ = try? file.update { (sessions) throws(SecretError) in sessions["a"] = login }
        }
        #expect(try await refresher(transport).refresh() == .overtaken)
        #expect(try file.session(of: "a") == login)
    }
}
