import Platforms
import SyncCore
import Testing

@testable import OrderSync

@Suite struct ExplanationTests {
    @Test(
        arguments: [
            ("27 invalid-sessionkey", .unauthorised, "pauses this shop"),
            ("invalid-sessionkey", .unauthorised, "pauses this shop"),
            ("25", .misconfigured, "pauses the app"),
            (
                "7 accesscontrol.limited-by-api-access-count", .throttled(.method, seconds: nil),
                "rests this method"
            ),
            ("isv.trade-service-rejection", .narrow(afterSeconds: 180), "after 180 s"),
            ("isv.trade-not-exist", .notFound, "detail_queue"),
            ("isv.order-no-trace", .empty, "nothing is wrong"),
        ] as [(String, Disposition, String)])
    func codesHaveAMeaning(code: String, disposition: Disposition, reaction: String) {
        let failure = Platform.taobao.explain(code)
        #expect(failure.disposition == disposition)
        #expect(!failure.isUnknownCode)
        let lines = Explanation.lines(failure, platform: "taobao")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("taobao \(code): ") == true)
        #expect(lines[1].contains(reaction))
        #expect(!lines.joined().contains("()"))
    }

    /// Both platforms are asked; a code that one of them has is explained.
    @Test(
        arguments: [
            ("10019", ["pinduoduo"]), ("50001 1000000", ["pinduoduo"]), ("50001", ["pinduoduo"]),
            ("27", ["taobao"]), ("isv.invalid-parameter:x", ["taobao", "pinduoduo"]), ("4711", []),
        ] as [(String, [String])])
    func codesAreLookedUpOnEveryPlatform(code: String, platforms: [String]) {
        let known = Platform.allCases.filter { !$0.explain(code).isUnknownCode }
        #expect(known.map(\.rawValue) == platforms)
    }

    /// A code of one platform is not explained by the other's table.
    @Test(
        arguments: [
            ("27", .taobao), ("7 accesscontrol.limited-by-api-access-count", .taobao),
            ("isv.trade-not-exist", .taobao), ("isv.never-seen", .taobao),
            ("isp.remote-service-timeout", .taobao), ("invalid-sessionkey", .taobao),
            ("session-expired", .taobao), ("15 isv.invalid-parameter:x", .taobao),
            ("10019", .pinduoduo), ("50001 isv.invalid-parameter:x", .pinduoduo),
            ("1000000", .pinduoduo), ("ISV_TRACK_ERROR", .pinduoduo), ("60001", .pinduoduo),
        ] as [(String, Platform)])
    func codesBelongToOnePlatform(code: String, platform: Platform) {
        #expect(Explanation.platforms(of: code) == [platform])
    }

    /// The line says how long, and so does what ordersync does.
    @Test(arguments: ["52102", "52103", "70033"])
    func restsAreReportedOnce(code: String) throws {
        let failure = Platform.pinduoduo.explain(code)
        guard case .throttled(.method, let seconds?) = failure.disposition else {
            Issue.record("\(failure)")
            return
        }
        let lines = Explanation.lines(failure, platform: "pinduoduo")
        #expect(lines[1].contains("rests this method for \(seconds) s"), "\(lines)")
    }

    /// A shop's name stands where advice has a placeholder.
    @Test(arguments: [
        (Platform.pinduoduo, "20031", "permission pack"), (.pinduoduo, "10019", "refreshed"),
        (.taobao, "27", "session file"), (.taobao, "12", "main account"),
    ])
    func adviceNamesTheShop(platform: Platform, code: String, remedy: String) {
        let failure = platform.explain(code).of(shop: "flagship")
        #expect(failure.line.contains("`ordersync auth login flagship`"), "\(failure.line)")
        #expect(failure.line.contains(remedy))
        #expect(!failure.line.contains("SHOP"))
    }

    @Test(arguments: ["isv.nonsense", "4711", "hello world", ""])
    func unknownCodesAreSaidToBeUnknown(code: String) {
        #expect(Platform.taobao.explain(code).isUnknownCode)
    }

    @Test func everyExitCodeIsExplained() {
        for code: Int32 in [0, 1, 64, 69, 73, 75, 77, 78] {
            #expect(Explanation.exitStatus(code)?.hasPrefix("exit code \(code): ") == true)
        }
        for code in [129, 130, 137, 141, 143] as [Int32] {
            #expect(Explanation.exitStatus(code)?.contains("(SIG") == true, "\(code)")
        }
        #expect(Explanation.exitStatus(2) == nil)
    }
}
