import ArgumentParser
import Configuration
import OrderStore
import ProgramSupport

struct RenameShopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename-shop",
        abstract: "Renames a shop in the database and keeps its orders.",
        discussion: """
            Use it when a [[shop]] has a different name in the configuration and in the database. \
            Stop the service first. The session that `auth` stored is renamed too, unless the new \
            name has a later one.

              ordersync db rename-shop flagship flagship-tmall
            """)

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The shop's name in the database.")
    var old: String
    @Argument(help: "Its new name, as in the configuration.")
    var new: String
    @Flag(help: "First delete the data stored under the new name.")
    var replace = false

    func validate() throws {
        guard old != new else { throw ValidationError("The names are the same.") }
        guard !new.isEmpty else { throw ValidationError("The new name is empty.") }
    }

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let path = configuration.storePath
            let lock = try DatabaseLock(databasePath: path)
            defer { withExtendedLifetime(lock) {} }
            // What cannot be moved later must not stay behind unnoticed.
            _ = try configuration.sessionFile.read()
            let sessions = configuration.sessionFile
            if try ShopRename.isDone(path: path, from: old, to: new),
                try sessions.session(of: old) != nil, !configuration.hasShops([old, new])
            {
                // An earlier run ended before it came to the session.
                let moved = try sessions.move(from: old, to: new) ?? ""
                Console.write("shop \(old) is \(new) already; \(moved)")
                return
            }
            let orders = try ShopRename.run(path: path, from: old, to: new, replaces: replace)
            let moved = try sessions.move(from: old, to: new).map { "; \($0)" } ?? ""
            Console.write(
                "shop \(old) is now \(new): \(DisplayText.count(Int(orders), "order"))\(moved)")
            if !configuration.shops.contains(where: { $0.name == new }) {
                Console.write(
                    "next: name the [[shop]] \"\(new)\" in the configuration, before the next start"
                )
            }
        }
    }
}

extension Configuration {
    /// All of the names are configured.
    fileprivate func hasShops(_ names: [String]) -> Bool {
        names.allSatisfy { name in shops.contains { $0.name == name } }
    }
}
