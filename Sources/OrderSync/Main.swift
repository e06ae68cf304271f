import ArgumentParser
import Glibc

@main
struct OrderSyncCommand: AsyncParsableCommand {
    static func main() async {
        ProcessMemory.configure()
        // A log's reader that goes away must not end the program.
        signal(SIGPIPE, SIG_IGN)
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

            Exit codes: 0 done, 1 failed, 64 wrong usage, 69 platform unreachable, 73 database \
            cannot be made or written, 75 try again later, 77 not authorised, \
            78 configuration wrong.
            """,
        version: orderSyncVersion,
        subcommands: [
            DemoCommand.self, RunCommand.self, CheckCommand.self, StatusCommand.self,
            BackfillCommand.self, VerifyCommand.self, ReportCommand.self, DatabaseCommand.self,
            ExplainCommand.self, AuthCommand.self, PriceCommand.self, PidCommand.self,
            SandboxCommand.self, VersionCommand.self,
        ])
}

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the version.")

    func run() async throws {
        Console.write("ordersync \(orderSyncVersion)")
    }
}
