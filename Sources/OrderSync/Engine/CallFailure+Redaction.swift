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
        copy.code = String(Self.clean(code, secrets).prefix(Self.codeMax))
        copy.line = String(Self.clean(line, secrets).prefix(Self.lineMax))
        return copy
    }

    private static func clean(_ text: String, _ secrets: [String]) -> String {
        var text = text
        for secret in secrets where secret.utf8.count >= 4 {
            text = text.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: "…")
        }
        // Signatures have 32 or 64, and sessions of other shops may.
        text = strikeOut(runsOf: 32, in: text, where: \.isHexDigit)
        return strikeOut(runsOf: 7, in: text) { $0.isNumber || $0 == "*" }
    }

    private static func strikeOut(
        runsOf countMin: Int, in text: String, where belongs: (Character) -> Bool
    ) -> String {
        var clean = ""
        var run = ""
        for character in text {
            if character.isASCII, belongs(character) {
                run.append(character)
                continue
            }
            clean += run.count < countMin ? run : "…"
            run = ""
            clean.append(character)
        }
        return clean + (run.count < countMin ? run : "…")
    }
}
