import Platforms
import SyncCore
import WireFormat

/// The `state` of a login: proves that a redirect answers a page which this app's owner opened for
/// this shop, lately. It is signed with the app's secret, so that nothing has to be kept between
/// the command that shows the page and the one that takes the code.
struct LoginState {
    let shop: String
    let appKey: String
    let secret: Secret

    /// How long a page may stay open, in hours begun.
    private static let hours: Int64 = 2

    func make(now: UTCInstant, nonce: UInt64) -> String {
        let text = String(nonce, radix: 16)
        return "\(text).\(signature(text, now.seconds / 3_600))"
    }

    func isGenuine(_ state: String, now: UTCInstant) -> Bool {
        let halves = state.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[0].isEmpty, halves[0].utf8.count <= 16 else {
            return false
        }
        let hour = now.seconds / 3_600
        return (0..<Self.hours).contains { ago in
            Self.isEqual(signature(String(halves[0]), hour - ago), String(halves[1]))
        }
    }

    private func signature(_ nonce: String, _ hour: Int64) -> String {
        let parameters = [
            "purpose": "login", "shop": shop, "key": appKey, "nonce": nonce, "hour": "\(hour)",
        ]
        let digest = TOPSignature.sign(parameters, secret: secret.exposedText, method: .hmacSHA256)
        return String(digest.prefix(32))
    }

    /// Takes the same time wherever they differ.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
