import ArgumentParser
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

struct PidGenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Creates new PIDs.",
        discussion: "The platform cannot delete PIDs, and limits their number per account.")

    @OptionGroup var promoter: PromoterOptions
    @Option(help: "How many, up to 100. (default: as many as there are names, else 1)")
    var count: Int?
    @Option(help: "The name of a PID; repeat the option for each PID.")
    var name: [String] = []
    @Flag(help: "Print JSON.")
    var json = false

    private var wanted: Int { count ?? max(1, name.count) }

    func validate() throws {
        guard (1...DDKAccount.newPlacesMax).contains(wanted) else {
            throw ValidationError("--count takes 1 to \(DDKAccount.newPlacesMax).")
        }
        guard name.isEmpty || name.count == wanted else {
            throw ValidationError("Give as many --name as --count, or none.")
        }
    }

    func run() async throws {
        try await reporting {
            let (configuration, app) = try promoter.read()
            var gateway = try await PromoterGateway(app, configuration)
            let answer = try await gateway.ask(.newPlaces(names: name, count: wanted)) {
                response, time throws(CallFailure) in
                try DDKAccount.places(response, at: time)
            }
            Console.write(PidText.text(answer.places, isJSON: json))
            guard let left = answer.left, !json else { return }
            Console.write("the account may have \(DisplayText.grouped(left)) more")
        }
    }
}
