import Foundation
import HTTPTransport
import Logging
import OrderStore
import Synchronization
import Testing

@testable import Authorisation
@testable import Configuration
@testable import Engine
@testable import SyncCore

/// What the log says of late changes, details, audits and requests, and how requests are seen.
@Suite struct FindingTests {
    private final class Lines: LogHandler {
        private let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set { _ = newValue }
        }
        var logLevel: Logger.Level {
            get { .trace }
            set { _ = newValue }
        }
        var all: [String] { lines.withLock { $0 } }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set { _ = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            lines.withLock { $0.append("\(event.level) \(event.message): \(fields)") }
        }
    }

    /// Nothing is sent here.
    private struct NoTransport: Transport {
        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            throw .refusedURL
        }
    }

    private static func withStore(_ body: (OrderStore, String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "ordersync-findings-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/orders.db"
        try await body(try OrderStore(path: path), path)
    }

    /// - Parameter milliseconds: between one note and the next.
    private func written(
        _ notes: [SyncNote], every milliseconds: Int64 = 0
    ) async throws -> [String] {
        let lines = Lines()
        var now: Int64 = 1_000
        try await Self.withStore { store, _ in
            let shop = EngineShop(
                id: ShopID(1), name: "one", app: AppID(0), session: .file("/none"), types: [],
                details: .changed, parcelPlan: ParcelPlan(intervalSeconds: 1))
            let log = EventLogger(
                EngineDependencies(
                    store: store, transport: NoTransport(), apps: [], shops: [shop.id: shop],
                    machine: MachineConfiguration(apps: [], shops: []),
                    log: Logger(label: "test") { _ in lines },
                    sellers: SellerGuard(store: store, names: [:], configured: []),
                    authoriser: Authoriser(
                        [], store: store, log: Logger(label: "test") { _ in lines },
                        onSecret: { _ in }),
                    onSecret: { _ in }), ticks: { MonotonicInstant(milliseconds: now) })
            for note in notes {
                log.write(note)
                now += milliseconds
            }
        }
        return lines.all
    }

    private func stream(_ kind: StreamKind) -> StreamID { StreamID(shop: ShopID(1), kind: kind) }

    @Test func findingsAreReported() async throws {
        let key = ParcelKey(order: "7", trackingNumber: "SF1")
        let lines = try await written([
            .lateChange(stream(.sweep), order: "7", lateSeconds: 90),
            .lagChanged(ShopID(1), lagSeconds: 8, overlap: 12, settle: 2),
            .detailGivenUp(stream(.details), .order("7"), code: "15 isv.x"),
            .detailGivenUp(stream(.refunds), .refund("8"), code: "15 isv.x"),
            .detailGivenUp(stream(.shipments), .parcel(key), code: "15 isv.x"),
            .requestFinished(stream(.verify)),
        ])
        #expect(
            lines == [
                "notice late_change: late_s=90 order=7 shop=one stream=sweep",
                "notice reach of live reads changed: "
                    + "index_lag_s=8 overlap_s=12 settle_s=2 shop=one",
                "warning detail given up: "
                    + "code=15 isv.x entity=order id=7 shop=one stream=details",
                "warning detail given up: "
                    + "code=15 isv.x entity=refund id=8 shop=one stream=refunds",
                "warning detail given up: "
                    + "code=15 isv.x entity=parcel id=7/SF1 shop=one stream=shipments",
                "notice requested range read: shop=one stream=verify",
            ])
    }

    @Test func decisionsNameWhatComesFirst() async throws {
        let live = Decision.Rival(stream: stream(.orders), callClass: .live, waitedMs: 900)
        let rest = Decision(
            shop: ShopID(1), obstacle: .nothingDue, timer: "next read of orders", againMs: 7_000)
        let made = Decision(shop: ShopID(1), call: live, ready: [.live, .sweep], rival: live)
        let lines = try await written([.decision(rest), .decision(made), .decision(made)])
        let call =
            "info decision: class=live ready_classes=live,sweep rival_shop=one "
            + "rival_stream=orders rival_waited_ms=900 shop=one stream=orders verdict=call "
            + "waited_ms=900"
        let nothing =
            "info decision: next=next read of orders next_ms=7000 shop=one verdict=nothing_due"
        #expect(lines == [nothing, call, call])
    }

    /// The same words once a minute, other words at once.
    @Test func unknownTextsAreReportedOnce() async throws {
        let notes = ["疑难件", "疑难件", "异常", "疑难件"].map {
            SyncNote.parcelTextUnknown(stream(.shipments), status: $0, count: 2)
        }
        let problem = "notice parcel status unknown: count=2 shop=one status=疑难件 stream=shipments"
        let unusual = "notice parcel status unknown: count=2 shop=one status=异常 stream=shipments"
        #expect(try await written(notes, every: 19_999) == [problem, unusual])
        let again = "notice parcel status unknown: count=2 repeated=1 shop=one status=疑难件 "
        #expect(
            try await written(notes, every: 20_000) == [
                problem, unusual, again + "stream=shipments",
            ])
    }

    @Test(arguments: [
        (AuditRecord.State.equal, "info"), (.repaired, "warning"), (.excess, "warning"),
        (.short, "error"),
    ])
    func auditsAreAsLoudAsTheyAreBad(state: AuditRecord.State, level: String) async throws {
        let record = AuditRecord(
            day: 20_403, state: state, platformCount: 12, storedCount: 11, repaired: 1, calls: 3)
        #expect(
            try await written([.dayAudited(ShopID(1), record)]) == [
                "\(level) day audited: calls=3 day=2025-11-11 platform_orders=12 repaired=1 "
                    + "shop=one state=\(state.rawValue) stored_orders=11"
            ])
    }

    /// What a command writes beside the daemon arrives as an event.
    @Test(.timeLimit(.minutes(30)))
    func requestsOfCommandsArrive() async throws {
        try await Self.withStore { daemon, path in
            let shop = try await daemon.registerShop(name: "one", platform: "taobao", app: "main")
            let stream = StreamID(shop: shop, kind: .requested)
            let window = TimeWindow(
                start: UTCInstant(seconds: 0), end: UTCInstant(seconds: 86_400))
            let (events, send) = AsyncStream.makeStream(of: SyncEvent.self)
            let watch = Task {
                await RequestWatch(store: daemon, apps: []).run({ send.yield($0) }) { _ in }
            }
            defer { watch.cancel() }
            try await OrderStore(path: path)
                .request(stream, window, now: UTCInstant(seconds: 1))
            for await event in events {
                let record = WindowRecord(
                    window: window, openEnd: window.end, state: .open, calls: 0, rows: 0)
                #expect(event == .requested(stream, [record]))
                break
            }
            watch.cancel()
            await watch.value
        }
    }
}
