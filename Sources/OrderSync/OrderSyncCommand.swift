import ArgumentParser
import ProgramSupport

@main
struct OrderSyncCommand: AsyncParsableCommand {
    static func main() async {
        EndingSignals.install(CommandLine.arguments.dropFirst())
        Console.openMissing()
        ProcessMemory.configure()
        await main(nil)
    }

    static let configuration = CommandConfiguration(
        commandName: "ordersync",
        abstract: """
            Keeps the orders of Taobao, Tmall and Pinduoduo shops in a SQLite database that you own.
            """,
        discussion: """
            Try it without an account:  ordersync demo
            Run it for a shop:          ordersync check && ordersync run

            Exit codes: 0 done, 1 failed, 3 daemon not running (status), 64 wrong usage, \
            69 platform unreachable, 73 database cannot be made or written, 75 try again later, \
            77 not authorised, 78 configuration wrong; 130 ended by Ctrl-C, 143 by SIGTERM.
            """,
        version: orderSyncVersion,
        subcommands: [
            DemoCommand.self, RunCommand.self, CheckCommand.self, StatusCommand.self,
            BackfillCommand.self, VerifyCommand.self, ReportCommand.self, DatabaseCommand.self,
            ExplainCommand.self, AuthCommand.self, PriceCommand.self, PidCommand.self,
            SandboxCommand.self, VersionCommand.self,
        ])
}
