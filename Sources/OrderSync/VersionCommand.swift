import ArgumentParser
import ProgramSupport

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the version.")

    func run() async throws {
        Console.write("ordersync \(orderSyncVersion)")
    }
}
