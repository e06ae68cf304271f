import ArgumentParser

struct AuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth", abstract: "Authorises shops: stores, renews and shows sessions.",
        discussion: """
            Sessions are stored in a file of mode 600, `sessions.json` beside the database unless \
            [auth] state_file says otherwise. The daemon reads it at each call and renews what can \
            be renewed: nothing has to be restarted. A shop with a session_* key in the \
            configuration uses that one instead.
            """,
        subcommands: [
            AuthLoginCommand.self, AuthImportCommand.self, AuthRefreshCommand.self,
            AuthStatusCommand.self,
        ])
}
