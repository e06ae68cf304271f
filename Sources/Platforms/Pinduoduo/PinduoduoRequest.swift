public import SyncCore
internal import WireFormat

/// Requests to Pinduoduo's gateway: one POST of a JSON object whose values are all texts. Every
/// official client's gateway takes that form, and what is signed is what is sent.
public enum PinduoduoRequest {
    /// - Parameters:
    ///   - type: the method's name, such as `pdd.time.get`.
    ///   - parameters: the method's own, as texts: numbers in decimal, flags as `true` and `false`,
    ///     lists and objects as JSON. Empty ones are not sent: clients differ in how to sign them.
    ///   - credentials: `session` is nil for methods that need no authorisation.
    ///   - platformTime: may be ten minutes off at most.
    public static func build(
        type: String, parameters: [String: String], credentials: Credentials,
        platformTime: UTCInstant
    ) -> PlatformRequest {
        var all = parameters.filter { !$0.value.isEmpty }
        all["type"] = type
        all["client_id"] = credentials.appKey
        all["timestamp"] = "\(platformTime.seconds)"
        all["data_type"] = "JSON"
        all["version"] = "V1"
        if let session = credentials.session, !session.isEmpty {
            all["access_token"] = session.exposedText
        }
        all["sign"] = PinduoduoSignature.sign(all, secret: credentials.appSecret.exposedText)
        var json = JSONWriter()
        json.object { json in
            for (name, value) in all.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
        return PlatformRequest(body: json.bytes, contentType: "application/json")
    }
}
