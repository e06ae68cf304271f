import OrderStore
import Platforms
import SyncCore
import Synchronization
import Testing

@testable import Configuration
@testable import HTTPTransport
@testable import OrderSync
@testable import ProgramSupport

/// `price` asks for many products: what is wrong with one is not wrong with the others.
@Suite struct PriceGatewayTests {
    /// Answers by the product that a call names; the search fails.
    private struct ProductTransport: Transport {
        let answer: @Sendable (String) throws(TransportError) -> String
        let calls = CallList()

        final class CallList: Sendable {
            private let list = Mutex<[String]>([])
            var all: [String] { list.withLock { $0 } }
            func add(_ text: String) { list.withLock { $0.append(text) } }
        }

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            if body.contains("pdd.time.get") {
                return response(#"{"time_get_response":{"time":"2025-11-11 20:00:00"}}"#)
            }
            if body.contains("pdd.ddk.goods.search") { return response("<html>busy</html>", 502) }
            let sign = body.firstMatch(of: /"goods_sign":"(\w+)"/).map { String($0.1) } ?? ""
            calls.add(sign)
            return response(try answer(sign))
        }

        private func response(_ text: String, _ status: Int = 200) -> HTTPResponse {
            HTTPResponse(status: status, body: Array(text.utf8), date: "")
        }
    }

    private static func price(_ sign: String) -> String {
        #"{"goods_detail_response":{"goods_details":[{"goods_sign":"\#(sign)","#
            + #""min_group_price":1990,"min_normal_price":2990,"goods_name":"x"}]}}"#
    }

    private func gateway(_ transport: ProductTransport) async throws -> PromoterGateway {
        let text = """
            [store]
            path = "/nonexistent/orders.db"
            [[app]]
            name = "main"
            platform = "pinduoduo"
            key = "1"
            secret = "s3cret"
            gateway = "http://127.0.0.1:1/api/router"
            calls_per_second = 1000
            [[shop]]
            name = "promoter"
            app = "main"
            streams = ["affiliate"]
            """
        let configuration = try ConfigurationReader.parse(text, file: "/etc/o.toml")
        return try await PromoterGateway(
            configuration.apps[0], configuration, needsBook: false, transport: transport)
    }

    @Test func oneBrokenProductDoesNotLoseTheOthers() async throws {
        let transport = ProductTransport { sign throws(TransportError) in
            switch sign {
            case "b": #"{"goods_detail_response":{"goods_details":[{"goods_sign":"b"}]}}"#
            case "c": #"{"error_response":{"error_code":50001,"error_msg":"x","sub_code":"9"}}"#
            case "d": throw .broken("closed")
            default: Self.price(sign)
            }
        }
        var gateway = try await gateway(transport)
        let (found, end) = try await gateway.prices(
            of: ["a", "b", "c", "d", "e"], pid: "", customParameters: "")
        #expect(end == nil)
        #expect(transport.calls.all == ["a", "b", "c", "d", "e"])
        #expect(found.map(\.goods) == ["a", "b", "c", "d", "e"])
        #expect(found.map { $0.price?.groupFen } == [1_990, nil, nil, nil, 1_990])
        // One that the platform refuses is not offered; the others could not be read.
        #expect(found.map { $0.failure != nil } == [false, true, false, true, false])
    }

    /// What concerns the app, or a platform that is not reached, ends the work; what is known is
    /// returned.
    @Test func aFailureOfTheAppEndsTheWork() async throws {
        let refused = ProductTransport { sign throws(TransportError) in
            sign == "b"
                ? #"{"error_response":{"error_code":70031,"error_msg":"x"}}"# : Self.price(sign)
        }
        var gateway = try await gateway(refused)
        let (found, end) = try await gateway.prices(
            of: ["a", "b", "c"], pid: "", customParameters: "")
        #expect(found.map(\.goods) == ["a"])
        #expect(end?.status == .tryAgainLater)
        let silent = ProductTransport { _ throws(TransportError) in throw .timedOut }
        var other = try await self.gateway(silent)
        let (none, unreachable) = try await other.prices(
            of: ["a", "b", "c", "d", "e"], pid: "", customParameters: "")
        #expect(unreachable?.status == .platformUnreachable)
        #expect(none.allSatisfy { $0.price == nil })
        #expect(silent.calls.all == ["a", "b", "c"])
    }
}
