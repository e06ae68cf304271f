import SyncCore
import Testing
import WireFormat

@testable import OrderSync
@testable import ProgramSupport

@Suite struct LoginTests {
    private let login = LoginState(shop: "a", appKey: "12345678", secret: "app-secret")
    private let now = UTCInstant(seconds: 1_762_862_400)

    @Test func stateIsTakenBackForAWhile() {
        let state = login.make(now: now, nonce: 7)
        #expect(login.isGenuine(state, now: now))
        #expect(login.isGenuine(state, now: now.advanced(bySeconds: 3_600)))
        #expect(!login.isGenuine(state, now: now.advanced(bySeconds: 7_200)))
        #expect(!login.isGenuine(state, now: now.advanced(bySeconds: -3_600)))
        #expect(state != login.make(now: now, nonce: 8))
        #expect(!state.contains("app-secret"))
    }

    @Test func stateOfAnotherIsRefused() {
        let state = login.make(now: now, nonce: 7)
        for other in [
            LoginState(shop: "b", appKey: "12345678", secret: "app-secret"),
            LoginState(shop: "a", appKey: "1", secret: "app-secret"),
            LoginState(shop: "a", appKey: "12345678", secret: "guessed"),
        ] {
            #expect(!other.isGenuine(state, now: now))
        }
        for forged in ["", ".", "7.", ".\(state.suffix(32))", "8\(state.dropFirst())", "7"] {
            #expect(!login.isGenuine(forged, now: now), "\(forged)")
        }
    }

    @Test(
        arguments: [
            ("  AbC-1_2\n", .code("AbC-1_2")),
            ("http://127.0.0.1/?code=c%2F1&state=s", .redirect(code: "c/1", state: "s")),
            ("https://e.cn/back?a=b&state=s&code=c#top", .redirect(code: "c", state: "s")),
            ("https://e.cn/?code=c", .redirect(code: "c", state: "")),
            (
                "https://e.cn/?error=access_denied&error_description=authorize+reject&state=s",
                .refused("authorize reject", state: "s")
            ),
            ("https://e.cn/?error=x", .refused("…", state: "")), ("https://e.cn/?x=y", .nothing),
            ("", .nothing), ("two words", .nothing), ("code=c&state=s", .nothing),
        ] as [(String, LoginReply)])
    func theLoginReadsWhatIsPasted(pasted: String, reply: LoginReply) {
        #expect(LoginReply(pasted) == reply)
    }

    @Test(
        arguments: [
            ("2026-12-31", 1_798_646_400), ("2026-12-31 18:00:00", 1_798_711_200),
            ("365d", 1_762_862_400 + 31_536_000), ("24h", 1_762_862_400 + 86_400),
            ("2020-01-01", nil), ("0d", nil), ("-1d", nil), ("soon", nil), ("", nil), ("d", nil),
        ] as [(String, Int64?)])
    func theLoginReadsTheEndOfAnImportedSession(text: String, seconds: Int64?) {
        let end = try? AuthImportCommand.end(text, now: now)
        #expect(end?.seconds == seconds)
    }

    @Test(arguments: ["", "short", "two words", "短短短短短短短短"])
    func theLoginRefusesWhatIsNoSession(text: String) {
        #expect(throws: CommandFailure.self) { try AuthImportCommand.checked(text) }
    }
}
