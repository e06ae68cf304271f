import Foundation
import SyncCore
import Synchronization
import Testing

@testable import Configuration
@testable import HTTPTransport
@testable import OrderStore
@testable import OrderSync
@testable import ProgramSupport

/// The start asks whose sessions new shops have, but no longer than the service manager waits.
@Suite struct SellerPreflightTests {
    private final class CountingTransport: Transport {
        let sent = Mutex(0)
        let answer: Result<String, TransportError>
        init(_ answer: Result<String, TransportError>) { self.answer = answer }

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            sent.withLock { $0 += 1 }
            return HTTPResponse(status: 200, body: Array(try answer.get().utf8), date: "")
        }
    }

    private static let shops = (1...4).map {
        """
        [[shop]]
        name = "new\($0)"
        app = "main"
        session = "session\($0)"

        """
    }.joined()

    /// Two apps, four new shops, and a shop in the database that is not configured any more.
    private func withConfiguration(
        _ body: (Configuration) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "ordersync-preflight-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            [store]
            path = "\(folder)/orders.db"
            [[app]]
            name = "main"
            key = "1"
            secret = "s"
            gateway = "http://127.0.0.1:1/rest"
            calls_per_second = 1000
            burst = 1000
            \(Self.shops)
            """
        let configuration = try ConfigurationReader.parse(text, file: "test.toml")
        let store = try OrderStore(path: configuration.storePath)
        let old = try await store.registerShop(name: "old", platform: "taobao", app: "main")
        let ann = SellerIdentity(id: "1001", nick: "ann")
        #expect(try await store.recogniseSeller(ann, of: old) == .accepted)
        var page = OrderPage(bytes: Array("7".utf8))
        var row = OrderRow()
        (row.id, row.modifiedAt) = (ByteRange(offset: 0, count: 1), UTCInstant(seconds: 10))
        row.raw = row.id
        page.orders = [row]
        let commit = PageCommit(
            content: .orders(page),
            change: LedgerChange(stream: StreamID(shop: old, kind: .orders)))
        _ = try await store.apply([.page(commit)], now: UTCInstant(seconds: 100))
        try await body(configuration)
    }

    private func run(
        _ configuration: Configuration, _ answer: Result<String, TransportError>,
        secondsBetweenLooks: Int64 = 0
    ) async -> (sent: Int, failure: CommandFailure?) {
        let transport = CountingTransport(answer)
        let looks = Mutex<Int64>(0)
        let preflight = SellerPreflight(
            configuration: configuration, transport: transport,
            ticks: {
                looks.withLock { looks in
                    looks += 1
                    return MonotonicInstant(milliseconds: looks * secondsBetweenLooks * 1_000)
                }
            })
        var failure: CommandFailure?
        do { try await preflight.run() } catch { failure = CommandFailure(error) }
        return (transport.sent.withLock { $0 }, failure)
    }

    private static let refused =
        #"{"error_response":{"code":27,"msg":"Invalid session","sub_code":"x"}}"#
    private static let ann =
        #"{"user_seller_get_response":{"user":{"user_id":1001,"nick":"ann"}}}"#

    /// A dead gateway is asked once, whatever the number of shops.
    @Test(
        arguments: [
            TransportError.timedOut, .cannotConnect("refused"), .unknownHost("no such host"),
        ])
    func theProgramStopsWhereNothingAnswers(error: TransportError) async throws {
        try await withConfiguration { configuration in
            let (sent, failure) = await run(configuration, .failure(error))
            #expect(sent == 1)
            #expect(failure == nil)
        }
    }

    @Test func aRefusedSessionIsOneShops() async throws {
        try await withConfiguration { configuration in
            let (sent, failure) = await run(configuration, .success(Self.refused))
            #expect(sent == 4)
            #expect(failure == nil)
        }
    }

    /// A gateway that answers slowly: no call begins after a minute.
    @Test func theProgramStopsAfterAMinute() async throws {
        try await withConfiguration { configuration in
            let (sent, failure) = await run(
                configuration, .success(Self.refused), secondsBetweenLooks: 25)
            #expect(sent == 2)
            #expect(failure == nil)
        }
    }

    @Test func theProgramNamesTheRenamedShop() async throws {
        try await withConfiguration { configuration in
            let (sent, failure) = await run(configuration, .success(Self.ann))
            #expect(sent == 1)
            #expect(failure?.status == .configurationWrong)
            #expect(failure?.line.contains("ordersync db rename-shop old new1") == true)
        }
    }
}
