import Foundation
import Testing

/// Everything a person reads is plain technical English; CONTRIBUTING says how.
@Suite struct LanguageTests {
    /// Words of tales and debts have standard terms: logged, reported, pending, no process.
    private static let words = #"(?i)\b(owed|owes|owe|told|tells|tell|nobody|somebody)\b"#
    /// What a document says in other words: continues, automatically, fixed, everything else.
    private static let phrases =
        #"(?i)\b(goes on|go on|by itself|by themselves|all else|hinders?|mends?|mended|at last)\b"#

    @Test func sourcesUseStandardTerms() throws {
        let words = try Regex(Self.words)
        // This file names the words.
        let tests = Repository.tests.filter { !$0.path.hasSuffix("/LanguageTests.swift") }
        for file in Repository.sources + tests {
            for (index, line) in file.lines.enumerated() where line.contains(words) {
                Issue.record("\(file):\(index + 1): \(line)")
            }
        }
    }

    @Test(arguments: [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/ARCHITECTURE.md",
        "docs/DATABASE.md", "docs/GUARANTEES.md", "docs/LOGS.md", "docs/METRICS.md",
        "docs/OPERATING.md", "docs/PLATFORMS.md", "docs/REPORT.md", "docs/ordersync.1",
        "config/ordersync.toml", "config/prometheus-alerts.yml", "systemd/ordersync.service",
        "packaging/debian/build", "packaging/debian/postrm", "Makefile", "Benchmarks/README.md",
    ])
    func documentsUseStandardTerms(path: String) throws {
        let words = try Regex("\(Self.words)|\(Self.phrases)")
        let lines = Repository.text(path).components(separatedBy: "\n")
        #expect(lines.count > 1, "\(path) is missing")
        for (index, line) in lines.enumerated() where line.contains(words) {
            Issue.record("\(path):\(index + 1): \(line)")
        }
    }

    /// A test's name is a sentence: it begins with what is tested.
    @Test func everyTestNameHasASubject() throws {
        let name = try Regex(#"\bfunc (\w+)\("#, as: (Substring, Substring).self)
        let verb = try Regex(
            #"^(is|are|was|has|does|tells?|decides|reads|works|keeps|says|shows|gives|takes|makes|"#
                + "finds|asks|stores|stops|rejects|refuses|accepts|returns|writes|prints|needs|"
                + "waits|fails|parses|decodes|sends|skips|leaves|loses|follows|holds|comes|goes|"
                + "opens|closes|builds|merges|survives|agrees|ignores|knows|repairs|replaces|sorts|"
                + "sees)([A-Z]|$)")
        #expect("isRead".contains(verb))
        #expect(!"anAgeIsRead".contains(verb))
        for file in Repository.tests {
            var isTest = false
            for (index, line) in file.lines.enumerated() {
                isTest = isTest || line.contains("@Test")
                guard isTest, let match = line.firstMatch(of: name) else { continue }
                isTest = false
                #expect(!match.1.contains(verb), "\(file):\(index + 1): \(match.1)")
            }
        }
    }
}
