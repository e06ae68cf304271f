import ArgumentParser
import Configuration
import OrderStore

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Migrates the database to the schema of this version.",
        discussion: """
            `run` does the same at its start. The original file is kept beside the database as \
            orders.db.vN, N being its version: there is no other way back. Delete it once the \
            new version works for you. A database of a newer version is rejected.
            """)

    @OptionGroup var options: ConfigurationOption
    @Flag(
        help: "Make no copy, if the disk has no room and you have a backup elsewhere.")
    var noCopy = false

    func run() async throws {
        try await reporting {
            let path = try options.read().storePath
            let (found, newest) = try DatabaseMigration.versions(path: path)
            if found == newest {
                Console.write("\(path): schema version \(found), nothing to do")
                return
            }
            // An older program at work does not know the new tables.
            let lock = try DatabaseLock(databasePath: path)
            defer { withExtendedLifetime(lock) {} }
            let done = try DatabaseMigration.run(path: path, keepsCopy: !noCopy)
            let kept = done?.copy.map { "; the original: \($0)" } ?? ""
            Console.write("\(path): schema version \(found), now \(newest)\(kept)")
        }
    }
}
