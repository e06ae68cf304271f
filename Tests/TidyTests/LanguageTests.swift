import Foundation
import Testing

/// Everything a person reads is plain technical English; CONTRIBUTING says how.
@Suite struct LanguageTests {
    /// Words of tales and debts have standard terms: logged, reported, pending, no process.
    private static let words = #"(?i)\b(owed|owes|owe|told|tells|tell|nobody|somebody)\b"#

    @Test func sourcesUseStandardTerms() throws {
        let words = try Regex(Self.words)
        for file in Repository.sources {
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
        let words = try Regex(Self.words)
        let lines = Repository.text(path).components(separatedBy: "\n")
        #expect(lines.count > 1, "\(path) is missing")
        for (index, line) in lines.enumerated() where line.contains(words) {
            Issue.record("\(path):\(index + 1): \(line)")
        }
    }
}
