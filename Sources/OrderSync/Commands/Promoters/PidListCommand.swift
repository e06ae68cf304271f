import ArgumentParser
import Platforms
import SyncCore
import WireFormat

struct PidListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the account's PIDs.")

    @OptionGroup var promoter: PromoterOptions
    @Flag(help: "Print JSON.")
    var json = false

    /// A thousand pages of a hundred: more than anyone reads.
    private static let pagesMax = 1_000

    func run() async throws {
        try await reporting {
            let (configuration, app) = try promoter.read()
            var gateway = try await PromoterGateway(app, configuration)
            var places: [PromotionPlace] = []
            for page in 1...Self.pagesMax {
                let answer = try await gateway.ask(.places(page: page)) {
                    response, time throws(CallFailure) in
                    try DDKAccount.places(response, at: time)
                }
                places += answer.places
                if answer.places.count < DDKAccount.pageSize { break }
                if let total = answer.total, places.count >= total { break }
            }
            Console.write(PidText.text(places, isJSON: json))
        }
    }
}
