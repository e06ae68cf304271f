import SyncCore
import WireFormat

@testable import Platforms

/// A fixture whose scalars are replaced by hostile values, beside rows that stay as they are.
struct HostileFixture: Sendable, CustomStringConvertible {
    var file: String
    var platform: Platform
    var call: Call
    /// The member that contains the rows; nil for an answer about one thing.
    var list: String?
    /// Members beside the rows that decide whether it is the answer to the call at all.
    var identity: Set<String> = []
    /// Each scalar becomes every so-many-th value, other values for other names: that keeps the
    /// test short where fixtures are alike or large.
    var stride = 1

    var description: String { file }

    /// What became of the rows of an answer.
    struct Outcome {
        /// By content.
        var decoded: [UInt64: Int] = [:]
        var count = 0
        var rejected: [RejectedRow] = []
    }

    /// - Throws: what the answer means when nothing is concluded from it.
    func decode(_ body: [UInt8]) throws(CallFailure) -> Outcome {
        let response = PlatformResponse(status: 200, body: body)
        let answer =
            switch platform {
            case .taobao: try TaobaoAdapter().decode(response, to: call)
            case .pinduoduo: try PinduoduoAdapter().decode(response, to: call)
            }
        var outcome = Outcome()
        func add(_ hash: UInt64) {
            outcome.decoded[hash, default: 0] += 1
            outcome.count += 1
        }
        switch answer {
        case .orders(let page, _), .order(let page):
            for order in page.orders { add(order.contentHash) }
        case .refunds(let page, _), .refund(let page):
            for refund in page.refunds { add(refund.contentHash) }
        case .affiliate(let page, _):
            for order in page.orders { add(order.contentHash) }
        case .goods(let page):
            for offer in page.offers {
                _ = FinalPrice(of: offer, at: call.platformTime)
                add(ContentHash.hash(offer.raw))
            }
        case .trace(let trace):
            for event in trace.events {
                add(ContentHash.hash("\(event.at) \(event.action) \(event.text)"))
            }
        case .parcels(let listing):
            for row in listing.rows { add(ContentHash.hash("\(row)")) }
        case .carriers(let rows):
            for row in rows { add(ContentHash.hash("\(row)")) }
        case .serverTime, .seller: break
        }
        outcome.rejected = answer.content?.rejected ?? []
        return outcome
    }
}

/// Where the scalars and the rows of a JSON text are.
struct JSONPlaces {
    struct Scalar {
        var name: String
        var range: Range<Int>
    }

    private(set) var scalars: [Scalar] = []
    /// Elements of the list that was looked for.
    private(set) var rows: [Range<Int>] = []

    init(_ text: [UInt8], list: String?) throws {
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            try read(&reader, name: "", list: list)
        }
    }

    private mutating func read(
        _ reader: inout JSONReader, name: String, list: String?
    ) throws {
        switch try reader.peek() {
        case .object:
            try reader.enterObject()
            while let key = try reader.nextKey() {
                let member = String(decoding: reader.text[key.range], as: UTF8.self)
                try read(&reader, name: member, list: list)
            }
        case .array:
            let isList = name == list && rows.isEmpty
            try reader.enterArray()
            while try reader.nextElement() {
                let isRow = try isList && reader.peek() == .object
                let start = reader.offset
                try read(&reader, name: name, list: isRow ? nil : list)
                if isRow { rows.append(start..<reader.offset) }
            }
        case .scalar:
            let slot = try reader.readScalar().slot
            let isQuoted = slot.range.lowerBound > 0 && reader.text[slot.range.lowerBound - 1] == 34
            let quote = isQuoted ? 1 : 0
            scalars.append(
                Scalar(
                    name: name,
                    range: slot.range.lowerBound - quote..<slot.range.upperBound + quote))
        }
    }
}
