import Foundation
import Testing

@testable import Observability

@Suite struct StatusPageTests {
    private let page = StatusPage()
    private var text: String { String(decoding: page.html, as: UTF8.self) }

    @Test func thePageIsOneDocument() {
        #expect(text.hasPrefix("<!doctype html>"))
        #expect(!text.contains("<!--"))
        #expect(text.contains("<style>"))
        #expect(text.contains("<script>"))
        // Nothing comes from elsewhere; the one address is a name of SVG's, not a place.
        let addresses = text.matches(of: /https?:\/\/[^"'\s)]+/).map { String($0.0) }
        #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
        #expect(page.html.count < 60_000)
    }

    @Test func onlyItsOwnScriptMayRun() throws {
        #expect(page.policy.hasPrefix("default-src 'none'; "))
        #expect(!page.policy.contains("unsafe"))
        #expect(page.policy.matches(of: /'sha256-[A-Za-z0-9+\/]{43}='/).count == 2)
        // What the policy forbids would not work: attributes with script or style in them.
        let markup = try #require(text.split(separator: "<script>").first)
        #expect(markup.matches(of: /<[^>]+\s(?:on\w+|style)=/).isEmpty)
        #expect(!text.contains("innerHTML"))
        #expect(!text.contains("eval("))
    }

    /// Both languages have the same words.
    @Test func thePageIsWholeInBothLanguages() throws {
        let halves = text.components(separatedBy: "\n  zh: {\n")
        let english = try #require(halves[0].components(separatedBy: "\n  en: {\n").last)
        let chinese = try #require(halves[1].components(separatedBy: "\n  },\n};").first)
        let names = { (text: String) in
            Set(text.matches(of: #/(?:^|[\n,{] ?)\s*(\w+): /#).map { String($0.1) })
        }
        let missing = names(english).symmetricDifference(names(chinese))
        let own = [
            "unauthorized", "paused", "lagging", "never_read", "banned", "quota_used", "failing",
            "goods_failing", "gap", "days_short", "rows_rejected", "database_unwritable",
            "database_unreadable",
            "log_grows",
        ]
        #expect(missing.subtracting(own).isEmpty)
        for code in own { #expect(chinese.contains("  \(code): "), "\(code)") }
    }
}
