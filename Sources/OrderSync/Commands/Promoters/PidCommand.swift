import ArgumentParser

struct PidCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pid",
        abstract: "Lists, creates and binds a promoter's PIDs (Duoduo Jinbao).",
        discussion: """
            Links carry a PID, and orders name it. Searches need one that is bound: \
            `ordersync pid bind PID` says whether it is, and else gives the page on which the \
            account's owner binds it. Calls count for the day like the daemon's.
            """,
        subcommands: [PidListCommand.self, PidGenerateCommand.self, PidBindCommand.self])
}
