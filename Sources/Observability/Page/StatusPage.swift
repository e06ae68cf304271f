internal import Crypto
internal import WireFormat

/// The page at `/`: one document with its style and script in it. The policy names their hashes,
/// so that nothing else can run in it, wherever it came from.
public struct StatusPage: Sendable {
    public let html: [UInt8]
    public let policy: String

    public init() {
        let style = PackageResources.page_css
        let script = PackageResources.page_js
        var html: [UInt8] = []
        for line in PackageResources.page_html.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            switch String(decoding: line, as: UTF8.self) {
            case "<!--style-->": html += Self.element("style", style)
            case "<!--script-->": html += Self.element("script", script)
            default: html += line
            }
            html.append(UInt8(ascii: "\n"))
        }
        self.html = html
        policy =
            "default-src 'none'; style-src '\(Self.hash(style))'; "
            + "script-src '\(Self.hash(script))'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    public var reply: WebReply {
        WebReply(
            200, "text/html; charset=utf-8", body: html,
            headers: [("Content-Security-Policy", policy)])
    }

    private static func element(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array("<\(name)>".utf8) + content + Array("</\(name)>".utf8)
    }

    private static func hash(_ content: [UInt8]) -> String {
        "sha256-" + Base64.encode(SHA256.hash(data: content))
    }
}
