import ArgumentParser

/// `--config`, for every command that reads the configuration.
struct ConfigurationOption: ParsableArguments {
    @Option(name: .long, help: "The configuration file.")
    var config = "/etc/ordersync/ordersync.toml"

    func read() throws(ConfigurationError) -> Configuration {
        try ConfigurationReader.read(path: config)
    }
}
