import Foundation
import Testing

@testable import OrderStore

/// docs/DATABASE.md is true: its examples return what it says, and it names what there is.
@Suite struct DatabaseDocumentTests {
    private static let text: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "docs/DATABASE.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    /// Each block of SQL with the block of text below it.
    private static let examples: [(sql: String, result: [String])] = {
        let block = /```sql\n((?:.|\n)*?)```\n(?:\n```text\n((?:.|\n)*?)```)?/
        return text.matches(of: block).map { match in
            (String(match.1), (match.2 ?? "no result").split(separator: "\n").map(String.init))
        }
    }()

    @Test func everyExampleAnswersWhatIsWritten() throws {
        let database = try TestDatabase()
        _ = try database.open()
        try database.execute(DocumentData.sql)
        let findings = try DatabaseCheck.run(path: database.path, now: DocumentData.now)
        #expect(findings.filter { !$0.isGood } == [], "the data itself is sound")
        #expect(Self.examples.count >= 18)
        #expect(Self.text.matches(of: /```sql/).count == Self.examples.count)
        for example in Self.examples {
            #expect(try database.rows(example.sql) == example.result, "\(example.sql)")
        }
    }

    // MARK: Names

    /// What stands below `### name`, up to the next heading.
    private static let sections: [String: String] = {
        var sections: [String: String] = [:]
        for part in text.split(separator: "\n### `").dropFirst() {
            guard let end = part.firstIndex(of: "`") else { continue }
            let body = part[end...].split(separator: "\n## ", maxSplits: 1)[0]
            sections[String(part[..<end])] = String(body)
        }
        return sections
    }()

    /// The names in the first cells of a section's table.
    private static func columns(_ section: String) -> [String] {
        section.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line in
            let cell = line.dropFirst(2).split(separator: "|")[0]
            return cell.matches(of: /`(\w+)`/).map { String($0.1) }
        }
    }

    @Test func theDocumentNamesEverythingThatThereIsAndNothingElse() throws {
        let database = try TestDatabase()
        _ = try database.open()
        let names = try database.rows(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
                + "AND name NOT LIKE 'sqlite%'")
        #expect(Set(names) == Set(Self.sections.keys))
        for name in names {
            let section = Self.sections[name] ?? ""
            var reported = Self.columns(section)
            if let base = section.firstMatch(of: /All columns of `(\w+)`/) {
                reported += Self.columns(Self.sections[String(base.1)] ?? "")
            }
            let columns = try database.rows("SELECT name FROM pragma_table_info('\(name)')")
            #expect(reported.sorted() == columns.sorted(), "\(name)")
        }
    }

    /// The words that a column's CHECK allows.
    @Test func theDocumentNamesEveryState() throws {
        let database = try TestDatabase()
        _ = try database.open()
        let tables = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        var count = 0
        for table in tables {
            let sql = try database.rows(
                "SELECT sql FROM sqlite_schema WHERE name = '\(table)'"
            ).joined(separator: "\n")
            let lists = sql.matches(of: /CHECK \(\w+ IN \(([^)]*)\)\)/).flatMap {
                $0.1.matches(of: /'(\w+)'/).map { String($0.1) }
            }
            let alternatives = sql.matches(of: /\w+ = '(\w+)'/).map { String($0.1) }
            for state in lists + alternatives {
                count += 1
                let section = Self.sections[table] ?? ""
                #expect(section.contains("`\(state)`"), "\(state) of \(table)")
            }
        }
        #expect(count > 60)
    }

    @Test func theDocumentStatesTheVersion() {
        #expect(Self.text.contains("`PRAGMA user_version`, now \(Migrations.latest)"))
    }
}
