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
        let keyed = Set(rows.map(\.idHash))
        let unkeyed = content.page.orders.map(\.idHash).filter { !keyed.contains($0) }
        let summary = PageSummary(
            rows: rows, hasNext: content.page.hasNext, total: content.page.total,
            rejected: unkeyed + content.page.rejected.map(\.key), isListNull: content.isListNull)
        return (content.page, summary)
    }

    struct Content {
        var page: OrderPage
        var time: UTCInstant?
        var isListNull = false
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
            throw BrokenAnswer.failure(response, BrokenAnswer.webPage)
        }
        var decoder = TaobaoTradeDecoder(
            sortsByCreation: sortsByCreation, isUTF8: response.isUTF8)
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
        if decoder.isUnreadable { throw BrokenAnswer.failure(response, "nothing readable") }
        var page = decoder.finish(bytes: response.body)
        page.isTextCertain = response.isTextCertain
        let content = Content(page: page, time: time, isListNull: decoder.isListNull)
        return (content, decoder.rows)
    }

    private static func readRoot(
        _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder,
        _ error: inout TaobaoErrorBody?, _ time: inout UTCInstant?
    ) throws(JSONError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            let isObject = try reader.peek() == .object
            if isObject, members.field(key, in: reader.text) == .errorResponse {
                error = try TaobaoErrorBody(&reader)
            } else if isObject, isResponse(key, in: reader.text) {
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
        _ key: ByteRange, _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder,
        _ time: inout UTCInstant?
    ) throws(JSONError) {
        switch (members.field(key, in: reader.text), try reader.peek()) {
        case (.totalResults, .scalar):
            decoder.total = try reader.readScalar().rowCount(in: reader.text)
        case (.hasNext, .scalar):
            decoder.hasNext = try reader.readScalar().flag(in: reader.text)
        case (.trades, _):
            try readTrades(&reader, &decoder)
        case (.trade, .scalar):
            try readNoList(&reader, &decoder)
        case (.trade, _):
            try decoder.readTrade(&reader)
        case (.time, .scalar):
            time = try reader.readScalar().plain(in: reader.text) { BeijingTime.parse($0) }
        // Converted from XML, what is empty is an object: that states nothing, and costs no row.
        case (.totalResults, _), (.hasNext, _), (.time, _), (.errorResponse, _):
            decoder.isEnvelopeMalformed = true
            try reader.skipDeepValue()
        case (nil, _):
            try reader.skipDeepValue()
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
                    try reader.skipDeepValue()
                    continue
                }
                switch try reader.peek() {
                case .array: try readList(&reader, &decoder)
                case .object: try decoder.readTrade(&reader)
                case .scalar: try readNoList(&reader, &decoder)
                }
            }
        case .scalar:
            try readNoList(&reader, &decoder)
        }
    }

    /// Null or an empty text for a list without rows. Anything else may have been rows.
    private static func readNoList(
        _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder
    ) throws(JSONError) {
        let offset = reader.offset
        guard RowFaults.isBlank(try reader.readScalar()) else {
            throw JSONError(offset: offset, reason: "list expected")
        }
        decoder.isListNull = true
    }

    private static func readList(
        _ reader: inout JSONReader, _ decoder: inout TaobaoTradeDecoder
    ) throws(JSONError) {
        try reader.enterArray()
        while try reader.nextElement() { try decoder.readTrade(&reader) }
    }

    private static func isResponse(_ key: ByteRange, in text: UnsafeRawBufferPointer) -> Bool {
        text[key.range].suffix(9).elementsEqual("_response".utf8)
    }
}
