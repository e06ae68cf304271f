import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

@Suite struct BehaviourTests {
    private func caller(_ set: (inout SandboxBehaviour) -> Void) -> Caller {
        Caller { set(&$0.behaviour) }
    }

    @Test func lateChangesAreHiddenAndThenShow() throws {
        var caller = Caller {
            $0.isStatic = false
            $0.ordersPerShop = 50
            $0.eventsPerSecond = 20
            $0.behaviour.indexLagSecondsMax = 30
        }
        caller.now += 10_000
        let early = Set(values(of: "tid", in: caller.increment(seconds: 10)))
        let changed = caller.gateway.world.shops[0].orders.filter {
            $0.modified.seconds >= Caller.start / 1_000
        }
        #expect(early.count < changed.count)
        let hidden = try #require(changed.last { !early.contains("\($0.tid)") })
        let single = caller.text(
            "taobao.trade.fullinfo.get", ["tid": "\(hidden.tid)", "fields": "tid,modified"])
        #expect(values(of: "modified", in: single) == [BeijingTime.text(hidden.modified)])

        caller.control("quiet", "true")
        caller.now += 31_000
        let late = caller.increment(seconds: 45)
        let listed = zip(values(of: "tid", in: late), values(of: "modified", in: late))
        let expected = Set(changed.map { "\($0.tid) \(BeijingTime.text($0.modified))" })
        #expect(Set(listed.map { "\($0) \($1)" }) == expected)
    }

    @Test func bansCountDown() {
        var caller = Caller()
        let list = "taobao.trades.sold.get"
        caller.control("ban", "app-api:3:\(list)")
        var texts: [String] = []
        for _ in 0..<4 {
            texts.append(
                values(of: "sub_msg", in: caller.text(list, ["fields": "tid"])).first ?? "")
            caller.now += 1_000
        }
        #expect(
            texts == [
                "This ban will last for 3 more seconds", "This ban will last for 2 more seconds",
                "This ban will last for 1 more seconds", "",
            ])
        caller.control("ban", "app-api:3:\(list)")
        #expect(values(of: "time", in: caller.text("taobao.time.get")).count == 1)
        caller.control("ban", "app:3")
        let banned = caller.text("taobao.time.get")
        #expect(
            values(of: "sub_code", in: banned) == ["accesscontrol.limited-by-app-access-count"])
    }

    @Test func limitsHold() {
        var caller = caller { $0.callsPerSecond = 3 }
        let codes = (0..<5).map { _ in values(of: "code", in: caller.text("taobao.time.get")) }
        #expect(codes == [[], [], [], ["7"], ["7"]])
        caller.now += 1_001
        #expect(values(of: "code", in: caller.text("taobao.time.get")).isEmpty)

        var daily = self.caller { $0.callsPerDay = 1 }
        _ = daily.text("taobao.time.get")
        let refused = daily.text("taobao.time.get")
        // It is 20:00 in Beijing.
        #expect(
            values(of: "sub_msg", in: refused) == ["This ban will last for 14400 more seconds"])
    }

    @Test func sessionsExpireAndReturn() {
        var caller = Caller()
        let method = "taobao.user.seller.get"
        caller.control("expire_session", "shop1")
        #expect(
            values(of: "sub_code", in: caller.text(method, ["fields": "nick"]))
                == ["session-expired"])
        caller.control("restore_session", "shop1")
        #expect(values(of: "nick", in: caller.text(method, ["fields": "nick"])) == ["测试旗舰店1"])
        caller.control("expire_session", "shop1:5")
        #expect(values(of: "code", in: caller.text(method, ["fields": "nick"])) == ["27"])
        caller.now += 5_000
        #expect(values(of: "code", in: caller.text(method, ["fields": "nick"])).isEmpty)
        let old = caller.gateway.session(ofShop: "shop1")
        caller.control("replace_session", "shop1")
        #expect(
            values(of: "sub_code", in: caller.text(method, ["fields": "nick", "session": old]))
                == ["invalid-sessionkey"])
    }

    @Test func theGatewaysClockIsSkewed() {
        var caller = caller { $0.clockSkewSeconds = 3_600 }
        #expect(values(of: "code", in: caller.text("taobao.time.get")) == ["31"])
        let answer = caller.answer("taobao.time.get", ["timestamp": "2025-11-11 21:00:00"])
        #expect(answer.date.seconds == Caller.start / 1_000 + 3_600)
    }

    @Test func faultsLookAsTheyShould() {
        let fields = "tid,modified,payment,orders,receiver_name"
        var hollow = caller { $0.hollowRate = 1 }
        let text = hollow.increment(["fields": fields])
        #expect(text.contains("\"modified\""))
        #expect(!text.contains("\"orders\""))
        #expect(!text.contains("payment"))
        #expect(!text.contains("receiver"))

        var empty = caller { $0.emptyEnvelopeRate = 1 }
        #expect(
            empty.increment().hasPrefix("{\"trades_sold_increment_get_response\":{\"request_id\""))

        var shuffled = caller { $0.shuffledRate = 1 }
        let rows = values(of: "modified", in: shuffled.increment())
        #expect(rows != rows.sorted(by: >))

        var stray = caller { $0.outOfWindowRate = 1 }
        let found = values(of: "modified", in: stray.increment(seconds: 20_000))
        #expect(found.contains { $0 < "2025-11-11 14:26:40" })

        var page = caller { $0.htmlPageRate = 1 }
        #expect(page.increment().hasPrefix("<html>"))

        var fault = caller { $0.serviceFaultRate = 1 }
        #expect(fault.increment().hasPrefix("{\"error_response\":{\"code\":"))

        var wide = caller { $0.windowSecondsMax = 1_800 }
        #expect(values(of: "code", in: wide.increment(seconds: 1_801)) == ["520"])
        #expect(values(of: "code", in: wide.increment(seconds: 1_800)).isEmpty)
    }

    @Test func brokenConnectionsAreReportedToTheServer() {
        var broken = caller { $0.resetRate = 1 }
        #expect(broken.answer("taobao.time.get").fate == .reset)
        var lost = caller { $0.hangRate = 1 }
        #expect(lost.answer("taobao.time.get").fate == .lost)
        var cut = caller { $0.truncatedRate = 1 }
        #expect(cut.answer("taobao.time.get").fate == .cut)
        var slow = caller { $0.latencyMilliseconds = 250 }
        #expect(slow.answer("taobao.time.get").delayMilliseconds == 250)
        var down = caller { $0.serverErrorRate = 1 }
        #expect(down.answer("taobao.time.get").status == 503)
    }

    @Test func chaosLetsMostCallsThrough() {
        var caller = caller { $0 = .chaos(seed: 3) }
        var successes = 0
        for _ in 0..<500 {
            let text = caller.increment(["use_has_next": "true"])
            if text.contains("\"has_next\"") { successes += 1 }
            caller.now += 400
        }
        #expect((300..<495).contains(successes))
    }

    @Test(arguments: [
        ("reset_rate", "0.5", true), ("clock_skew_seconds", "-90", true), ("calm", "true", true),
        ("chaos", "9", true), ("latency_milliseconds", "-1", false), ("reset_rate", "2", false),
        ("mood", "bad", false),
    ])
    func settingsAreChecked(name: String, value: String, isUnderstood: Bool) {
        var behaviour = SandboxBehaviour()
        let result = behaviour.set(name, to: value)
        #expect(result == isUnderstood)
        #expect(result || behaviour == SandboxBehaviour())
    }
}
