internal import WireFormat

/// A success: `{"…_response":{…,"request_id":"…"}}`, or without the node where there is none.
struct PDDResponse {
    let method: PDDMethod
    let requestID: String
    /// Writes the members before `request_id`.
    var members: (inout JSONWriter) -> Void = { _ in }

    init(method: PDDMethod, requestID: String) {
        self.method = method
        self.requestID = requestID
    }

    func bytes() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if let node = method.node {
                json.key(node)
                json.object(write)
            } else {
                write(&json)
            }
        }
        return json.bytes
    }

    private func write(_ json: inout JSONWriter) {
        members(&json)
        json.member("request_id", requestID)
    }
}
