import Foundation
import Testing

/// What a user can type, set or meet is told somewhere.
@Suite struct DocumentTests {
    private static let documents = Repository.documents.values.joined(separator: "\n")

    private func names(_ expression: Regex<(Substring, Substring)>, in folder: String) -> Set<
        String
    > {
        let files = Repository.sources.filter { $0.path.hasPrefix(folder) }
        return Set(files.flatMap { $0.text.matches(of: expression).map { String($0.1) } })
    }

    @Test func commandsAreNamed() {
        let commands = names(/commandName: "([a-z-]+)"/, in: "Sources/OrderSync/").subtracting([
            "ordersync"
        ])
        #expect(commands.count >= 5)
        for command in commands {
            #expect(
                Self.documents.contains("ordersync \(command)")
                    || Self.documents.contains("`\(command)`"), "\(command) is in no document")
        }
    }

    @Test func theManualNamesCommandsAndExitCodes() {
        let manual = Repository.text("docs/ordersync.1")
        let commands = names(/commandName: "([a-z-]+)"/, in: "Sources/OrderSync/").subtracting([
            "ordersync"
        ])
        for command in commands {
            let expression = try? Regex("(?m)^\\.It Cm (db |auth |pid )?\(command)( |$)")
            #expect(expression.map { manual.contains($0) } ?? false, "\(command) is missing")
        }
        let codes = names(/case \w+ = (\d+)\n/, in: "Sources/OrderSync/Commands/CommandFailure")
        #expect(codes.count >= 7)
        for code in codes { #expect(manual.contains("\n.It \(code)\n"), "code \(code)") }
    }

    @Test func keysAreNamedInTheExample() {
        let example = Repository.text("config/ordersync.toml")
        let folder = "Sources/OrderSync/Configuration/"
        let plain = names(
            /reader\.(?:text|requiredText|choice|integer|number|duration|texts)\(\s*"(\w+)"/,
            in: folder)
        let secret = names(/reader\.(?:secret|optionalSecret)\(\s*"(\w+)"/, in: folder)
        #expect(plain.count >= 15 && secret == ["secret", "session", "token"])
        let keys = plain.union(
            secret.flatMap { ["\($0)_file", "\($0)_env", "\($0)_credential"] })
        for key in keys {
            let expression = try? Regex("(?m)(^|[^a-z_])\(key)\\b")
            #expect(expression.map { example.contains($0) } ?? false, "\(key) is not explained")
        }
    }

    @Test func everyEventIsInTheLogsDocument() {
        let logs = Repository.text("docs/LOGS.md")
        let first = names(/\.event\(\s*\.?[^",]*,\s*"([^"]+)"/, in: "Sources/")
        let repeated = names(/repeated\(\s*[^",]*,\s*"([^"]+)"/, in: "Sources/")
        // Levels may be expressions; then the message is the first text on a line of its own.
        let onItsOwn = names(/\n\s+[^"\n]*\.\w+, "([a-z][^"]+)"/, in: "Sources/OrderSync/Engine/")
        let events = first.union(repeated).union(onItsOwn)
        #expect(events.count >= 20)
        for event in events { #expect(logs.contains("`\(event)`"), "\"\(event)\"") }
    }

    /// Metrics are named once, in the catalogue; everything that uses one must find it there.
    private static let metrics = Set(
        Repository.text("Sources/Observability/Metrics/Metric.swift")
            .matches(of: /case \w+ = "(\w+)"/).map { String($0.1) })

    @Test func everyMetricIsInItsDocument() {
        let document = Repository.text("docs/METRICS.md")
        #expect(Self.metrics.count >= 35)
        for metric in Self.metrics {
            #expect(document.contains("| `\(metric)` |"), "\(metric) is not in docs/METRICS.md")
        }
        for match in document.matches(of: /\| `((?:ordersync|process)_\w+)` \|/) {
            #expect(Self.metrics.contains(String(match.1)), "\(match.1) does not exist")
        }
    }

    @Test(arguments: ["config/prometheus-alerts.yml", "config/grafana-dashboard.json"])
    func onlyMetricsThatExistAreUsed(path: String) {
        let used = Repository.text(path).matches(of: /\b(?:ordersync|process)_[a-z_]+/)
            .map { String($0.0) }
        #expect(used.count >= 8, "\(path)")
        for name in used {
            let base = name.replacing(/_(bucket|sum|count)$/, with: "")
            #expect(
                Self.metrics.contains(name) || Self.metrics.contains(base),
                "\(name) in \(path) does not exist")
        }
    }

    @Test func exitCodesAreNamed() {
        for code in [64, 69, 73, 75, 77, 78] {
            #expect(Self.documents.contains("\(code)"), "exit code \(code) is in no document")
        }
    }
}
