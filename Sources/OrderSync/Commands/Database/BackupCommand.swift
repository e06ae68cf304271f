import ArgumentParser
import Configuration
import OrderStore
import ProgramSupport

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the database while the daemon runs.",
        discussion: """
            The copy is consistent, compact, checked, and on disk when the command ends. Only \
            its owner can read it (mode 600). It contains orders, but no secrets. To restore it, \
            stop the daemon, copy it to [store] path, remove the files -wal and -shm beside \
            it, start.
            """)

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The file to write.")
    var file: String
    @Flag(help: "Replace the file if it exists.")
    var force = false

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let backup = Backup(
                source: configuration.storePath, target: file, replaces: force)
            let report = try backup.run()
            Console.write(
                "\(file): \(DisplayText.count(Int(report.orders), "order")), "
                    + "\(DisplayText.grouped(report.bytes)) bytes, examined")
        }
    }
}
