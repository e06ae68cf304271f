import Configuration
import Engine
import Observability
import OrderStore
import ProgramSupport
import SyncCore

/// `/metrics`: what the database holds, what this process counted, and the process itself.
struct MetricsDocument {
    let snapshot: StatusSnapshot
    let runState: RunState

    private var shops: [StoreStatus.Shop] { snapshot.found.status.shops }

    var bytes: [UInt8] {
        var text = MetricsText()
        text.family(.buildInfo) { $0.sample([orderSyncVersion], 1 as Int64) }
        text.family(.healthy) { $0.sample([], snapshot.isHealthy) }
        writeShops(to: &text)
        writeStreams(to: &text)
        writeStored(to: &text)
        writePrices(to: &text)
        writeLag(to: &text)
        writeQueues(to: &text)
        writeApps(to: &text)
        runState.registry.write(to: &text)
        writeDatabase(to: &text)
        writeProcess(to: &text)
        return text.bytes
    }

    // MARK: Shops

    private func writeShops(to text: inout MetricsText) {
        text.family(.shopHealthy) { text in
            for shop in shops {
                guard let health = snapshot.health[shop.name], health.level != .off else {
                    continue
                }
                text.sample([shop.name], health.level != .bad)
            }
        }
        text.family(.shopState) { text in
            for shop in shops {
                for state in ShopState.allCases {
                    text.sample([shop.name, state.rawValue], shop.state == state.rawValue)
                }
            }
        }
        text.family(.streamsFailing) { text in
            for shop in shops {
                let failing = shop.streams.count { !$0.lastError.isEmpty }
                text.sample([shop.name], Int64(failing))
            }
        }
        text.family(.windows) { text in
            for shop in shops {
                let windows = snapshot.found.windows[shop.name]
                for state in ["planned", "open", "suspect"] {
                    text.sample([shop.name, state], windows?.byState[state] ?? 0)
                }
            }
        }
        text.family(.gapAge) { text in
            for shop in shops {
                let opened = snapshot.found.windows[shop.name]?.oldestLiveOpenedAt
                text.sample([shop.name], opened.map { max(0, snapshot.now.seconds - $0) } ?? 0)
            }
        }
    }

    private func writeStreams(to text: inout MetricsText) {
        let configured = Dictionary(
            snapshot.configuration.shops.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        text.family(.streamLag) { text in
            for shop in shops {
                for stream in shop.streams {
                    let lag = StatusLag.seconds(
                        stream, shop: configured[shop.name], index: shop.lag, now: snapshot.now)
                    text.sample([shop.name, stream.stream], lag)
                }
            }
        }
        text.family(.streamLagLimit) { text in
            for shop in shops {
                guard let configured = configured[shop.name] else { continue }
                for stream in shop.streams {
                    guard let limit = ShopHealth.limit(stream.stream, configured) else {
                        continue
                    }
                    text.sample([shop.name, stream.stream], limit)
                }
            }
        }
        text.family(.streamSuccess) { text in
            for shop in shops {
                for stream in shop.streams {
                    guard let success = stream.lastSuccessAt else { continue }
                    text.sample([shop.name, stream.stream], success)
                }
            }
        }
    }

    private func writeStored(to text: inout MetricsText) {
        let counted: [(Metric, (WatchedStatus.Figures) -> Int64)] = [
            (.orders, { $0.orders }), (.refunds, { $0.refunds }), (.parcels, { $0.parcels }),
        ]
        for (metric, count) in counted {
            text.family(metric) { text in
                for shop in shops {
                    guard let figures = snapshot.found.figures[shop.name] else { continue }
                    text.sample([shop.name], count(figures))
                }
            }
        }
        text.family(.changes) { text in
            for shop in shops {
                let counts = snapshot.found.changes[shop.name]?.byEntity ?? [:]
                let entities =
                    shop.isPromoter
                    ? ["affiliate_order", "goods_price"] : ["order", "refund", "shipment"]
                for entity in entities {
                    text.sample([shop.name, entity], counts[entity] ?? 0)
                }
            }
        }
    }

    private func writePrices(to text: inout MetricsText) {
        let watched = shops.compactMap { shop in
            shop.watchedGoods.map { (name: shop.name, goods: $0) }
        }
        text.family(.goodsWatched) { text in
            for shop in watched { text.sample([shop.name], shop.goods.count) }
        }
        text.family(.goodsFailing) { text in
            for shop in watched { text.sample([shop.name], shop.goods.failing) }
        }
        text.family(.priceAge) { text in
            for shop in watched {
                guard let oldest = shop.goods.oldestReadAt else { continue }
                text.sample([shop.name], max(0, snapshot.now.seconds - oldest))
            }
        }
        text.family(.priceDrops) { text in
            for shop in watched {
                text.sample([shop.name], snapshot.found.changes[shop.name]?.priceDrops ?? 0)
            }
        }
    }

    private func writeLag(to text: inout MetricsText) {
        let facts: [(Metric, (StoreStatus.Lag) -> Int64)] = [
            (.indexLag, { $0.lagSeconds }), (.overlap, { $0.overlapSeconds }),
            (.settle, { $0.settleSeconds }), (.lateChanges, { $0.late }),
            (.missedChanges, { $0.missed }),
        ]
        for (metric, value) in facts {
            text.family(metric) { text in
                for shop in shops {
                    if let lag = shop.lag { text.sample([shop.name], value(lag)) }
                }
            }
        }
    }

    private func writeQueues(to text: inout MetricsText) {
        let counted = shops.compactMap { shop in
            snapshot.found.figures[shop.name].map {
                (name: shop.name, figures: $0, isPromoter: shop.isPromoter)
            }
        }
        let queues: [(String, (WatchedStatus.Figures) -> WatchedStatus.Queue)] = [
            ("details", { $0.details }), ("refund_details", { $0.refundDetails }),
            ("parcels", { $0.parcelQueue }),
        ]
        let counts: [(Metric, (WatchedStatus.Queue) -> Int64)] = [
            (.queueEntries, { $0.entries }), (.queueDue, { $0.due }),
        ]
        for (metric, count) in counts {
            text.family(metric) { text in
                for shop in counted {
                    for (name, queue) in queues where !shop.isPromoter {
                        text.sample([shop.name, name], count(queue(shop.figures)))
                    }
                    if shop.figures.watchedGoods != nil {
                        text.sample([shop.name, "prices"], count(shop.figures.priceQueue))
                    }
                }
            }
        }
        text.family(.detailsUnreadable) { text in
            for shop in counted where !shop.isPromoter {
                text.sample([shop.name, "not_found"], shop.figures.detailsNotFound)
                text.sample([shop.name, "refused"], shop.figures.detailsRefused)
            }
        }
        text.family(.rejectedRows) { text in
            for shop in counted { text.sample([shop.name], shop.figures.rejectedRows) }
        }
        text.family(.auditedDays) { text in
            for shop in counted where !shop.isPromoter {
                for state in AuditRecord.State.allCases.map(\.rawValue) {
                    text.sample([shop.name, state], shop.figures.audits[state] ?? 0)
                }
            }
        }
    }

    // MARK: Apps

    private func writeApps(to text: inout MetricsText) {
        let configuration = snapshot.configuration
        let used = Dictionary(
            snapshot.found.status.apps.map { ($0.name, $0.callsToday) },
            uniquingKeysWith: { first, _ in first })
        let values: [(Metric, (Configuration.App) -> Int64)] = [
            (.quotaUsed, { used[$0.name] ?? 0 }), (.quotaLimit, { Int64($0.callsPerDay) }),
            (.quotaLeft, { max(0, Int64($0.callsPerDay) - (used[$0.name] ?? 0)) }),
        ]
        for (metric, value) in values {
            text.family(metric) { text in
                for app in configuration.apps { text.sample([app.name], value(app)) }
            }
        }
        text.family(.banLeft) { text in
            for app in configuration.apps {
                let bans = snapshot.found.bans.filter { $0.app == app.name }
                let whole = bans.first { $0.method.isEmpty }
                text.sample([app.name, "all"], left(whole))
                for ban in bans where !ban.method.isEmpty {
                    text.sample([app.name, ban.method], left(ban))
                }
            }
        }
    }

    private func left(_ ban: WatchedStatus.Ban?) -> Int64 {
        ban.map { max(0, $0.untilAt - snapshot.now.seconds) } ?? 0
    }

    // MARK: The whole

    private func writeDatabase(to text: inout MetricsText) {
        let isWritable = !snapshot.problems.contains { $0.kind == .databaseUnwritable }
        text.family(.databaseWritable) { $0.sample([], isWritable) }
        text.family(.databaseSize) { $0.sample([], snapshot.found.databaseBytes) }
        text.family(.walSize) { $0.sample([], snapshot.found.walBytes) }
        text.family(.readSeconds) {
            $0.sample([], Double(snapshot.found.readMilliseconds) / 1_000)
        }
    }

    private func writeProcess(to text: inout MetricsText) {
        let process = ProcessFigures()
        text.family(.residentMemory) { $0.sample([], process.residentBytes) }
        text.family(.cpu) { $0.sample([], process.cpuSeconds) }
        text.family(.startTime) { $0.sample([], runState.startedAt.seconds) }
        text.family(.openFiles) { $0.sample([], process.openFiles) }
    }
}
