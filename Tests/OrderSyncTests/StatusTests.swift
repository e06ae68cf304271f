import Foundation
import SyncCore
import Testing

@testable import Configuration
@testable import OrderStore
@testable import OrderSync
@testable import StatusPage

/// What `status` prints.
@Suite struct StatusTests {
    /// 2025-11-11 08:00:00 in Beijing.
    private static let now = UTCInstant(seconds: 1_762_819_200)
    private let now = Self.now

    private static func configuration() throws -> Configuration {
        try ConfigurationReader.parse(
            ConfigurationTests.file(app: "calls_per_day = 5000"), file: "test.toml")
    }

    private func stream(
        _ name: String, behind: Int64 = 0, rows: Int64 = 0, error: String = "",
        open: Int64 = 0, queued: Int64? = nil, due: Int64? = nil
    ) -> StoreStatus.Stream {
        StoreStatus.Stream(
            stream: name, cursorAt: now.seconds - behind, rows: rows,
            lastSuccessAt: now.seconds - 1, lastError: error, windows: open > 0 ? 1 : 0,
            openSeconds: open, queued: queued, oldestDueAt: due.map { now.seconds - $0 })
    }

    private func shop(_ streams: [StoreStatus.Stream]) -> StoreStatus.Shop {
        StoreStatus.Shop(
            name: "flagship", platform: "taobao", app: "main", state: "active", stateReason: "",
            orderCount: 12_345, streams: streams)
    }

    private func gap(
        _ stream: String, _ state: String, age: Int64, from: Int64 = 7_200
    ) -> StoreStatus.Gap {
        StoreStatus.Gap(
            stream: stream, state: state, startAt: now.seconds - from,
            openEndAt: now.seconds - from + 600, openedAt: now.seconds - age, calls: 4)
    }

    private func full() -> StoreStatus {
        var shop = shop([
            stream("orders", behind: 12, rows: 1_234, error: "27"),
            stream("backfill", behind: 99, rows: 11_000, open: 180_000),
            stream("backfill_range", behind: 50), stream("details", queued: 1_500, due: 90),
            stream("shipments", queued: 3), stream("sweep", behind: 625, rows: 2),
        ])
        shop.lag = StoreStatus.Lag(
            lagSeconds: 8, overlapSeconds: 60, settleSeconds: 2, rows: 1_000, late: 5, missed: 1)
        (shop.detailsNotFound, shop.detailsRefused) = (1, 2)
        shop.rejectedRows = 3
        shop.audits = ["equal": 30, "short": 1]
        shop.gaps = [gap("orders", "suspect", age: 300), gap("backfill", "planned", age: 119)]
        var app = StoreStatus.App(
            name: "main", callsToday: 1_250, bannedUntilAt: now.seconds + 60,
            callsByClass: [("details", 50), ("live", 1_200)])
        app.orderChangesToday = 400
        return StoreStatus(shops: [shop], apps: [app])
    }

    // MARK: JSON

    /// A stopped daemon is said beside what it left; the status page says nothing of the kind.
    @Test(arguments: [true, false, nil])
    func theStatusSaysWhetherADaemonRuns(isRunning: Bool?) throws {
        let text = StatusCommand.json(full(), try Self.configuration(), now, isRunning: isRunning)
        let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(json?["running"] as? Bool == isRunning)
        #expect((json?["shops"] as? [Any])?.count == 1)
    }

    private func json(_ status: StoreStatus) throws -> [String: Any] {
        let text = StatusCommand.json(status, try Self.configuration(), now)
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? [String: Any])
    }

    @Test func jsonHasEveryMember() throws {
        let status = try json(full())
        #expect(Set(status.keys) == ["version", "database", "shops", "apps"])
        let shop = try #require((status["shops"] as? [[String: Any]])?.first)
        #expect(
            Set(shop.keys) == [
                "name", "platform", "state", "state_reason", "authorized_until_at", "orders",
                "streams", "gaps", "details_not_found", "details_refused", "index_lag",
                "audited_days", "promoter", "watched_goods", "rejected_rows", "configured",
            ])
        #expect(shop["promoter"] as? Bool == false)
        #expect(shop["watched_goods"] is NSNull)
        #expect(shop["configured"] as? Bool == true)
        let streams = try #require(shop["streams"] as? [[String: Any]])
        #expect(
            Set(streams[0].keys) == [
                "stream", "cursor_at", "lag_s", "rows", "last_success_at", "last_error",
                "open_windows", "queued",
            ])
        #expect(streams.map { $0["lag_s"] as? Int } == [12, 180_000, 0, 90, 0, 25])
        #expect(streams.map { $0["queued"] as? Int } == [nil, nil, nil, 1_500, 3, nil])
        #expect(streams[0]["last_error"] as? String == "27")
        #expect(streams[1]["last_error"] is NSNull)
        let gaps = try #require(shop["gaps"] as? [[String: Any]])
        #expect(
            gaps[0] as NSDictionary == [
                "stream": "orders", "state": "suspect", "start_at": now.seconds - 7_200,
                "open_end_at": now.seconds - 6_600, "age_s": 300, "calls": 4,
            ])
        #expect(
            shop["index_lag"] as? NSDictionary == [
                "lag_s": 8, "overlap_s": 60, "settle_s": 2, "changes": 1_000, "late": 5,
                "missed": 1,
            ])
        #expect(
            shop["audited_days"] as? NSDictionary
                == ["equal": 30, "repaired": 0, "short": 1, "excess": 0])
        let app = try #require((status["apps"] as? [[String: Any]])?.first)
        #expect(
            app as NSDictionary == [
                "name": "main", "calls_today": 1_250, "calls_per_day": 5_000,
                "banned_until_at": now.seconds + 60, "changes_today": 400,
                "calls_by_class": ["details": 50, "live": 1_200],
                "calls_per_1000_changes": ["details": 125, "live": 3_000],
            ])
    }

    /// A shop that was never proven, an app that the configuration no longer names.
    @Test func whatIsNotKnownIsNull() throws {
        var status = StoreStatus(shops: [shop([stream("orders")])], apps: [])
        status.shops[0].name = "gone"
        status.apps = [StoreStatus.App(name: "gone", callsToday: 0, bannedUntilAt: nil)]
        let json = try json(status)
        let shop = try #require((json["shops"] as? [[String: Any]])?.first)
        #expect(shop["configured"] as? Bool == false)
        #expect(shop["index_lag"] is NSNull)
        #expect((shop["gaps"] as? [Any])?.isEmpty == true)
        let app = try #require((json["apps"] as? [[String: Any]])?.first)
        #expect(app["calls_per_day"] is NSNull)
        #expect(app["banned_until_at"] is NSNull)
        #expect(app["calls_per_1000_changes"] is NSNull)
        #expect((app["calls_by_class"] as? [String: Any])?.isEmpty == true)
        let empty = try self.json(StoreStatus())
        #expect((empty["shops"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: [(1, 3, 333), (2, 3, 667), (1, 2, 500), (0, 9, 0), (1, 2_000, 1)])
    func callsPerThousandAreRounded(calls: Int64, changes: Int64, expected: Int) throws {
        var app = StoreStatus.App(name: "main", callsToday: calls, bannedUntilAt: nil)
        (app.callsByClass, app.orderChangesToday) = ([("live", calls)], changes)
        let apps = try json(StoreStatus(shops: [], apps: [app]))["apps"] as? [[String: Any]]
        let per = apps?.first?["calls_per_1000_changes"] as? [String: Int]
        #expect(per == ["live": expected])
    }

    // MARK: Text

    @Test func textIsReadable() throws {
        let text = StatusCommand.text(full(), try Self.configuration(), now)
        #expect(
            text == """
                SHOP      STREAM          STATE    LAG  WAITING    ROWS  LAST ERROR
                flagship  orders          active   12s        -   1,234  27
                flagship  backfill        active    2d        -  11,000  -
                flagship  backfill_range  active  done        -       0  -
                flagship  details         active   90s    1,500       0  -
                flagship  shipments       active    0s        3       0  -
                flagship  sweep           active   25s        -       2  -
                shop flagship: 12,345 orders; changes show within 8s, live reads reach back 60s, \
                1 change found by the sweep only
                  orders and refunds that cannot be read in full: 3; see detail_queue
                  rows of the platform that cannot be read: 3; those with an id are tried again at \
                least daily. Report them to the platform with the JSON in the table rejected_rows
                  days that lack orders: 1; see audits, and run ordersync verify --repair
                  gap in orders: 2025-11-11 06:00:00 to 2025-11-11 06:10:00 Beijing time, 5m old, \
                asked for again: 27
                app main: 1,250 of 5,000 calls today (details 50, live 1,200), banned until \
                2025-11-11 08:01:00 Beijing time
                """)
    }

    @Test func theTextOfAQuietShopIsShort() throws {
        var shop = shop([stream("orders", behind: 2, rows: 5), stream("verify")])
        (shop.state, shop.stateReason) = ("unauthorized", "27 session-expired")
        shop.orderCount = 1
        let app = StoreStatus.App(name: "other", callsToday: 0, bannedUntilAt: nil)
        let text = StatusCommand.text(
            StoreStatus(shops: [shop], apps: [app]), try Self.configuration(), now)
        #expect(
            text == """
                SHOP      STREAM  STATE                               LAG  WAITING  ROWS  LAST ERROR
                flagship  orders  unauthorized (27 session-expired)    2s        -     5  -
                flagship  verify  unauthorized (27 session-expired)  done        -     0  -
                shop flagship: 1 order
                  not authorised: run ordersync auth login flagship
                app other: 0 of ? calls today
                """)
    }

    /// A name of the database that no `[[shop]]` has.
    @Test func aShopThatIsNotConfiguredIsReported() throws {
        var shop = shop([stream("orders", behind: 2, rows: 5)])
        (shop.name, shop.orderCount, shop.rejectedRows) = ("old", 7, 3)
        (shop.state, shop.stateReason) = ("unauthorized", "27")
        let text = StatusCommand.text(
            StoreStatus(shops: [shop], apps: []), try Self.configuration(), now)
        #expect(
            text.split(separator: "\n").dropFirst(2) == [
                "shop old: 7 orders",
                "  not in the configuration: it is not synced, and reports still count its orders. "
                    + "If it was renamed, run: ordersync db rename-shop old NEW",
            ])
    }

    /// What promoters have, as text and as JSON.
    @Test(
        arguments: [
            (["affiliate"], nil, "promoter flagship: 1 promoted order"),
            (
                ["affiliate", "prices"], (7, 0, 60),
                "promoter flagship: 1 promoted order, 7 goods watched, the oldest price read 60s "
                    + "ago"
            ),
            (
                ["prices"], (7, 2, 600),
                "promoter flagship: 7 goods watched, 2 of them failing: see goods_watch, the "
                    + "oldest price read 10m ago"
            ),
            (["prices"], (1, 0, nil), "promoter flagship: 1 good watched"),
            (["prices"], nil, "promoter flagship: nothing is watched"),
        ] as [([String], (Int64, Int64, Int64?)?, String)])
    func promotersHaveTheirOwnFigures(
        streams: [String], goods: (Int64, Int64, Int64?)?, line: String
    ) throws {
        var shop = shop(streams.map { stream($0, queued: $0 == "prices" ? goods?.0 : nil) })
        shop.orderCount = 1
        shop.watchedGoods = goods.map { goods in
            StoreStatus.WatchedGoods(
                count: goods.0, failing: goods.1, oldestReadAt: goods.2.map { now.seconds - $0 })
        }
        let status = StoreStatus(shops: [shop])
        let text = StatusCommand.text(status, try Self.configuration(), now)
        #expect(text.split(separator: "\n").last.map(String.init) == line)
        let found = try #require((try json(status)["shops"] as? [[String: Any]])?.first)
        #expect(found["promoter"] as? Bool == true)
        let watched = found["watched_goods"] as? [String: Any]
        #expect(watched?["count"] as? Int == goods.map { Int($0.0) })
        #expect(watched?["failing"] as? Int == goods.map { Int($0.1) })
    }

    @Test(arguments: [
        ("planned", "", "waits for its turn"), ("open", "", "being read"),
        ("open", "7", "tried again after: 7"), ("suspect", "", "asked for again: doubted"),
        ("suspect", "html", "asked for again: html"),
    ])
    func aGapStatesWhatIsDoneAboutIt(state: String, error: String, words: String) throws {
        var shop = shop([stream("orders", error: error)])
        shop.gaps = [gap("orders", state, age: 120)]
        let text = StatusCommand.text(
            StoreStatus(shops: [shop]), try Self.configuration(), now)
        #expect(text.hasSuffix("Beijing time, 2m old, \(words)"), "\(text)")
    }

    @Test func manyGapsAreSummedUp() throws {
        var shop = shop([stream("orders")])
        shop.gaps = (0..<9).map { gap("orders", "open", age: 500 - Int64($0)) }
        shop.gaps.append(gap("orders", "open", age: 1))
        let text = StatusCommand.text(
            StoreStatus(shops: [shop]), try Self.configuration(), now)
        #expect(text.split(separator: "\n").count { $0.contains("gap in") } == 5)
        #expect(text.hasSuffix("  and 4 more gaps: see the view gaps"))
    }

    // MARK: Lag

    @Test(
        arguments: [
            ("orders", 30, 0, nil, nil, 30), ("refunds", 30, 0, nil, nil, 30),
            ("audit", 30, 0, nil, nil, 30), ("a clock that was ahead", -30, 0, nil, nil, 0),
            ("backfill", 30, 86_400, nil, nil, 86_400), ("backfill", 30, 0, nil, nil, 0),
            ("backfill_range", 30, 7, nil, nil, 7), ("verify", 30, 7, nil, nil, 7),
            ("sweep", 600, 0, nil, nil, 0), ("sweep", 630, 0, nil, nil, 30),
            ("sweep_2", 3_700, 0, nil, nil, 100), ("sweep_3", 86_400, 0, nil, nil, 0),
            ("sweep_3", 5, 0, nil, nil, 0),
            // A queue's cursor says nothing.
            ("details", 900, 0, 7, 45, 45), ("details", 900, 0, 7, nil, 0),
            ("shipments", 900, 0, 0, nil, 0), ("details", 900, 0, 7, -5, 0),
            ("a stream of a newer version", 30, 0, nil, nil, 30),
        ] as [(String, Int64, Int64, Int64?, Int64?, Int64)])
    func theLagIsOfTheOldestWork(
        name: String, behind: Int64, open: Int64, queued: Int64?, due: Int64?, expected: Int64
    ) throws {
        let shop = try Self.configuration().shops[0]
        let stream = stream(name, behind: behind, open: open, queued: queued, due: due)
        #expect(StatusLag.seconds(stream, shop: shop, now: now) == expected)
    }

    /// Where most changes become visible late, the cursor is no measure of what is missing.
    @Test(arguments: [(64, 10, 6, 64), (64, 10, 4, 30), (8, 10, 9, 30), (0, 0, 0, 30)])
    func lagOfOrdersFollowsTheIndex(
        lag: Int64, rows: Int64, late: Int64, expected: Int64
    ) throws {
        let index = StoreStatus.Lag(
            lagSeconds: lag, overlapSeconds: 60, settleSeconds: 10, rows: rows, late: late,
            missed: 0)
        let orders = stream("orders", behind: 30)
        #expect(StatusLag.seconds(orders, shop: nil, index: index, now: now) == expected)
        let refunds = stream("refunds", behind: 30)
        #expect(StatusLag.seconds(refunds, shop: nil, index: index, now: now) == 30)
    }

    /// The configuration no longer knows the shop, or the delay.
    @Test func lagOfAnUnknownSweepIsAllOfIt() throws {
        let stream = stream("sweep_3", behind: 90_000)
        #expect(StatusLag.seconds(stream, shop: nil, now: now) == 90_000)
        var shop = try Self.configuration().shops[0]
        shop.sweepSeconds = [600]
        #expect(StatusLag.seconds(stream, shop: shop, now: now) == 90_000)
    }
}
