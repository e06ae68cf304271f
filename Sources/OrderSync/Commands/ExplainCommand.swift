import ArgumentParser
import Platforms
import ProgramSupport
import SyncCore

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains an error code of a platform or an exit code. Works offline.",
        discussion: """
            Examples:  ordersync explain 27 invalid-sessionkey
                       ordersync explain isv.trade-service-rejection
                       ordersync explain 10019
                       ordersync explain --platform pinduoduo isv.invalid-parameter
                       ordersync explain 78
            """)

    @Argument(help: "The code as it is in a log: `27`, a sub_code, or both; or an exit code.")
    var code: [String]

    @Option(
        help: "taobao or pinduoduo. (default: detected from the code)",
        transform: { name in
            guard let platform = Platform(rawValue: name) else {
                throw ValidationError("expected taobao or pinduoduo, got \"\(name)\"")
            }
            return platform
        })
    var platform: Platform?

    func run() async throws {
        let text = code.joined(separator: " ")
        var lines: [String] = []
        if let status = Int32(text).flatMap({ Explanation.exitStatus($0) }) { lines.append(status) }
        for platform in platform.map({ [$0] }) ?? Explanation.platforms(of: text) {
            let failure = platform.explain(text)
            guard !failure.isUnknownCode else { continue }
            lines += Explanation.lines(failure, platform: platform.rawValue)
        }
        guard lines.isEmpty else { return Console.write(lines.joined(separator: "\n")) }
        Console.write(
            "\(text) is in no table of \(platform?.rawValue ?? "the platform"). ordersync asks "
                + "again, ever less often, and logs an error; please report the log line.")
        throw ExitCode(ExitStatus.failed.rawValue)
    }
}
