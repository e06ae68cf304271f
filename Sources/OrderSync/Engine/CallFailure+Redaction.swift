import SyncCore

extension CallFailure {
    /// Longest texts that are passed on.
    private static let codeMax = 100
    private static let lineMax = 300

    /// The failure as it may be stored and logged: a gateway can echo what it was sent, and say
    /// whose order it was. Secrets are struck out before anything is cut, and so are long runs of
    /// digits, which may be telephone numbers.
    func withoutSecrets(_ secrets: [String]) -> CallFailure {
        var copy = self
        // A sub_code has up to seven digits: 1000000.
        copy.code = String(Self.clean(code, secrets, digitsMax: 7).prefix(Self.codeMax))
        copy.line = String(Self.clean(line, secrets, digitsMax: 6).prefix(Self.lineMax))
        return copy
    }

    private static func clean(_ text: String, _ secrets: [String], digitsMax: Int) -> String {
        var text = text
        for secret in secrets where secret.utf8.count >= 4 {
            text = text.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: "…")
        }
        var clean = ""
        var digits = ""
        for character in text + " " {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            clean += digits.count <= digitsMax ? digits : "…"
            digits = ""
            clean.append(character)
        }
        return String(clean.dropLast())
    }
}
