import Foundation
import Testing

/// Everything a person reads is plain technical English; CONTRIBUTING says how.
@Suite struct LanguageTests {
    /// Words of tales and debts have standard terms: logged, reported, pending, no process.
    private static let words = #"(?i)\b(owed|owes|owe|told|tells|tell|nobody|somebody)\b"#
    /// What a document says in other words: continues, automatically, fixed, everything else.
    private static let phrases =
        #"(?i)\b(goes on|go on|by itself|by themselves|all else|hinders?|mends?|mended|at last)\b"#

    /// What a test says in other words, too: always, quarantined, blocked, a separate process.
    private static let testPhrases =
        phrases + #"|(?i)\b(for good|set aside|so long as|ever again|hindered|everybody)\b"#
        + #"|(?i)\b(held up|holds? up)\b"#
        + #"|//.*(\bof its own([^ ]|$)|\bas it was\b|, for (he|it|they|there|nothing|no one)\b)"#

    @Test func sourcesUseStandardTerms() throws {
        let words = try Regex(Self.words)
        for file in Repository.sources {
            for (index, line) in file.lines.enumerated() where line.contains(words) {
                Issue.record("\(file):\(index + 1): \(line)")
            }
        }
    }

    @Test func testsUseStandardTerms() throws {
        let words = try Regex("\(Self.words)|\(Self.testPhrases)")
        #expect("// It is kept, for it is read again".contains(words))
        #expect(!"// It is kept for the next read".contains(words))
        #expect("// The sync goes on".contains(words))
        // This file names the words.
        for file in Repository.tests where !file.path.hasSuffix("/LanguageTests.swift") {
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
        "Tests/systemd/run", "Tests/systemd/inside", "Tests/browser/run",
    ])
    func documentsUseStandardTerms(path: String) throws {
        let words = try Regex("\(Self.words)|\(Self.phrases)")
        let lines = Repository.text(path).components(separatedBy: "\n")
        #expect(lines.count > 1, "\(path) is missing")
        for (index, line) in lines.enumerated() where line.contains(words) {
            Issue.record("\(path):\(index + 1): \(line)")
        }
    }

    /// What a test's name must not begin with: a verb without its subject. One word is no name.
    private static let leadingVerbs =
        #"^((accepts|adds|agrees|aligns|allows|announces|appends|are|asks|begins|believes|"#
        + #"by|can|classifies|closes|comes|concludes|continues|cuts|decides|decodes|deletes|"#
        + #"did|differs|do|does|encodes|ends|escapes|explains|fades|fails|fills|finds|"#
        + #"follows|freezes|gets|gives|goes|had|handles|has|have|hides|holds|ignores|"#
        + #"inserts|is|joins|judges|keeps|knows|leaves|listens|loads|looks|loses|makes|may|"#
        + #"merges|migrates|moves|must|narrows|needs|notices|obeys|of|opens|parses|passes|"#
        + #"pauses|postpones|prefers|prints|reads|refreshes|refuses|rejects|remembers|"#
        + #"renames|renews|repairs|repeats|replaces|restarts|restores|retracts|reuses|"#
        + #"rewrites|saves|says|sees|selects|sends|serves|settles|shows|skips|slides|sorts|"#
        + #"speaks|splits|starts|stays|stops|strikes|survives|takes|tells?|throws|to|tries|"#
        + #"undoes|unescapes|unifies|unpacks|uses|verifies|waits|warns|was|weighs|were|"#
        + #"while|works|writes)[A-Z]|[^A-Z]*$)"#

    /// A test's name is a sentence: it begins with what is tested.
    @Test func everyTestNameHasASubject() throws {
        let name = try Regex(#"\bfunc (\w+)\("#, as: (Substring, Substring).self)
        let verb = try Regex(Self.leadingVerbs)
        for wrong in ["isRead", "decides", "tellsTheLag", "areKept", "lag", "whileItRuns"] {
            #expect(wrong.contains(verb), "\(wrong)")
        }
        for right in ["anAgeIsRead", "aFullPageIsReadAgain", "namesAreLocked"] {
            #expect(!right.contains(verb), "\(right)")
        }
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
