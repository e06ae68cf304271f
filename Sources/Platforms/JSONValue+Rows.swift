internal import SyncCore
internal import WireFormat

extension JSONValue {
    struct RowList {
        var rows: [JSONValue]
        /// Null, or an empty text, is where the list belongs.
        var isNull: Bool
    }

    /// The rows of a member; nil if something else is there, which may have been rows.
    func rowList(_ name: String, _ item: String) -> RowList? {
        guard let value = member(name) else { return RowList(rows: [], isNull: false) }
        if value.isNoList { return RowList(rows: [], isNull: true) }
        let isNull = value.member(item)?.isNoList ?? false
        return value.rows(item).map { RowList(rows: $0, isNull: isNull) }
    }

    private var isNoList: Bool { self == .null || self == .string("") }

    /// The member of that name, also when it is null.
    private func member(_ name: String) -> JSONValue? {
        guard case .object(let members, _) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

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
        case .number, .flag, .null, .tooDeep:
            return nil
        }
    }

    /// The JSON of a value of that answer, in a form that SQLite can read.
    func json(in body: [UInt8]) -> [UInt8] {
        let range: Range<Int>
        switch self {
        case .object(_, let place), .tooDeep(let place):
            range = place
        case .array, .string, .number, .flag, .null:
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
        case .object, .tooDeep: writer.raw(json(in: body))
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
        self.init(
            entity, faults, json: value.json(in: response.body), id: id, order: order, at: at)
    }

    /// - Parameter json: of the row, in a form that SQLite can read but for its depth.
    init(
        _ entity: Entity, _ faults: RowFaults, json: [UInt8], id: String? = nil,
        order: String? = nil, at: UTCInstant? = nil
    ) {
        self.init(
            entity: entity, reason: faults.reason ?? .malformedMember, id: id, order: order,
            at: at, raw: Self.readable(json),
            contentHash: json.withUnsafeBytes { ContentHash.hash($0) })
    }

    /// SQLite's functions read JSON that is 1,000 levels deep (JSON_MAX_DEPTH). Deeper JSON becomes
    /// a JSON text that contains it.
    private static func readable(_ json: [UInt8]) -> [UInt8] {
        let depth = json.withUnsafeBytes { text in
            var reader = JSONReader(text)
            return try? reader.skipDeepValue().depth
        }
        guard let depth, depth > 1_000 else { return json }
        var writer = JSONWriter()
        writer.value(String(decoding: json, as: UTF8.self))
        return writer.bytes
    }

    /// A scan of a parcel without a readable time.
    static func scan(
        _ value: JSONValue, _ response: PlatformResponse, order: String? = nil
    ) -> RejectedRow {
        var faults = RowFaults(of: value)
        faults.reject(.unreadableTime)
        return RejectedRow(.parcelEvent, faults, value, response, order: order)
    }
}
