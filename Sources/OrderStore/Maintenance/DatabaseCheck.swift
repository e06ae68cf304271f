public import SyncCore

/// Examines a database without writing to it, beside a running daemon.
public enum DatabaseCheck {
    /// The file itself, its schema, and what one writer always keeps true.
    public static func run(path: String, now: UTCInstant) throws(StoreError) -> [DatabaseFinding] {
        do throws(StoreError) {
            return try examine(path, now)
        } catch {
            // Too damaged to be opened, or to be read as far as its schema.
            guard case .corrupt(_, let reason) = error else { throw error }
            return [damaged(reason)]
        }
    }

    private static func examine(
        _ path: String, _ now: UTCInstant
    ) throws(StoreError) -> [DatabaseFinding] {
        let database = try ExistingDatabase.open(path: path, isReadOnly: true)
        let version = try Migrations.check(database)
        guard version == Migrations.latest else {
            throw .olderSchema(path: path, found: version, known: Migrations.latest)
        }
        var findings = [try examineFile(database)]
        // The content of a damaged file is not reliable.
        guard findings[0].isGood else { return findings }
        findings.append(try examineSchema(database))
        guard findings[1].isGood else { return findings }
        // One moment for all questions.
        try database.execute("BEGIN")
        for invariant in DatabaseInvariant.all {
            findings.append(try invariant.examine(database, now))
        }
        try database.execute("COMMIT")
        return findings
    }

    private static func examineFile(_ database: Database) throws(StoreError) -> DatabaseFinding {
        let problems = try integrityProblems(database)
        let size = try database.integer("PRAGMA page_count") * database.integer("PRAGMA page_size")
        if let problem = problems.first { return damaged(problem) }
        return DatabaseFinding(subject: "file", isGood: true, text: "sound, \(size) bytes")
    }

    private static func damaged(_ problem: String) -> DatabaseFinding {
        DatabaseFinding(
            subject: "file", isGood: false,
            text: "\(problem); restore a backup. Without one, start with a new file and keep this "
                + "one: the platform's last three months load again")
    }

    /// What SQLite finds wrong with the file; at most some lines.
    static func integrityProblems(_ database: Database) throws(StoreError) -> [String] {
        let statement = try database.prepare("PRAGMA integrity_check(5)")
        var problems: [String] = []
        while try statement.step() { problems.append(statement.text(0)) }
        return problems == ["ok"] ? [] : problems
    }

    private static func examineSchema(
        _ database: Database
    ) throws(StoreError) -> DatabaseFinding {
        let expected = try Database(path: ":memory:")
        try Migrations.migrate(expected)
        let found = try parts(database)
        let missing = try parts(expected).filter { part in !found.contains { $0 == part } }
        let names = missing.map(\.name).joined(separator: ", ")
        return DatabaseFinding(
            subject: "schema", isGood: missing.isEmpty,
            text: missing.isEmpty
                ? "version \(Migrations.latest)"
                : "missing or altered: \(names); another program changed them")
    }

    private static func parts(
        _ database: Database
    ) throws(StoreError) -> [(name: String, sql: String)] {
        let statement = try database.prepare(
            "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        var parts: [(name: String, sql: String)] = []
        while try statement.step() { parts.append((statement.text(0), statement.text(1))) }
        return parts
    }
}
