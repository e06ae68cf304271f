internal import Crypto
internal import WireFormat

/// The request signature of Pinduoduo's open platform ("API call guide", 8EC06C399636041E): the
/// secret, names in byte order each followed by its value, the secret again; MD5, upper-case hex.
public enum PinduoduoSignature {
    /// Signs every parameter that is sent, as its raw text; `sign` is left out. A parameter with an
    /// empty value that is sent takes part by its name; such a one had better not be sent.
    public static func sign(_ parameters: [String: String], secret: String) -> String {
        Hex.upper(Insecure.MD5.hash(data: Array((secret + message(parameters) + secret).utf8)))
    }

    /// The text that is signed, without the secret.
    public static func message(_ parameters: [String: String]) -> String {
        let names = parameters.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var message = ""
        for name in names where name != "sign" {
            message += name
            message += parameters[name] ?? ""
        }
        return message
    }
}
