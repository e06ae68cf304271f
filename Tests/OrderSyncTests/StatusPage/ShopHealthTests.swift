import SyncCore
import Testing
import WireFormat

@testable import Configuration
@testable import Engine
@testable import OrderStore
@testable import OrderSync
@testable import StatusPage

@Suite struct ShopHealthTests {
    private static let now = UTCInstant(seconds: 1_000_000)

    /// A shop that is well, polled every ten seconds.
    private static func facts() -> ShopHealth.Facts {
        let streams = ["orders", "refunds", "backfill"].map { name in
            StoreStatus.Stream(
                stream: name, cursorAt: now.seconds - 4, rows: 1, lastSuccessAt: now.seconds - 2,
                lastError: "", windows: 0, openSeconds: 0)
        }
        return ShopHealth.Facts(
            shop: StoreStatus.Shop(
                name: "s", platform: "taobao", app: "main", state: "active", stateReason: "",
                orderCount: 1, streams: streams),
            configured: Configuration.Shop(
                name: "s", app: "main", session: .inline("x"), backfillDays: 30),
            app: StoreStatus.App(name: "main", callsToday: 10), callsPerDay: 100,
            oldestWindowAt: now.seconds - 30, now: now,
            startedAt: UTCInstant(seconds: now.seconds - 10_000))
    }

    private struct Case: Sendable {
        var why: String
        var level: ShopHealth.Level
        var problems: [Problem.Kind]
        var change: @Sendable (inout ShopHealth.Facts) -> Void
    }

    private static let cases: [Case] = [
        Case(why: "all is well", level: .ok, problems: []) { _ in },
        Case(why: "at the limit", level: .ok, problems: []) {
            $0.shop.streams[0].cursorAt = now.seconds - 300
        },
        Case(why: "beyond it", level: .bad, problems: [.lagging]) {
            $0.shop.streams[0].cursorAt = now.seconds - 301
        },
        Case(why: "polled seldom", level: .ok, problems: []) {
            $0.configured?.pollIntervalMilliseconds = 60_000
            $0.shop.streams[0].cursorAt = now.seconds - 600
        },
        Case(why: "seldom, and late", level: .bad, problems: [.lagging]) {
            $0.configured?.pollIntervalMilliseconds = 60_000
            $0.shop.streams[0].cursorAt = now.seconds - 601
        },
        Case(why: "refunds at their own pace", level: .ok, problems: []) {
            $0.shop.streams[1].cursorAt = now.seconds - 600
        },
        Case(why: "late refunds", level: .bad, problems: [.lagging]) {
            $0.shop.streams[1].cursorAt = now.seconds - 601
        },
        Case(why: "a promoter's first read", level: .starting, problems: []) {
            $0.configured?.streams = [.affiliate]
            $0.shop.streams[0].stream = "affiliate"
            $0.shop.streams[0].cursorAt = 0
            $0.newStreams = ["affiliate"]
        },
        Case(why: "new refunds, and late", level: .bad, problems: [.lagging]) {
            $0.shop.streams[1].cursorAt = 0
            $0.newStreams = ["orders", "refunds"]
        },
        Case(why: "new, and late", level: .bad, problems: [.lagging]) {
            $0.shop.streams[0].cursorAt = 0
            $0.newStreams = ["orders", "refunds"]
        },
        Case(why: "refunds not wanted", level: .ok, problems: []) {
            $0.configured?.streams = [.orders]
            $0.shop.streams[1].cursorAt = 0
        },
        Case(why: "history takes its time", level: .ok, problems: []) {
            $0.shop.streams[2].openSeconds = 7_000_000
        },
        Case(why: "a clock that is ahead", level: .ok, problems: []) {
            $0.shop.streams[0].cursorAt = now.seconds + 100
        },
        Case(why: "not authorised", level: .bad, problems: [.unauthorized]) {
            $0.shop.state = "unauthorized"
        },
        Case(why: "its app is refused", level: .bad, problems: [.paused]) {
            $0.shop.state = "paused"
            $0.shop.streams[0].lastError = "said by the state already"
        },
        Case(why: "just started", level: .starting, problems: []) {
            $0.startedAt = UTCInstant(seconds: now.seconds - 299)
            $0.shop.streams = []
        },
        Case(why: "started long ago", level: .bad, problems: [.neverRead, .neverRead]) {
            $0.shop.streams = []
        },
        Case(why: "a stream that never succeeded", level: .bad, problems: [.neverRead]) {
            $0.shop.streams[0].lastSuccessAt = nil
        },
        Case(why: "a failure", level: .warn, problems: [.failing]) {
            $0.shop.streams[1].lastError = "timed out"
        },
        Case(why: "a ban", level: .warn, problems: [.banned]) {
            $0.app?.bannedUntilAt = now.seconds + 60
        },
        Case(why: "a ban that has passed", level: .ok, problems: []) {
            $0.app?.bannedUntilAt = now.seconds
        },
        Case(why: "no calls left", level: .warn, problems: [.quotaUsed]) {
            $0.app?.callsToday = 100
        },
        Case(why: "an old gap", level: .warn, problems: [.gap]) {
            $0.oldestWindowAt = now.seconds - 601
        },
        Case(why: "rows that cannot be read", level: .warn, problems: [.rowsRejected]) {
            $0.shop.rejectedRows = 1
        },
        Case(why: "short days", level: .warn, problems: [.daysShort]) {
            $0.shop.audits = ["short": 2, "equal": 80]
        },
        Case(why: "the worst counts", level: .bad, problems: [.lagging, .failing]) {
            $0.shop.streams[0].cursorAt = 0
            $0.shop.streams[0].lastError = "timed out"
        },
        Case(why: "a promoter's prices, overdue within reason", level: .ok, problems: []) {
            promote(&$0)
            $0.shop.streams[1].oldestDueAt = now.seconds - 6_000
        },
        Case(why: "a promoter's prices, overdue", level: .bad, problems: [.lagging]) {
            promote(&$0)
            $0.shop.streams[1].oldestDueAt = now.seconds - 6_001
        },
        Case(why: "prices that were never read", level: .bad, problems: [.neverRead]) {
            promote(&$0)
            $0.shop.streams[1].lastSuccessAt = nil
        },
        Case(why: "some prices cannot be read", level: .warn, problems: [.goodsFailing]) {
            promote(&$0)
            $0.shop.watchedGoods = StoreStatus.WatchedGoods(
                count: 2, failing: 1, oldestReadAt: now.seconds)
        },
        Case(why: "all prices were read", level: .ok, problems: []) {
            promote(&$0)
            $0.shop.watchedGoods = StoreStatus.WatchedGoods(
                count: 2, failing: 0, oldestReadAt: now.seconds)
        },
        Case(why: "prices that are watched no more", level: .ok, problems: []) {
            promote(&$0)
            $0.configured?.watches = []
            $0.shop.streams[1].oldestDueAt = 0
        },
        Case(why: "no longer configured", level: .off, problems: []) {
            $0.configured = nil
            $0.shop.state = "unauthorized"
        },
    ]

    /// Makes it a promoter's account with orders, and prices that are polled each ten minutes.
    private static func promote(_ facts: inout ShopHealth.Facts) {
        facts.configured?.streams = [.affiliate]
        facts.configured?.watches = [600, 3_600].map {
            GoodsWatch(goods: "g\($0)", pid: "1_2", interval: $0, belowFen: nil)
        }
        facts.shop.streams[0].stream = "affiliate"
        facts.shop.streams[1].stream = "prices"
        facts.shop.streams[1].queued = 2
    }

    /// Where there is nothing else, prices say how fresh the account is.
    @Test func theLagOfPricesIsReportedWhereThereIsNothingElse() {
        var facts = Self.facts()
        Self.promote(&facts)
        facts.shop.streams[1].oldestDueAt = Self.now.seconds - 70
        #expect(ShopHealth.judge(facts).lagSeconds == 4)
        #expect(ShopHealth.judge(facts).limitSeconds == 300)
        facts.configured?.streams = []
        #expect(ShopHealth.judge(facts).lagSeconds == 70)
        #expect(ShopHealth.judge(facts).limitSeconds == 6_000)
    }

    @Test(arguments: cases.indices)
    func everyShopIsClassified(index: Int) {
        let one = Self.cases[index]
        var facts = Self.facts()
        one.change(&facts)
        let health = ShopHealth.judge(facts)
        #expect(health.level == one.level, "\(one.why)")
        #expect(health.problems.map(\.kind) == one.problems, "\(one.why)")
        for problem in health.problems {
            #expect(!problem.text.isEmpty)
            #expect(!problem.remedy.isEmpty)
            #expect(problem.shop == "s")
            if problem.kind == .unauthorized {
                #expect(problem.remedy.contains("ordersync auth login s"))
            }
        }
    }

    /// What is bad makes 503, and only that.
    @Test func theWholeIsAsHealthyAsItsWorstShop() {
        let state = RunState(Configuration(), startedAt: Self.now)
        var snapshot = StatusSnapshot(WatchedStatus(), state, now: Self.now)
        #expect(HealthJSON(snapshot: snapshot).status == 200)
        #expect(HealthJSON(snapshot: snapshot).word == "starting")
        for (level, status) in [
            (ShopHealth.Level.ok, 200), (.warn, 200), (.off, 200), (.starting, 200), (.bad, 503),
        ] {
            snapshot.health = ["a": ShopHealth(), "b": ShopHealth(level: level)]
            #expect(HealthJSON(snapshot: snapshot).status == status)
        }
        snapshot.health = ["a": ShopHealth()]
        #expect(HealthJSON(snapshot: snapshot).word == "ok")
        state.storeTrouble = "no space left"
        let full = StatusSnapshot(WatchedStatus(), state, now: Self.now)
        #expect(HealthJSON(snapshot: full).status == 503)
        #expect(HealthJSON(snapshot: full).text.contains("\"code\":\"database_unwritable\""))
        let unreadable = StatusSnapshot(
            unreadable: .notADatabase(path: "x"), RunState(Configuration(), startedAt: Self.now),
            now: Self.now)
        #expect(HealthJSON(snapshot: unreadable).status == 503)
    }
}
