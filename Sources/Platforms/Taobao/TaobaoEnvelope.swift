internal import SyncCore
internal import WireFormat

/// Opens TOP's envelope: `{"<method>_response": {…}}`, `{"error_response": {…}}`, the flat form of
/// `simplify=true`, or XML where JSON was asked for.
enum TaobaoEnvelope {
    private enum Member: String, CaseIterable {
        case errorResponse = "error_response"
        case totalResults = "total_results"
        case hasNext = "has_next"
        case trades, trade, time
    }

    private static let members = FieldTable(Member.self)

    static func serverTime(
        _ response: PlatformResponse
    ) throws(CallFailure) -> UTCInstant {
        let (page, _) = try decode(response, sortsByCreation: false)
        guard let time = page.time else {
            throw BrokenAnswer.failure(response, "no time in it")
        }
        return time
    }

    static func orders(
        _ response: PlatformResponse, sortsByCreation: Bool
    ) throws(CallFailure) -> (OrderPage, PageSummary) {
        let (content, rows) = try decode(response, sortsByCreation: sortsByCreation)
        let summary = PageSummary(
            rows: rows, hasNext: content.page.hasNext, total: content.page.total)
        return (content.page, summary)
    }

    struct Content {
        var page: OrderPage
        var time: UTCInstant?
    }

    private static func decode(
        _ response: PlatformResponse, sortsByCreation: Bool
    ) throws(CallFailure) -> (Content, [RowKey]) {
        guard let first = response.body.first(where: { $0 > 0x20 }) else {
            throw BrokenAnswer.failure(response, "empty")
        }
        if first == UInt8(ascii: "<") {
            if let error = TaobaoErrorBody(xml: response.body) {
                throw TaobaoErrors.classify(error)
            }
            throw BrokenAnswer.failure(response, "markup instead of JSON")
        }
        var decoder = TaobaoTradeDecoder(sortsByCreation: sortsByCreation)
        var error: TaobaoErrorBody?
        var time: UTCInstant?
        do {
            try response.body.withUnsafeBytes { body in
                var reader = JSONReader(body)
                try readRoot(&reader, &decoder, &error, &time)
                try reader.expectEnd()
            }
        } catch let fault as JSONError {
            throw BrokenAnswer.failure(response, "\(fault.reason) at byte \(fault.offset)")
        } catch {
            throw BrokenAnswer.failure(response, "unreadable")
        }
        if let error { throw TaobaoErrors.classify(error) }
        if response.status != 200 { throw BrokenAnswer.failure(response, "status") }
        let page = decoder.finish(bytes: response.body)
        return (Content(page: page, time: time), decoder.rows)
    }

    private static func readRoot(
        _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder,
        _ error: inout TaobaoErrorBody?, _ time: inout UTCInstant?
    ) throws(JSONError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if members.field(key, in: reader.text) == .errorResponse {
                error = try TaobaoErrorBody(&reader)
            } else if isResponse(key, in: reader.text), try reader.peek() == .object {
                try reader.enterObject()
                while let inner = try reader.nextKey() {
                    try readMember(inner, &reader, &decoder, &time)
                }
            } else {
                try readMember(key, &reader, &decoder, &time)
            }
        }
    }

    private static func readMember(
        _ key: Slot, _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder,
        _ time: inout UTCInstant?
    ) throws(JSONError) {
        switch members.field(key, in: reader.text) {
        case .totalResults:
            decoder.total = number(try reader.readScalar(), in: reader.text).map { Int($0) }
        case .hasNext:
            decoder.hasNext = flag(try reader.readScalar(), in: reader.text)
        case .trades:
            try readTrades(&reader, &decoder)
        case .trade:
            try decoder.readTrade(&reader)
        case .time:
            let value = try reader.readScalar()
            time = BeijingTime.parse(
                UnsafeRawBufferPointer(rebasing: reader.text[value.slot.range]))
        case .errorResponse, nil:
            try reader.skipValue()
        }
    }

    /// `{"trade": […]}`, one object instead of the list, `{}`, or the flat list.
    private static func readTrades(
        _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder
    ) throws(JSONError) {
        switch try reader.peek() {
        case .array:
            try readList(&reader, &decoder)
        case .object:
            try reader.enterObject()
            while let key = try reader.nextKey() {
                guard members.field(key, in: reader.text) == .trade else {
                    try reader.skipValue()
                    continue
                }
                if try reader.peek() == .array {
                    try readList(&reader, &decoder)
                } else {
                    try decoder.readTrade(&reader)
                }
            }
        case .scalar:
            try reader.skipValue()
        }
    }

    private static func readList(
        _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder
    ) throws(JSONError) {
        try reader.enterArray()
        while try reader.nextElement() { try decoder.readTrade(&reader) }
    }

    private static func isResponse(_ key: Slot, in text: UnsafeRawBufferPointer) -> Bool {
        text[key.range].suffix(9).elementsEqual("_response".utf8)
    }

    static func number(_ value: JSONScalar, in text: UnsafeRawBufferPointer) -> Int64? {
        guard value.kind == .number || value.kind == .string else { return nil }
        return parseInteger(UnsafeRawBufferPointer(rebasing: text[value.slot.range]))
    }

    /// A boolean, or the text of one as answers of 2012 had it. Any other text is no answer:
    /// taken for false, it would end a window early.
    static func flag(_ value: JSONScalar, in text: UnsafeRawBufferPointer) -> Bool? {
        switch value.kind {
        case .yes: true
        case .no: false
        case .string where text[value.slot.range].elementsEqual("true".utf8): true
        case .string where text[value.slot.range].elementsEqual("false".utf8): false
        case .string, .number, .null: nil
        }
    }
}

/// A decimal integer that fits 64 bits, nil for anything else.
func parseInteger(_ text: UnsafeRawBufferPointer) -> Int64? {
    guard !text.isEmpty, text.count <= 20 else { return nil }
    var value: Int64 = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    let digits = text.dropFirst(isNegative ? 1 : 0)
    guard !digits.isEmpty else { return nil }
    for byte in digits {
        let digit = Int64(byte) - 48
        guard (0...9).contains(digit) else { return nil }
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (next, carry) =
            isNegative
            ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
        guard !overflow, !carry else { return nil }
        value = next
    }
    return value
}
