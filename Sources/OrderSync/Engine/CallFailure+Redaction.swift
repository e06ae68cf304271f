import SyncCore

extension CallFailure {
    /// Longest texts that are passed on.
    private static let codeMax = 100
    private static let lineMax = 300

    /// The failure as it may be stored and logged: a gateway can echo what it was sent, and say
    /// whose order it was. Secrets are struck out before anything is cut, and so are long runs of
    /// digits, which may be telephone numbers (masked or not), and of hexadecimal digits, as
    /// signatures have them.
    func withoutSecrets(_ secrets: [String]) -> CallFailure {
        var copy = self
        // A sub_code has up to seven digits: 1000000.
        copy.code = String(Self.clean(code, secrets, digitsMax: 7).prefix(Self.codeMax))
        copy.line = String(Self.clean(line, secrets, digitsMax: 6).prefix(Self.lineMax))
        return copy
    }

    private static func clean(
        _ text: String, _ secrets: [String], digitsMax: Int
    ) -> String {
        var text = text
        for secret in secrets where secret.utf8.count >= 4 {
            text = text.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: "…")
        }
        // Signatures have 32 or 64, and sessions of other shops may.
        text = strikeOut(runsOver: 31, in: text, where: \.isHexDigit)
        return strikeOut(runsOver: digitsMax, in: text) { $0.isNumber || $0 == "*" }
    }

    private static func strikeOut(
        runsOver countMax: Int, in text: String, where belongs: (Character) -> Bool
    ) -> String {
        var clean = ""
        var run = ""
        for character in text {
            if character.isASCII, belongs(character) {
                run.append(character)
                continue
            }
            clean += run.count <= countMax ? run : "…"
            run = ""
            clean.append(character)
        }
        return clean + (run.count <= countMax ? run : "…")
    }
}
