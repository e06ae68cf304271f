import ArgumentParser
import OrderStore

struct RenameShopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename-shop",
        abstract: "Gives a shop of the database another name; its orders stay.",
        discussion: """
            For a [[shop]] that has another name in the configuration than in the database. Stop \
            the service first. A session that `auth` stored moves with it.

              ordersync db rename-shop flagship flagship-tmall
            """)

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The shop's name in the database.")
    var old: String
    @Argument(help: "Its new name, as in the configuration.")
    var new: String
    @Flag(help: "Delete what is stored under the new name, and keep the old shop's orders.")
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
            let orders = try ShopRename.run(path: path, from: old, to: new, replaces: replace)
            let isMoved = try configuration.sessionFile.update { sessions in
                guard var session = sessions.removeValue(forKey: old) else { return false }
                session.shop = new
                sessions[new] = session
                return true
            }
            let moved = isMoved ? "; its stored session has moved" : ""
            Console.write(
                "shop \(old) is now \(new): \(Console.count(Int(orders), "order"))\(moved)")
            if !configuration.shops.contains(where: { $0.name == new }) {
                Console.write(
                    "next: name the [[shop]] \"\(new)\" in the configuration, before the next start"
                )
            }
        }
    }
}
