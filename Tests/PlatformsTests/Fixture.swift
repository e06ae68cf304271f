import Foundation
import Platforms
import SyncCore

/// Files of `Fixtures/`: signature vectors, error bodies, edge cases and answers of the platform.
enum Fixture {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func decoded<Value: Decodable>(_ name: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(bytes(name)))
    }

    /// Paths of a folder's files with that ending, sorted.
    static func names(in part: String, ending: String = ".json") throws -> [String] {
        try FileManager.default
            .contentsOfDirectory(atPath: folder.appendingPathComponent(part).path)
            .filter { $0.hasSuffix(ending) && $0 != "index.json" }
            .sorted().map { "\(part)/\($0)" }
    }

    /// Answers that hold whole trades, one way or another.
    static func tradeAnswers() throws -> [String] {
        // A count's only row has nothing but an id: no version of an order.
        let edge = try names(in: "edge").filter { $0 != "edge/increment_count_only.json" }
        let answers = try names(in: "answers").filter { !$0.contains("time.get") }
        return edge + answers
    }

    /// The JSON without white space between its tokens.
    static func compact(_ json: [UInt8]) -> [UInt8] {
        var isInString = false
        var isEscaped = false
        return json.filter { byte in
            defer {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString.toggle()
                }
            }
            return isInString || byte > 0x20
        }
    }
}

extension Call {
    /// A call for one page; 2025-11-11 00:00:01 in Beijing.
    static func list(
        _ method: CallMethod = .ordersChanged, page: PageRequest? = nil
    ) -> Call {
        let now = UTCInstant(seconds: 1_762_790_401)
        let first = PageRequest(from: now.advanced(bySeconds: -1_800), through: now, pageSize: 100)
        return Call(
            id: CallID(1), app: AppID(0), stream: nil, method: method,
            kind: method == .serverTime ? .serverTime : .list(page ?? first), platformTime: now)
    }
}

extension Call {
    /// A call about one thing, at the same time.
    static func single(_ method: CallMethod, _ kind: Call.Kind) -> Call {
        Call(
            id: CallID(1), app: AppID(0), stream: nil, method: method, kind: kind,
            platformTime: UTCInstant(seconds: 1_762_790_401))
    }

    static func order(_ id: String) -> Call { single(.orderDetail, .order(id)) }
    static func refund(_ id: String) -> Call { single(.refundDetail, .refund(id, order: "")) }
    static func parcels(_ order: String) -> Call { single(.orderParcels, .parcels(order: order)) }

    static func trace(_ order: String, items: [String] = []) -> Call {
        let key = ParcelKey(order: order, trackingNumber: "SF1234567890123")
        return single(.parcelTrace, .trace(key, items: items, carrier: ""))
    }
}

extension TaobaoAdapter {
    func answer(
        _ body: [UInt8], to call: Call, status: Int = 200
    ) throws(CallFailure) -> PlatformAnswer {
        try decode(PlatformResponse(status: status, body: body), to: call)
    }

    /// What a body means that is no answer to the call; nil if it is one.
    func failure(_ body: String, to call: Call, status: Int = 200) -> CallFailure? {
        do {
            _ = try answer(Array(body.utf8), to: call, status: status)
            return nil
        } catch {
            return error
        }
    }

    /// The page in a body, or the failure that it means.
    func page(
        _ body: [UInt8], status: Int = 200, method: CallMethod = .ordersChanged
    ) throws(CallFailure) -> OrderPage {
        let response = PlatformResponse(status: status, body: body)
        guard case .orders(let page, _) = try decode(response, to: .list(method)) else {
            preconditionFailure("a list answers with orders")
        }
        return page
    }

    func page(_ json: String) throws(CallFailure) -> OrderPage {
        try page(Array(json.utf8))
    }

    /// What a body means that is no page; nil if it is one.
    func failure(_ body: [UInt8], status: Int = 200) -> CallFailure? {
        do {
            _ = try page(body, status: status)
            return nil
        } catch {
            return error
        }
    }
}
