import Platforms
import WireFormat

/// What the platform hands back: a bare code, or the URL that the browser was sent to.
enum LoginReply: Equatable {
    case code(Secret)
    case redirect(code: Secret, state: String)
    case refused(String, state: String)
    case nothing

    init(_ pasted: String) {
        let text = String(
            pasted.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        if let mark = text.firstIndex(of: "?") {
            let query = text[text.index(after: mark)...].prefix { $0 != "#" }
            self.init(query: Array(query.utf8))
        } else {
            let isCode = !text.isEmpty && !text.contains { $0.isWhitespace || $0 == "&" }
            self = isCode ? .code(Secret(text)) : .nothing
        }
    }

    init(query: [UInt8]) {
        let pairs = FormEncoding.decode(query) ?? []
        func value(_ name: String) -> String? {
            pairs.first { $0.name == name && !$0.value.isEmpty }?.value
        }
        if let code = value("code") {
            self = .redirect(code: Secret(code), state: value("state") ?? "")
        } else if let error = value("error") {
            self = .refused(
                RedactedText.message(value("error_description") ?? error),
                state: value("state") ?? "")
        } else {
            self = .nothing
        }
    }
}
