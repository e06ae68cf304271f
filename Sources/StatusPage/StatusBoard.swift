import Configuration
import Engine
import Observability
import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// Answers the page's requests from looks at the database, and keeps the last day's lags.
actor StatusBoard {
    /// What is served.
    enum Path: String, CaseIterable {
        case page = "/"
        case status = "/api/status"
        case health = "/healthz"
        case metrics = "/metrics"
    }

    private let runState: RunState
    private let watch: StatusWatch
    private let page = StatusPage()
    private var ring = FreshnessRing()

    /// However many ask, the database is looked at once in this time.
    private static let lookAgeMax = Duration.seconds(1)

    init(_ runState: RunState) {
        self.runState = runState
        watch = StatusWatch(path: runState.configuration.storePath)
    }

    // MARK: Samples

    /// Writes down how fresh each shop is, until it is cancelled.
    func sampleEachMinute() async {
        while !Task.isCancelled {
            await sample()
            let second = SystemClocks.wallMilliseconds() % 60_000
            try? await Task.sleep(for: .milliseconds(60_000 - second + 50))
        }
    }

    private func sample() async {
        let snapshot = await look(maxAge: .seconds(5))
        var lags: [String: Int64?] = [:]
        for (name, health) in snapshot.health { lags[name] = .some(health.lagSeconds) }
        lags[FreshnessRing.allShops] = .some(snapshot.worstLagSeconds)
        ring.record(minute: snapshot.now.seconds / 60, lags)
    }

    // MARK: Requests

    static let notHere = WebReply(
        refusing: 404, "not here; see / /api/status /healthz /metrics")

    func reply(to request: WebRequest) async -> WebReply {
        switch Path(rawValue: request.path) {
        case .page:
            return page.reply
        case .health:
            let health = HealthJSON(snapshot: await look())
            return WebReply(
                health.status, "application/json; charset=utf-8", body: Array(health.text.utf8))
        case .metrics:
            let snapshot = await look()
            return WebReply(
                200, MetricsText.contentType,
                body: MetricsDocument(snapshot: snapshot, runState: runState).bytes)
        case .status:
            guard let query = StatusQuery(request.query) else {
                return WebReply(refusing: 400, "that query cannot be meant; see docs/METRICS.md")
            }
            return tagged(status(await look(), query), request)
        case nil:
            return Self.notHere
        }
    }

    private func status(_ snapshot: StatusSnapshot, _ query: StatusQuery) -> [UInt8] {
        var status = snapshot.found.status
        let selected = query.select(snapshot)
        status.shops = selected.shops
        let json = StatusJSON(
            configuration: snapshot.configuration, now: snapshot.now,
            extras: StatusPageJSON(
                snapshot: snapshot, ring: ring, query: query, matched: selected.matched))
        return Array(json.text(status).utf8)
    }

    /// A reader that has this very answer need not get it again.
    private func tagged(_ body: [UInt8], _ request: WebRequest) -> WebReply {
        let hash = body.withUnsafeBytes { ContentHash.hash($0) }
        let tag = "\"\(String(hash, radix: 16))\""
        if request.header("if-none-match") == tag {
            return WebReply(304, headers: [("ETag", tag)])
        }
        return WebReply(
            200, "application/json; charset=utf-8", body: body, headers: [("ETag", tag)])
    }

    private func look(maxAge: Duration = lookAgeMax) async -> StatusSnapshot {
        let now = SystemClocks.wall()
        do throws(StoreError) {
            let found = try await watch.look(
                now: now, day: BeijingDay.text(now), maxAge: maxAge)
            return StatusSnapshot(found, runState, now: now)
        } catch {
            return StatusSnapshot(unreadable: error, runState, now: now)
        }
    }
}
