import ArgumentParser
import OrderStore

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database to this version's schema.",
        discussion: """
            `run` does the same at its start. A database of a newer version is refused; there is \
            no way back but a backup, so make one first: `ordersync db backup`.
            """)

    @OptionGroup var options: ConfigurationOption

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
            try DatabaseMigration.run(path: path)
            Console.write("\(path): schema version \(found), now \(newest)")
        }
    }
}
