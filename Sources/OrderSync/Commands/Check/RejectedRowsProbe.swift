import Configuration
import OrderStore
import ProgramSupport

/// The lines of `check` about rows of the platform that cannot be read.
struct RejectedRowsProbe {
    private let configuration: Configuration

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    func findings() -> [CheckCommand.Finding] {
        // Another line reports what is wrong with the database itself.
        let counts = (try? OrderStore.readRejectedCounts(path: configuration.storePath)) ?? [:]
        return configuration.shops.compactMap { shop in
            guard let count = counts[shop.name] else { return nil }
            return CheckCommand.Finding(
                subject: "shop \(shop.name)", isGood: true,
                text:
                    "\(DisplayText.count(Int(count), "row")) of the platform cannot be read, so "
                    + "not stored; those with an id are tried again at least daily. Report them to "
                    + "the platform with the JSON in the table rejected_rows",
                isNote: true)
        }
    }
}
