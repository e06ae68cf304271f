import Configuration
import OrderStore
import ProgramSupport
import SyncCore

/// The lines of `check` about after-sales that seem to be missing in the platform's list.
struct RefundsProbe {
    private let configuration: Configuration

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    func findings(now: UTCInstant) -> [CheckCommand.Finding] {
        // What ails the database itself is another line's.
        let counts = try? OrderStore.ordersWithoutRefunds(
            path: configuration.storePath, now: now)
        return configuration.shops.compactMap { shop in
            guard shop.streams.contains(.refunds), let count = counts?[shop.name] else {
                return nil
            }
            return CheckCommand.Finding(
                subject: "shop \(shop.name)", isGood: true,
                text:
                    "\(DisplayText.count(Int(count), "order")) of the last 30 days show "
                    + "after-sales, but not one refund is stored: the platform's list may not take "
                    + "after_sales_status=1 as all states. Orders are not affected; please report "
                    + "it",
                isNote: true)
        }
    }
}
