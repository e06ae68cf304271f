import ArgumentParser
import Platforms
import SyncCore
import WireFormat

struct PidCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pid",
        abstract: "Lists, makes and binds a promoter's PIDs (Duoduo Jinbao).",
        discussion: """
            Links carry a PID, and orders name it. Searches need one that is bound: \
            `ordersync pid bind PID` says whether it is, and else gives the page on which the \
            account's owner binds it. Calls count for the day like the daemon's.
            """,
        subcommands: [PidListCommand.self, PidGenerateCommand.self, PidBindCommand.self])
}

struct PidListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the account's PIDs.")

    @OptionGroup var promoter: PromoterOptions
    @Flag(help: "Print JSON.")
    var json = false

    /// A thousand pages of a hundred: more than anybody reads.
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

struct PidGenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Makes new PIDs.",
        discussion: "PIDs cannot be deleted at the platform, and an account has a limit of them.")

    @OptionGroup var promoter: PromoterOptions
    @Option(help: "How many, up to 100. (default: as many as there are names, else 1)")
    var count: Int?
    @Option(help: "A name; give it again for each further PID.")
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
            Console.write("the account may have \(Console.grouped(left)) more")
        }
    }
}

struct PidBindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind",
        abstract: "Says whether a PID is bound, and else gives the page that binds it.",
        discussion: """
            The platform binds a PID, together with the custom parameters if links carry any, to a \
            Pinduoduo account: open the page, log in, confirm; then run the command again. Until \
            then searches are refused with 60001. Exits with 77 while it is not bound.
            """)

    @OptionGroup var promoter: PromoterOptions
    @Argument(help: "The PID, such as 1000001_100000001.")
    var pid: String
    @Option(
        help: ArgumentHelp(
            "The custom parameters of the links, as they carry them.", valueName: "json"))
    var customParameters = ""
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if !customParameters.isEmpty, let fault = CustomParameters.fault(customParameters) {
            throw ValidationError("--custom-parameters: \(fault)")
        }
    }

    func run() async throws {
        try await reporting {
            let (configuration, app) = try promoter.read()
            var gateway = try await PromoterGateway(app, configuration)
            let isBound = try await gateway.ask(
                .isBound(pid: pid, customParameters: customParameters)
            ) { response, time throws(CallFailure) in
                try DDKAccount.isBound(response, at: time)
            }
            guard !isBound else {
                return Console.write(
                    json ? PidText.bound(pid, link: nil) : "\(pid) is bound: nothing to do")
            }
            let link = try await gateway.ask(
                .bindingLink(pid: pid, customParameters: customParameters)
            ) { response, time throws(CallFailure) in
                try DDKAccount.bindingLink(response, at: time)
            }
            Console.write(
                json ? PidText.bound(pid, link: link) : PidText.unbound(pid, link: link))
            throw ExitCode(ExitStatus.notAuthorised.rawValue)
        }
    }
}
