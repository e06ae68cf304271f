import Foundation
import HTTPTransport
import SyncCore
import Testing

@testable import Configuration
@testable import Engine
@testable import OrderStore
@testable import OrderSync
@testable import ProgramSupport

/// What `backfill` and `verify` end with when the platform does not let them read.
@Suite struct RangePatienceTests {
    private static let start: Int64 = 1_762_819_200

    private func now(_ seconds: Int64) -> Now {
        Now(
            ticks: MonotonicInstant(milliseconds: seconds * 1_000),
            wall: UTCInstant(seconds: Self.start + seconds))
    }

    private func outage(isAnswered: Bool) -> SyncEngine.Outage {
        SyncEngine.Outage(
            since: MonotonicInstant(milliseconds: 0), isAnswered: isAnswered,
            line: "dns: no such host")
    }

    @Test(
        arguments: [
            (false, 59, nil), (false, 60, 69), (true, 299, nil), (true, 300, 69),
        ] as [(Bool, Int64, Int32?)])
    func anOutageEnds(isAnswered: Bool, seconds: Int64, code: Int32?) {
        let failure = RangePatience().failure(
            outage: outage(isAnswered: isAnswered), pause: nil, app: "main", now: now(seconds))
        #expect(failure?.status.rawValue == code)
        if let failure { #expect(failure.line.contains("dns: no such host")) }
    }

    @Test(arguments: [(nil, nil), (60, nil), (61, 75), (86_400, 75)] as [(Int64?, Int32?)])
    func aPauseEnds(pause: Int64?, code: Int32?) {
        let failure = RangePatience().failure(
            outage: nil, pause: pause, app: "main", now: now(0))
        #expect(failure?.status.rawValue == code)
    }

    private func daemon(
        quiet: Int64, callsLeft: Int64 = 10, _ change: (inout RangeProgress) -> Void = { _ in }
    ) -> Int32? {
        var progress = RangeProgress()
        progress.windows = 1
        change(&progress)
        return RangePatience().failure(
            daemon: progress, callsLeft: callsLeft, app: "main", quietSince: now(0),
            now: now(quiet))?.status.rawValue
    }

    @Test func whatKeepsADaemonIsReported() {
        #expect(daemon(quiet: 119) == nil)
        #expect(daemon(quiet: 120) == 69)
        #expect(daemon(quiet: 0) { $0.shopState = .unauthorized } == 77)
        #expect(daemon(quiet: 0) { $0.shopState = .paused } == 78)
        let soon = UTCInstant(seconds: Self.start + 130)
        let late = UTCInstant(seconds: Self.start + 5_000)
        #expect(daemon(quiet: 60) { $0.bannedUntil = late } == 75)
        #expect(daemon(quiet: 59) { $0.bannedUntil = late } == nil)
        #expect(daemon(quiet: 70) { $0.bannedUntil = soon } == nil, "it is over in a minute")
        #expect(daemon(quiet: 60, callsLeft: 0) == 75)
        // Other streams are read: the range waits for its share.
        let reads = UTCInstant(seconds: Self.start + 100)
        #expect(daemon(quiet: 900) { $0.appSucceededAt = reads } == nil)
        #expect(
            daemon(quiet: 900) { $0.appSucceededAt = UTCInstant(seconds: Self.start - 9) } == 69)
    }

    // MARK: A dead gateway

    private struct DeadTransport: Transport {
        var error: TransportError

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            throw error
        }
    }

    private static let configuration = """
        [store]
        path = "PATH"
        [http]
        listen = ""
        [[app]]
        name = "main"
        platform = "PLATFORM"
        key = "k"
        secret = "s"
        gateway = "http://127.0.0.1:1/rest"
        calls_per_day = CALLS
        [[shop]]
        name = "one"
        app = "main"
        session = "t"
        """

    /// Runs what `backfill` does without a daemon, with a patience of nothing.
    private func run(
        _ error: TransportError, platform: String = "taobao", calls: Int = 100,
        bannedUntil: UTCInstant? = nil
    ) async throws -> CommandFailure? {
        let folder = NSTemporaryDirectory() + "ordersync-patience-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = Self.configuration.replacing("PATH", with: "\(folder)/orders.db")
            .replacing("PLATFORM", with: platform).replacing("CALLS", with: "\(calls)")
        let configuration = try ConfigurationReader.parse(text, file: "test.toml")
        let store = try OrderStore(path: configuration.storePath)
        let id = try await store.registerShop(name: "one", platform: platform, app: "main")
        let wall = SystemClocks.wall()
        if let bannedUntil {
            let ban = StoreOperation.ban(app: "main", method: "", until: bannedUntil, code: "7")
            _ = try await store.apply([ban], now: wall)
        }
        let range = TimeWindow(
            start: wall.advanced(bySeconds: -7_200), end: wall.advanced(bySeconds: -3_600))
        let stream = StreamID(shop: id, kind: .requested)
        try await store.request(stream, range, now: wall)
        var runner = RangeRunner(
            configuration: configuration, shop: configuration.shops[0], store: store,
            stream: stream, range: range, title: "", isQuiet: true)
        runner.transport = DeadTransport(error: error)
        runner.patience.unansweredSeconds = 0
        do {
            _ = try await runner.run()
            return nil
        } catch {
            return CommandFailure(error)
        }
    }

    @Test(
        .timeLimit(.minutes(30)),
        arguments: [
            TransportError.cannotConnect("Connection refused"), .timedOut,
            .unknownHost("no such host"), .broken("reset"), .untrusted("self-signed"),
        ], ["taobao", "pinduoduo"])
    func aDeadGatewayIsUnreachable(error: TransportError, platform: String) async throws {
        let failure = try await run(error, platform: platform)
        #expect(failure?.status == .platformUnreachable)
        #expect(failure?.line.contains(error.code) == true, "\(failure?.line ?? "")")
    }

    @Test(.timeLimit(.minutes(30)))
    func aBanIsReported() async throws {
        let far = SystemClocks.wall().advanced(bySeconds: 9_999_999_999)
        let failure = try await run(.timedOut, bannedUntil: far)
        #expect(failure?.status == .tryAgainLater, "\(failure?.line ?? "")")
    }
}
