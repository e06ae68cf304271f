import Foundation
import Testing

/// What a user can type, set or meet is documented somewhere.
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
        let codes = names(/case \w+ = (\d+)\n/, in: "Sources/ProgramSupport/ExitStatus")
        #expect(codes.count >= 7)
        for code in codes { #expect(manual.contains("\n.It \(code)\n"), "code \(code)") }
    }

    /// The keys that the reader asks for, with every function of the table reader that takes one.
    private func configurationKeys() -> (plain: Set<String>, secret: Set<String>) {
        let folder = "Sources/Configuration/"
        let readers = ["TOMLTableReader", "TOMLTableReader"].map { folder + $0 }
        let functions = readers.reduce(into: Set<String>()) { all, file in
            all.formUnion(
                names(/func (\w+)(?:<[^>]*>)?\(\s*_ (?:key|name): String/, in: file))
        }
        #expect(functions.isSuperset(of: ["flag", "durations", "duration", "secret", "text"]))
        var keys: (plain: Set<String>, secret: Set<String>) = ([], [])
        for file in Repository.sources where file.path.hasPrefix(folder) {
            for match in file.text.matches(of: /(?:reader|table)\.(\w+)\(\s*"(\w+)"/) {
                let (function, key) = (String(match.1), String(match.2))
                if function == "error" || !functions.contains(function) { continue }
                if function.lowercased().hasSuffix("secret") {
                    keys.secret.insert(key)
                } else {
                    keys.plain.insert(key)
                }
            }
        }
        return keys
    }

    /// Each key is in the example as an assignment, set or commented out.
    @Test func keysAreNamedInTheExample() {
        let example = Repository.text("config/ordersync.toml")
        let keys = configurationKeys()
        #expect(keys.plain.isSuperset(of: ["sweep", "audit", "allow_readable_secrets", "goods"]))
        #expect(keys.secret == ["secret", "session", "token"])
        for key in keys.plain.union(keys.secret.map { "\($0)_file" }) {
            let expression = try? Regex("(?m)^(# )?\(key) = ")
            #expect(expression.map { example.contains($0) } ?? false, "\(key) is not assigned")
        }
        for key in keys.secret.flatMap({ ["\($0)_env", "\($0)_credential"] }) {
            let expression = try? Regex("(?m)(^|[^a-z_])\(key)\\b")
            #expect(expression.map { example.contains($0) } ?? false, "\(key) is not explained")
        }
    }

    /// ARCHITECTURE.md says of each key where its default is and where it takes effect.
    @Test func keysAreTracedToTheirEffect() {
        let document = Repository.text("docs/ARCHITECTURE.md")
        let start = document.range(of: "**Every key.**")?.upperBound ?? document.endIndex
        let rows = document[start...].prefix { $0 != "#" }
        let keys = configurationKeys()
        let all = keys.plain.union(
            keys.secret.flatMap { ["\($0)_file", "\($0)_env", "\($0)_credential"] })
        for key in all {
            let expression = try? Regex("[` ]\(key)`")
            #expect(expression.map { rows.contains($0) } ?? false, "\(key) is not in the table")
        }
        let defaults = rows.matches(of: /`ShopDefaults\.(\w+)`/).map { String($0.1) }
        let constants = Repository.text("Sources/SyncCore/Machine/ShopDefaults.swift")
        #expect(defaults.count >= 6)
        for name in defaults { #expect(constants.contains("static let \(name)"), "\(name)") }
    }

    @Test func everyEventIsInTheLogsDocument() {
        let logs = Repository.text("docs/LOGS.md")
        let first = names(/\.event\(\s*\.?[^",]*,\s*"([^"]+)"/, in: "Sources/")
        let repeated = names(/repeated\(\s*[^",]*,\s*"([^"]+)"/, in: "Sources/")
        // Levels may be expressions; then the message is the first text on its line.
        let onItsOwn = names(/\n\s+[^"\n]*\.\w+, "([a-z][^"]+)"/, in: "Sources/Engine/")
        let events = first.union(repeated).union(onItsOwn)
        #expect(events.count >= 20)
        for event in events { #expect(logs.contains("`\(event)`"), "\"\(event)\"") }
    }

    @Test func everyObstacleOfACallIsInTheLogsDocument() {
        let source = Repository.text("Sources/SyncCore/Machine/Trace/Decision.swift")
        let obstacles = source.matches(of: /case (?:\w+ = "(\w+)"|([a-z]+)\n)/)
            .map { String($0.1 ?? $0.2 ?? "") }
        let logs = Repository.text("docs/LOGS.md")
        #expect(obstacles.count == 14)
        for obstacle in obstacles { #expect(logs.contains("`\(obstacle)`"), "\(obstacle)") }
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

    /// Whoever is woken by an alert finds what it means, and what to do, under its name.
    @Test func everyAlertIsExplained() {
        let alerts = Repository.text("config/prometheus-alerts.yml")
            .matches(of: /- alert: (\w+)/).map { String($0.1) }
        let explained = Repository.text("docs/OPERATING.md")
            .matches(of: /(?m)^\| `(OrderSync\w+)` \| [^|]+ \| [^|]+ \|$/).map { String($0.1) }
        #expect(alerts.count >= 11)
        #expect(Set(alerts).count == alerts.count)
        #expect(Set(alerts) == Set(explained))
    }

    /// The README is there in two languages. Whatever is typed, set or measured is the same.
    @Test func bothReadmesSayTheSame() {
        let english = Repository.text("README.md")
        let chinese = Repository.text("README.zh-CN.md")
        #expect(english.contains("(README.zh-CN.md)"))
        #expect(chinese.contains("(README.md)"))
        // Blocks of code, without what they say to people.
        func code(_ text: String) -> [String] {
            text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }
                .flatMap { $0.element.split(separator: "\n").dropFirst(0) }
                .map { line in
                    let bare = line.replacing(/\s*(#|--) .*$/, with: "")
                    return bare.trimmingCharacters(in: .whitespaces)
                }.filter { !$0.isEmpty }
        }
        #expect(code(english).count >= 25)
        #expect(code(english) == code(chinese))
        // Commands, keys, files and options.
        func names(_ text: String) -> Set<String> {
            let plain = text.components(separatedBy: "```").enumerated()
                .filter { $0.offset % 2 == 0 }.map(\.element).joined()
            return Set(plain.matches(of: /`([^`\n]+)`/).map { String($0.1) })
        }
        let both = (names(english), names(chinese))
        #expect(
            both.0.subtracting(both.1).isEmpty, "only in English: \(both.0.subtracting(both.1))")
        #expect(
            both.1.subtracting(both.0).isEmpty, "only in Chinese: \(both.1.subtracting(both.0))")
        // Documents that it leads to.
        func links(_ text: String) -> Set<String> {
            Set(text.matches(of: /\]\(([^)#]+)/).map { String($0.1) })
                .subtracting(["README.md", "README.zh-CN.md"])
        }
        #expect(links(english) == links(chinese))
        // Figures: numbers of two digits and more, however they are grouped.
        func figures(_ text: String) -> Set<String> {
            Set(text.replacing(",", with: "").matches(of: /[0-9]{2,}/).map { String($0.0) })
        }
        #expect(figures(english) == figures(chinese))
    }

    /// ARCHITECTURE.md leads through the code: every function of its walks is in its file.
    @Test func theWalksLeadThroughTheCode() throws {
        let document = Repository.text("docs/ARCHITECTURE.md")
        let start = try #require(document.range(of: "## Three walks"))
        let rest = document[start.upperBound...]
        let section = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
        let hops = section.matches(of: /\n\| (\d+) \| `([\w+.]+)` \| `(\w+)` \|/)
        #expect(hops.count { $0.1 == "1" } == 3)
        // The target of issue 11: an order passes at most fifteen functions.
        #expect(hops.compactMap { Int($0.1) }.max() == 15)
        for hop in hops {
            let files = Repository.sources.filter { $0.path.hasSuffix("/\(hop.2)") }
            #expect(files.count == 1, "\(hop.2)")
            let declaration = try Regex("(func|var|let) \(hop.3)\\b|\\b\(hop.3)[(:]")
            #expect(
                files.contains { $0.code.contains { $0.line.contains(declaration) } },
                "\(hop.3) is not in \(hop.2)")
        }
    }

    /// Each exit code has a row in the table of OPERATING and an entry in the manual page.
    @Test func everyExitCodeHasARow() {
        let operating = Repository.text("docs/OPERATING.md")
        let manual = Repository.text("docs/ordersync.1")
        let codes = names(/case \w+ = (\d+)/, in: "Sources/ProgramSupport/ExitStatus")
        #expect(codes == ["1", "3", "64", "69", "73", "75", "77", "78"])
        for code in codes {
            #expect(operating.contains("\n| \(code) |"), "\(code) has no row in OPERATING")
            #expect(manual.contains("\n.It \(code)\n"), "\(code) is not in the manual page")
        }
    }
}
