import ArgumentParser
import Configuration
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

struct PidBindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind",
        abstract: "Shows whether a PID is bound; if not, prints the page that binds it.",
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
