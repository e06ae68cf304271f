internal import Crypto
internal import SyncCore
internal import WireFormat

/// The gateway's own checks before a service is asked, from the platform's "API call guide"
/// (8EC06C399636041E). The signature is made here once more, from the guide's words: a mistake of
/// the adapter's must not be its own judge.
struct PDDRequestValidator: Sendable {
    let clientID: String
    let clientSecret: String

    func admit(
        _ parameters: [String: String], now: UTCInstant
    ) throws(PDDError) -> PDDMethod {
        guard let type = parameters["type"], !type.isEmpty else { throw .common("type") }
        guard let method = PDDMethod(rawValue: type) else { throw .invalidType }
        guard let client = parameters["client_id"], !client.isEmpty else {
            throw .common("client_id")
        }
        guard client == clientID else { throw .invalidClient }
        // Seconds; milliseconds are far in the future.
        guard let stamp = parameters["timestamp"].flatMap({ Int64($0) }),
            (now.seconds - 600...now.seconds + 600).contains(stamp)
        else { throw .common("timestamp") }
        // XML is a format of the platform but not of the sandbox.
        guard ["JSON", nil].contains(parameters["data_type"]) else { throw .common("data_type") }
        guard ["V1", nil].contains(parameters["version"]) else { throw .common("version") }
        guard let sign = parameters["sign"], !sign.isEmpty else { throw .common("sign") }
        guard sign == PDDRequestValidator.sign(parameters, secret: clientSecret) else {
            throw .invalidSignature
        }
        return method
    }

    /// Checks the parameters that the method needs. An empty text is none: clients disagree
    /// whether one is signed.
    func checkRequired(_ method: PDDMethod, _ parameters: [String: String]) throws(PDDError) {
        if let name = parameters.first(where: { $0.value.isEmpty })?.key { throw .parameter(name) }
        for name in method.requiredParameters where parameters[name] == nil {
            throw .parameter(name)
        }
    }

    /// The secret, every name with its value in the order of the bytes, the secret again: the
    /// MD5 of that in upper-case hex.
    static func sign(_ parameters: [String: String], secret: String) -> String {
        let names = parameters.keys.filter { $0 != "sign" }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let pairs = names.map { $0 + (parameters[$0] ?? "") }.joined()
        return Hex.upper(Insecure.MD5.hash(data: Array((secret + pairs + secret).utf8)))
    }
}
