internal import SyncCore
internal import WireFormat

/// Opens the answers that hold orders: `{"…_response": {"order_list": […]}}`, the same with another
/// name for the list, or one order in `order_info`.
enum PinduoduoEnvelope {
    private enum Member: String, CaseIterable {
        case error = "error_response"
        case total = "total_count"
        case hasNext = "has_next"
        case changed = "order_sn_list"
        case created = "order_list"
        case one = "order_info"
    }

    private static let members = FieldTable(Member.self)

    static func orders(
        _ response: PlatformResponse, sortsByCreation: Bool, at time: UTCInstant
    ) throws(CallFailure) -> (OrderPage, PageSummary) {
        guard let first = response.body.first(where: { $0 > 0x20 }) else {
            throw BrokenAnswer.failure(response, "empty")
        }
        if first == UInt8(ascii: "<") {
            throw BrokenAnswer.failure(response, BrokenAnswer.webPage)
        }
        var content = Content(
            decoder: PinduoduoOrderDecoder(
                sortsByCreation: sortsByCreation, isUTF8: response.isUTF8))
        do {
            try response.body.withUnsafeBytes { body in
                var reader = JSONReader(body)
                try readRoot(&reader, &content)
                try reader.expectEnd()
            }
        } catch let fault as JSONError {
            throw BrokenAnswer.failure(response, "\(fault.reason) at byte \(fault.offset)")
        } catch {
            throw BrokenAnswer.failure(response, "unreadable")
        }
        if let error = content.error { throw PinduoduoErrors.classify(error, at: time) }
        if response.status != 200 { throw BrokenAnswer.failure(response, "status") }
        let rows = content.decoder.rows
        let page = content.decoder.finish(bytes: response.body)
        let summary = PageSummary(
            rows: rows, hasNext: page.hasNext, total: page.total,
            rejected: page.rejected.map(\.key), isListNull: content.isListNull)
        return (page, summary)
    }

    private struct Content {
        var decoder: PinduoduoOrderDecoder
        var error: PinduoduoErrorBody?
        /// Null, or an empty text, is where the list belongs.
        var isListNull = false
    }

    private static func readRoot(
        _ reader: inout JSONReader, _ content: inout Content
    ) throws(JSONError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            let isObject = try reader.peek() == .object
            if isObject, members.field(key, in: reader.text) == .error {
                content.error = try PinduoduoErrorBody(&reader)
            } else if isObject, isEnvelope(key, in: reader.text) {
                try reader.enterObject()
                while let inner = try reader.nextKey() { try readMember(inner, &reader, &content) }
            } else {
                try readMember(key, &reader, &content)
            }
        }
    }

    private static func readMember(
        _ key: ByteRange, _ reader: inout JSONReader, _ content: inout Content
    ) throws(JSONError) {
        switch (members.field(key, in: reader.text), try reader.peek()) {
        case (.total, .scalar):
            let value = try reader.readScalar()
            content.decoder.total = value.rowCount(in: reader.text)
        case (.hasNext, .scalar):
            content.decoder.hasNext = try reader.readScalar().flag(in: reader.text)
        case (.changed, .array), (.created, .array):
            try reader.enterArray()
            while try reader.nextElement() { try content.decoder.readOrder(&reader) }
        case (.one, .object), (.changed, .object), (.created, .object):
            try content.decoder.readOrder(&reader)
        case (.changed, .scalar), (.created, .scalar):
            let offset = reader.offset
            guard RowFaults.isBlank(try reader.readScalar()) else {
                throw JSONError(offset: offset, reason: "list expected")
            }
            content.isListNull = true
        default:
            try reader.skipDeepValue()
        }
    }

    private static func isEnvelope(_ key: ByteRange, in text: UnsafeRawBufferPointer) -> Bool {
        text[key.range].suffix(9).elementsEqual("_response".utf8)
    }
}
