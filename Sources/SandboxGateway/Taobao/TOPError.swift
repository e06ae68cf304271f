internal import WireFormat

/// A refusal in the platform's words: code, message, and for refusals of the service behind the
/// gateway a sub-code (open.taobao.com, doc 101645).
struct TOPError: Error, Hashable, Sendable {
    let code: Int64
    let message: String
    var subCode: String?
    var subMessage: String?

    init(_ code: Int64, _ message: String, _ subCode: String? = nil, _ subMessage: String? = nil) {
        self.code = code
        self.message = message
        self.subCode = subCode
        self.subMessage = subMessage
    }

    static let httpActionNotAllowed = TOPError(9, "Http Action Not Allowed")
    static let missingMethod = TOPError(21, "Missing Method")
    static let invalidMethod = TOPError(22, "Invalid method")
    static let invalidFormat = TOPError(23, "Invalid Format")
    static let missingSignature = TOPError(24, "Missing signature")
    static let invalidSignature = TOPError(25, "Invalid signature")
    static let missingSession = TOPError(26, "Missing session")
    static let invalidSession = TOPError(
        27, "Invalid session", "invalid-sessionkey", "SessionKey非法")
    static let sessionExpired = TOPError(
        27, "Invalid session:session-expired", "session-expired")
    static let missingAppKey = TOPError(28, "Missing app Key")
    static let invalidAppKey = TOPError(29, "Invalid app Key", "isv.appkey-not-exists")
    static let missingTimestamp = TOPError(30, "Missing Timestamp")
    static let invalidTimestamp = TOPError(31, "Invalid Timestamp")
    static let missingVersion = TOPError(32, "Missing Version")
    static let invalidVersion = TOPError(33, "Invalid Version")
    static let tradeNotExist = remote("isv.trade-not-exist", "交易订单不存在")
    static let orderNoTrace = remote("isv.order-no-trace", "无物流流转信息")
    static let splitData = remote("isv.split-data-error:CD24", nil)
    static let tradeServiceRejection = TOPError(
        520, "Remote service error", "isv.trade-service-rejection",
        "超时请求过多，请将查询时间间隔缩短,3分钟后再查询！")

    static func missingArgument(_ name: String) -> TOPError {
        TOPError(40, "Missing required arguments:\(name)")
    }

    /// A value that cannot be read.
    static func invalidArgument(_ name: String) -> TOPError {
        TOPError(41, "Invalid arguments:\(name)", "isv.invalid-parameter", "非法参数")
    }

    /// A value that can be read but is out of its range.
    static func invalidParameter(_ name: String) -> TOPError {
        TOPError(50, "Remote service error", "isv.invalid-parameter:\(name)", "非法参数")
    }

    static func remote(_ subCode: String, _ subMessage: String?) -> TOPError {
        TOPError(15, "Remote service error", subCode, subMessage)
    }

    /// Over-use is a ban of the app too.
    static func limited(_ limit: CallLimit) -> TOPError {
        let (scope, secondsLeft): (BanScope, Int64) =
            switch limit {
            case .banned(let scope, let seconds): (scope, seconds)
            case .second(let seconds), .day(let seconds): (.app, seconds)
            }
        return TOPError(
            7, "App Call Limited", "accesscontrol.limited-by-\(scope.rawValue)-access-count",
            "This ban will last for \(secondsLeft) more seconds")
    }

    /// Faults of the services behind the gateway; each is worth another try later.
    static let serviceFaults: [TOPError] = [
        remote("isp.top-remote-connection-timeout", nil),
        remote("isp.top-remote-service-unavailable", nil),
        TOPError(520, "Remote service error", "isp.remote-service-timeout", "API调用服务超时"),
        TOPError(520, "Remote service error", "isp.remote-connection-error", "API调用远程连接错误"),
        TOPError(530, "Remote service error", "isp.system-busy"),
        TOPError(10, "Service Currently Unavailable"),
        remote("isp.call-limited", "调用受限"),
    ]

    func json(requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.key("error_response")
            $0.object {
                $0.member("code", code)
                $0.member("msg", message)
                if let subCode { $0.member("sub_code", subCode) }
                if let subMessage { $0.member("sub_msg", subMessage) }
                $0.member("request_id", requestID)
            }
        }
        return json.bytes
    }

    /// The form of an answer to a call that did not ask for JSON. No text of ours needs escaping
    /// but a parameter's name may.
    func xml(requestID: String) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response>"
        text += "<code>\(code)</code><msg>\(TOPError.escaped(message))</msg>"
        if let subCode { text += "<sub_code>\(TOPError.escaped(subCode))</sub_code>" }
        if let subMessage { text += "<sub_msg>\(TOPError.escaped(subMessage))</sub_msg>" }
        text += "<request_id>\(requestID)</request_id></error_response>"
        return Array(text.utf8)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "<": escaped += "&lt;"
            case "&": escaped += "&amp;"
            default: escaped.append(character)
            }
        }
    }
}
