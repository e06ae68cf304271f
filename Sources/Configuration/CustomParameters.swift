import Platforms
import WireFormat

/// The platform's `custom_parameters`: JSON text that links and questions carry, and that it binds
/// together with a PID.
public enum CustomParameters {
    /// What is wrong with a text that is not empty; nil if nothing is.
    public static func fault(_ text: String) -> String? {
        guard text.utf8.count <= DDKAccount.customParametersMax else {
            return "expected \(DDKAccount.customParametersMax) bytes at most, got "
                + "\(text.utf8.count)"
        }
        // The platform asks for a `uid`, one of its own for each user.
        let value = Array(text.utf8).withUnsafeBytes { try? JSONValue.parse($0) }
        guard value?["uid"]?.text != nil else {
            return "expected a JSON object with a \"uid\", such as '{\"uid\":\"u-1\"}'"
        }
        return nil
    }
}
