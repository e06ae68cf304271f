import ArgumentParser
import Configuration
import Platforms
import ProgramSupport

/// The promoter's app that a command speaks for.
struct PromoterOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOption
    @Option(
        help: ArgumentHelp(
            "The promoter's [[app]]. (default: the only one there is)", valueName: "name"))
    var app: String?

    func read() throws -> (Configuration, Configuration.App) {
        let configuration = try options.read()
        return (configuration, try configuration.promotersApp(named: app))
    }
}

extension Configuration {
    /// The app of that name, or the only promoter's app.
    func promotersApp(named name: String?) throws(CommandFailure) -> App {
        let found = apps.filter { app in
            // One that no shop uses can only be a promoter's.
            app.platform == .pinduoduo
                && shops.allSatisfy { $0.app != app.name || $0.isPromoter }
        }
        let names = found.map(\.name).joined(separator: ", ")
        if let name {
            guard let app = found.first(where: { $0.name == name }) else {
                throw CommandFailure(
                    .wrongUsage,
                    names.isEmpty
                        ? "no [[app]] is a promoter's: add one with platform = \"pinduoduo\""
                        : "\"\(name)\" is no promoter's [[app]]; there are: \(names)")
            }
            return app
        }
        guard let app = found.first else {
            throw CommandFailure(
                .configurationWrong,
                "no [[app]] is a promoter's: add one with platform = \"pinduoduo\" that no shop "
                    + "uses, or name it with --app")
        }
        guard found.count == 1 else {
            throw CommandFailure(.wrongUsage, "which [[app]]? Name it with --app: \(names)")
        }
        return app
    }

    /// The promoter's account of an app, if it has one.
    func account(of app: App) -> Shop? {
        shops.first { $0.app == app.name && $0.isPromoter }
    }
}
