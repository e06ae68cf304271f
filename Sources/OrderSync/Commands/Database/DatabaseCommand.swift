import ArgumentParser

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Backup, examination, retention and migration.",
        discussion: "All but `migrate` may be used while the daemon runs.",
        subcommands: [
            BackupCommand.self, DatabaseCheckCommand.self, PurgeCommand.self, MigrateCommand.self,
        ])
}
