internal import Platforms
internal import SyncCore
internal import WireFormat

/// The gateway's own checks, in its order, before a service is asked (open.taobao.com, doc
/// 101617 and 101645). What is wrong first is what is answered.
struct TOPRequestValidator: Sendable {
    let appKey: String
    let appSecret: String

    /// Checks everything up to the signature.
    func admit(
        verb: String, parameters: [String: String], now: UTCInstant
    ) throws(TOPError) -> TOPMethod {
        guard verb == "POST" || verb == "GET" else { throw .httpActionNotAllowed }
        let method = try method(parameters)
        try checkKey(parameters)
        try checkTimestamp(parameters, now: now)
        try checkFormat(parameters)
        try checkVersion(parameters)
        try checkSignature(parameters)
        return method
    }

    /// Checks the parameters that the method needs.
    func checkRequired(_ method: TOPMethod, _ parameters: [String: String]) throws(TOPError) {
        for name in method.requiredParameters where isMissing(name, parameters) {
            throw .missingArgument(name)
        }
    }

    private func isMissing(_ name: String, _ parameters: [String: String]) -> Bool {
        parameters[name].map(TOPSignature.isBlank) ?? true
    }

    private func method(_ parameters: [String: String]) throws(TOPError) -> TOPMethod {
        if isMissing("method", parameters) { throw .missingMethod }
        guard let method = TOPMethod(rawValue: parameters["method"] ?? "") else {
            throw .invalidMethod
        }
        return method
    }

    private func checkKey(_ parameters: [String: String]) throws(TOPError) {
        if isMissing("app_key", parameters) { throw .missingAppKey }
        guard parameters["app_key"] == appKey else { throw .invalidAppKey }
    }

    private func checkTimestamp(
        _ parameters: [String: String], now: UTCInstant
    ) throws(TOPError) {
        if isMissing("timestamp", parameters) { throw .missingTimestamp }
        let text = parameters["timestamp"] ?? ""
        guard text.utf8.count == 19, let stamp = BeijingTime.parse(text),
            abs(stamp.seconds(since: now)) <= 600
        else { throw .invalidTimestamp }
    }

    /// XML is a format of the platform, and the default, but not of the sandbox: such a call is
    /// refused only at the end, so that it learns of its other faults first.
    private func checkFormat(_ parameters: [String: String]) throws(TOPError) {
        switch parameters["format"] {
        case nil, "", "xml", "json": return
        default: throw .invalidFormat
        }
    }

    private func checkVersion(_ parameters: [String: String]) throws(TOPError) {
        if isMissing("v", parameters) { throw .missingVersion }
        guard parameters["v"] == "2.0" else { throw .invalidVersion }
    }

    private func checkSignature(_ parameters: [String: String]) throws(TOPError) {
        if isMissing("sign_method", parameters) { throw .missingArgument("sign_method") }
        guard let method = TOPSignature.Method(rawValue: parameters["sign_method"] ?? "") else {
            throw .invalidArgument("sign_method")
        }
        if isMissing("sign", parameters) { throw .missingSignature }
        let expected = TOPSignature.sign(parameters, secret: appSecret, method: method)
        guard parameters["sign"] == expected else { throw .invalidSignature }
    }
}
