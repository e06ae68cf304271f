public import SyncCore
public import WireFormat

extension CallFailure {
    /// The failure without these secrets. The adapters pass only known words of what a platform
    /// says (`RedactedText`); a secret that consists of such words is removed here.
    public func withoutSecrets(_ secrets: [Secret]) -> CallFailure {
        var copy = self
        for secret in secrets.map(\.exposedText) where secret.utf8.count >= 4 {
            copy.code = copy.code.replacing(secret, with: "…")
            copy.line = copy.line.replacing(secret, with: "…")
        }
        return copy
    }
}
