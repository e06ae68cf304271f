internal import Crypto
internal import WireFormat

/// The request signature of the Taobao Open Platform (open.taobao.com, document 101617):
/// names in byte order, each followed by its value, nothing between them, no URL encoding.
public enum TOPSignature {
    /// The values of `sign_method`.
    public enum Method: String, CaseIterable, Sendable {
        case md5
        case hmacMD5 = "hmac"
        case hmacSHA256 = "hmac-sha256"
    }

    /// Signs every parameter that is sent, `sign_method` included and `sign` left out. A parameter
    /// with a blank value takes no part, as in the official client; such a one must not be sent.
    /// - Returns: upper-case hex, 32 digits for MD5 and 64 for SHA-256.
    public static func sign(
        _ parameters: [String: String], secret: String, method: Method
    ) -> String {
        let message = Array(message(parameters).utf8)
        let secret = Array(secret.utf8)
        switch method {
        case .md5:
            return Hex.upper(Insecure.MD5.hash(data: secret + message + secret))
        case .hmacMD5:
            let key = SymmetricKey(data: secret)
            return Hex.upper(HMAC<Insecure.MD5>.authenticationCode(for: message, using: key))
        case .hmacSHA256:
            let key = SymmetricKey(data: secret)
            return Hex.upper(HMAC<SHA256>.authenticationCode(for: message, using: key))
        }
    }

    /// The text that is signed, without the secret.
    public static func message(_ parameters: [String: String]) -> String {
        let names = parameters.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var message = ""
        for name in names where name != "sign" {
            let value = parameters[name] ?? ""
            if isBlank(value) { continue }
            message += name
            message += value
        }
        return message
    }

    /// True for an empty value or one of white space only, as the official client judges it.
    public static func isBlank(_ value: String) -> Bool {
        value.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
}
