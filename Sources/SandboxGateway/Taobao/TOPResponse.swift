internal import WireFormat

/// A success: `{"…_response":{…,"request_id":"…"}}`, or with `simplify=true` the inner object.
struct TOPResponse {
    private let method: TOPMethod
    private let requestID: String
    let isSimplified: Bool
    /// Writes the members before `request_id`.
    var members: (inout JSONWriter) -> Void = { _ in }

    init(method: TOPMethod, isSimplified: Bool, requestID: String) {
        self.method = method
        self.isSimplified = isSimplified
        self.requestID = requestID
    }

    func bytes() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if isSimplified {
                write(&json)
            } else {
                json.key(method.envelope)
                json.object(write)
            }
        }
        return json.bytes
    }

    private func write(_ json: inout JSONWriter) {
        members(&json)
        json.member("request_id", requestID)
    }
}
