import Foundation
import Observability
import Platforms
import SyncCore
import TestSupport
import Testing
import WireFormat

@testable import Configuration
@testable import Engine
@testable import OrderStore
@testable import OrderSync
@testable import StatusPage

/// Prometheus' own tool: `apt-get install prometheus` brings it.
private let promtoolPath = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

@Suite struct MetricsDocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A document in which every metric has samples.
    private func document() -> [UInt8] {
        var configuration = Configuration()
        configuration.apps = [
            Configuration.App(
                name: "main", platform: .taobao, key: "1", secret: .inline("x"), gateway: "",
                signMethod: .md5, callsPerSecond: 1, burst: 1, callsPerDay: 100)
        ]
        var found = WatchedStatus()
        for name in ["店 \"A\"\\", "b", "jinbao"] {
            let isPromoter = name == "jinbao"
            configuration.shops.append(
                Configuration.Shop(
                    name: name, app: "main", session: .inline("x"), backfillDays: 1))
            var shop = StoreStatus.Shop(
                name: name, platform: "taobao", app: "main", state: "active", stateReason: "",
                orderCount: 7,
                streams: StreamKind.allCases.filter {
                    [.affiliate, .prices].contains($0) == isPromoter
                }.map { kind in
                    StoreStatus.Stream(
                        stream: kind.rawValue, cursorAt: 900, rows: 1, lastSuccessAt: 990,
                        lastError: "", windows: 0, openSeconds: 5)
                })
            shop.lag = StoreStatus.Lag(
                lagSeconds: 3, overlapSeconds: 60, settleSeconds: 2, rows: 100, late: 5, missed: 1)
            var figures = WatchedStatus.Figures()
            if isPromoter {
                shop.watchedGoods = StoreStatus.WatchedGoods(
                    count: 7, failing: 2, oldestReadAt: 940)
                figures.watchedGoods = shop.watchedGoods
                figures.priceQueue = WatchedStatus.Queue(entries: 7, due: 3, oldestDueAt: 990)
                figures.orders = 5
                found.changes[name] = WatchedStatus.ChangeCounts(
                    byEntity: ["affiliate_order": 6, "goods_price": 4], priceDrops: 1)
            }
            found.status.shops.append(shop)
            found.figures[name] = figures
            found.windows[name] = WatchedStatus.Windows(
                byState: ["open": 1], oldestLiveOpenedAt: 980)
        }
        found.bans = [WatchedStatus.Ban(app: "main", method: "m", untilAt: 2_000)]
        let state = RunState(configuration, startedAt: UTCInstant(seconds: 500))
        let call = Call(
            id: CallID(1), app: AppID(0), stream: nil, method: .serverTime, kind: .serverTime,
            platformTime: UTCInstant(seconds: 0))
        state.meter.record(
            CallResult(.failure(CallFailure(.notFound, code: "x", line: "y"))), of: call,
            app: "main", method: "taobao.time.get", ms: 120)
        state.meter.recordRetry(app: "main", method: "taobao.time.get")
        state.meter.record(Doubt.moreAfterShortPage)
        state.meter.recordRequest(path: "/", code: 200)
        let snapshot = StatusSnapshot(found, state, now: UTCInstant(seconds: 1_000))
        return MetricsDocument(snapshot: snapshot, runState: state).bytes
    }

    @Test func everyMetricIsThereOnce() {
        let text = String(decoding: document(), as: UTF8.self)
        for metric in Metric.allCases {
            let count = text.ranges(of: "# TYPE \(metric.rawValue) \(metric.kind.rawValue)\n").count
            #expect(count == 1, "\(metric.rawValue)")
        }
        #expect(text.contains("ordersync_stream_lag_seconds{shop=\"b\",stream=\"orders\"} 100\n"))
        #expect(text.contains("ordersync_ban_left_seconds{app=\"main\",method=\"m\"} 1000\n"))
        #expect(text.contains("ordersync_quota_left_calls{app=\"main\"} 100\n"))
        #expect(text.contains(",result=\"not_found\"} 1\n"))
    }

    /// A promoter's orders count as a shop's do. There are prices, and nothing only shops have.
    @Test func promotersHaveTheirOwnMetrics() {
        let text = String(decoding: document(), as: UTF8.self)
        let lines = text.split(separator: "\n").map(String.init)
        for line in [
            "ordersync_orders_stored{shop=\"jinbao\"} 5",
            "ordersync_changes_total{shop=\"jinbao\",entity=\"affiliate_order\"} 6",
            "ordersync_changes_total{shop=\"jinbao\",entity=\"goods_price\"} 4",
            "ordersync_goods_watched{shop=\"jinbao\"} 7",
            "ordersync_goods_failing{shop=\"jinbao\"} 2",
            "ordersync_price_age_seconds{shop=\"jinbao\"} 60",
            "ordersync_price_drops_total{shop=\"jinbao\"} 1",
            "ordersync_queue_entries{shop=\"jinbao\",queue=\"prices\"} 7",
            "ordersync_queue_due_entries{shop=\"jinbao\",queue=\"prices\"} 3",
        ] { #expect(lines.contains(line), "\(line)") }
        for (family, shop) in [
            ("goods_watched", "b"), ("price_drops_total", "b"), ("details_unreadable", "jinbao"),
            ("audits_done", "jinbao"),
        ] {
            let own = lines.filter { $0.hasPrefix("ordersync_\(family){shop=\"\(shop)\"") }
            #expect(own.isEmpty, "\(own)")
        }
        #expect(!text.contains("shop=\"jinbao\",queue=\"details\""))
    }

    private func run(
        _ arguments: [String], input: [UInt8] = []
    ) async throws -> (isGood: Bool, output: String) {
        let path = try #require(promtoolPath)
        let ran = try await TestSupport.run(path, arguments, input: Data(input))
        return (ran.ending == .exited(0), ran.output + ran.errors)
    }

    @Test(.enabled(if: promtoolPath != nil, "promtool is missing: apt-get install prometheus"))
    func promtoolAccepts() async throws {
        let metrics = try await run(["check", "metrics"], input: document())
        #expect(metrics.isGood, "\(metrics.output)")
        #expect(metrics.output.isEmpty, "\(metrics.output)")
        let path = Self.root.appending(path: "config/prometheus-alerts.yml").path
        let rules = try await run(["check", "rules", path])
        #expect(rules.isGood, "\(rules.output)")
        #expect(rules.output.contains("SUCCESS"), "\(rules.output)")
    }

    @Test func theDashboardIsJSON() throws {
        let data = try Data(
            contentsOf: Self.root.appending(path: "config/grafana-dashboard.json"))
        let board = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let panels = board?["panels"] as? [[String: Any]] ?? []
        #expect(panels.count >= 8)
        #expect(panels.allSatisfy { $0["title"] is String })
    }
}
