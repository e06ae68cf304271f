internal import SyncCore
internal import WireFormat

extension JSONValue {
    /// The rows of a list, as `list` reads it; nil if something else is there, which may have been
    /// rows.
    func rows(_ item: String) -> [JSONValue]? {
        switch self {
        case .array(let elements):
            return elements
        case .object:
            guard let inner = self[item] else { return [] }
            if case .array(let elements) = inner { return elements }
            if case .object = inner { return [inner] }
            return inner == .string("") ? [] : nil
        case .string(let text):
            return text.isEmpty ? [] : nil
        case .number, .flag, .null:
            return nil
        }
    }

    /// The JSON of a value of that answer, in a form that SQLite can read.
    func json(in body: [UInt8]) -> [UInt8] {
        guard case .object(_, let range) = self else {
            var writer = JSONWriter()
            write(to: &writer, body)
            return writer.bytes
        }
        let repaired = body.withUnsafeBytes {
            JSONText.repaired(UnsafeRawBufferPointer(rebasing: $0[range]))
        }
        return repaired ?? Array(body[range])
    }

    private func write(to writer: inout JSONWriter, _ body: [UInt8]) {
        switch self {
        case .object: writer.raw(json(in: body))
        case .array(let elements):
            writer.array { for element in elements { element.write(to: &$0, body) } }
        case .string(let text): writer.value(text)
        case .number(let text): writer.raw(text.utf8)
        case .flag(let flag): writer.value(flag)
        case .null: writer.null()
        }
    }

    /// The hashes of an object as received.
    func contentHashes(in body: [UInt8]) -> (UInt64, earlier: UInt64) {
        guard case .object(_, let range) = self else { return (0, 0) }
        return body.withUnsafeBytes { bytes in
            let json = UnsafeRawBufferPointer(rebasing: bytes[range])
            return (ContentHash.hash(json), ContentHash.earlier(json))
        }
    }

    /// The same as text.
    func jsonText(in body: [UInt8]) -> String {
        String(decoding: json(in: body), as: UTF8.self)
    }
}

extension RejectedRow {
    init(
        _ entity: Entity, _ faults: RowFaults, _ value: JSONValue, _ response: PlatformResponse,
        id: String? = nil, order: String? = nil, at: UTCInstant? = nil
    ) {
        let raw = value.json(in: response.body)
        self.init(
            entity: entity, reason: faults.reason ?? .malformedMember, id: id, order: order,
            at: at, raw: raw, contentHash: raw.withUnsafeBytes { ContentHash.hash($0) })
    }

    /// A scan of a parcel without a readable time.
    static func scan(
        _ value: JSONValue, _ response: PlatformResponse, order: String? = nil
    ) -> RejectedRow {
        var faults = RowFaults()
        if case .object = value {} else { faults.reject(.notAnObject) }
        faults.reject(.unreadableTime)
        return RejectedRow(.parcelEvent, faults, value, response, order: order)
    }
}
