import ArgumentParser

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Backup, examination, retention, migration and renaming.",
        discussion: "All but `migrate` and `rename-shop` may be used while the daemon runs.",
        subcommands: [
            BackupCommand.self, DatabaseCheckCommand.self, PurgeCommand.self, MigrateCommand.self,
            RenameShopCommand.self,
        ])
}
