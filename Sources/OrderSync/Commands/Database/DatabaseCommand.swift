import ArgumentParser

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Backs up, checks, purges and migrates the database; renames shops.",
        discussion: "All except `migrate` and `rename-shop` can run beside the daemon.",
        subcommands: [
            BackupCommand.self, DatabaseCheckCommand.self, PurgeCommand.self, MigrateCommand.self,
            RenameShopCommand.self,
        ])
}
