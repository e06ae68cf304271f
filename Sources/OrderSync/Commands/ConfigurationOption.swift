import ArgumentParser
import Configuration

/// `--config`, for every command that reads the configuration.
struct ConfigurationOption: ParsableArguments {
    static let standardPath = "/etc/ordersync/ordersync.toml"

    @Option(name: .long, help: "The configuration file.")
    var config = Self.standardPath

    func read() throws(ConfigurationError) -> Configuration {
        try ConfigurationReader.read(path: config)
    }
}
