import ArgumentParser
import Configuration
import Glibc
import OrderStore
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Deletes old orders, or buyers' and receivers' data.",
        discussion: """
            Deletes completed and closed orders that did not change for that time, with all their \
            rows, promoted orders that are settled or refused, and prices that were replaced \
            earlier. With --receivers it keeps the orders and hides buyers and receivers, in \
            columns and JSON. Afterwards the deleted data is nowhere in the database's \
            files: they are written anew at the end, which takes as much space again and delays \
            writers, not readers. If a purge is interrupted, run it again.
            """)

    @OptionGroup var options: ConfigurationOption
    @Option(help: "Minimum time since the order's last change: 180d, 26w, 48h.")
    var olderThan: Age?
    @Option(help: "Only this shop.")
    var shop: String?
    @Flag(help: "Also orders that are neither completed nor closed; promoted: nor settled.")
    var includeOpen = false
    @Flag(help: "Keep the orders; clear buyers' and receivers' data.")
    var receivers = false
    @Flag(help: "With --receivers: mask the data as [privacy] receiver = \"mask\" does.")
    var mask = false
    @Flag(help: "Print what would be changed, and change nothing.")
    var dryRun = false
    @Flag(help: "Do not ask for confirmation.")
    var yes = false
    @Option(help: "Seconds to wait for other programs that lock the database.")
    var wait = 30
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard olderThan != nil || receivers else {
            throw ValidationError("--older-than is missing, for example --older-than 180d")
        }
        guard receivers || !mask else {
            throw ValidationError("--mask belongs to --receivers")
        }
        guard (0...86_400).contains(wait) else {
            throw ValidationError("--wait takes 0 to 86400 seconds")
        }
        guard yes || dryRun || isatty(0) == 1 else {
            throw ValidationError(
                "no terminal to confirm on; add --yes, or --dry-run to look first")
        }
    }

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let path = configuration.storePath
            // The new file is made beside the old one, where there is room, not in /tmp.
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            setenv("SQLITE_TMPDIR", folder.isEmpty ? "/" : folder, 1)
            let maintenance = try StoreMaintenance(path: path)
            let work = PurgeWork(
                maintenance: maintenance, scope: try await scope(maintenance),
                filters: try await filters(maintenance, configuration), waitSeconds: wait)
            let plan = try await work.plan()
            if try dryRun || !confirm(plan) {
                Console.write(report(plan, nil))
                return
            }
            let before = try await maintenance.size()
            let done = try await work.run()
            let after = try await maintenance.size()
            Console.write(report(done, (before, after)))
        }
    }

    private func scope(_ maintenance: StoreMaintenance) async throws -> PurgeScope {
        let now = SystemClocks.wall()
        var scope = PurgeScope(
            before: olderThan.map { now.advanced(bySeconds: -$0.seconds) },
            includesOpen: includeOpen || olderThan == nil)
        if let shop { scope.shop = try await maintenance.shop(named: shop) }
        return scope
    }

    /// How the data of each platform is hidden; nil when orders are deleted.
    private func filters(
        _ maintenance: StoreMaintenance, _ configuration: Configuration
    ) async throws -> [String: PersonalFilter]? {
        guard receivers else { return nil }
        var filters: [String: PersonalFilter] = [:]
        for name in try await maintenance.platforms() {
            let platform = Platform(rawValue: name)
            var policy = PrivacyPolicy(receiver: mask ? .mask : .drop, raw: .mask)
            // JSON of a platform that this version does not know cannot be looked through.
            if configuration.privacy.raw == .drop || platform == nil { policy.raw = .drop }
            let members = platform?.personalMembers ?? PersonalMembers([], otherwisePrefix: "")
            filters[name] = PersonalFilter(policy: policy, members: members)
        }
        return filters
    }

    private func confirm(_ plan: PurgeCounts) throws -> Bool {
        if yes { return true }
        Console.write(report(plan, nil))
        Console.write("Type yes to continue: ", terminator: "")
        guard readLine() == "yes" else {
            throw CommandFailure(.failed, "nothing was done")
        }
        return true
    }

    // MARK: Report

    private func report(_ counts: PurgeCounts, _ sizes: (before: Int64, after: Int64)?) -> String {
        if json { return Self.json(counts, sizes) }
        let did = sizes == nil ? "would be" : "were"
        let verb = receivers ? "\(did) stripped of buyers and receivers" : "\(did) deleted"
        var text = "\(DisplayText.count(Int(counts.orders), "order"))"
        if !receivers {
            text += " with \(DisplayText.count(Int(counts.items), "item"))"
            text += " and \(DisplayText.count(Int(counts.shipments), "parcel"))"
        }
        text += ", \(DisplayText.count(Int(counts.refunds), "refund"))"
        if !receivers {
            if counts.affiliateOrders > 0 {
                text += ", \(DisplayText.count(Int(counts.affiliateOrders), "promoted order"))"
            }
            if counts.prices > 0 {
                text += ", \(DisplayText.count(Int(counts.prices), "old price"))"
            }
            text += ", \(DisplayText.count(Int(counts.changes), "line")) of changes"
        }
        text += " \(verb)"
        if let sizes {
            text += "\nthe file had \(DisplayText.grouped(sizes.before)) bytes, now "
            text += "\(DisplayText.grouped(sizes.after)); nothing of it is left in file or log"
        }
        return text
    }

    private static func json(
        _ counts: PurgeCounts, _ sizes: (before: Int64, after: Int64)?
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("dry_run", sizes == nil)
            json.member("orders", counts.orders)
            json.member("items", counts.items)
            json.member("shipments", counts.shipments)
            json.member("refunds", counts.refunds)
            json.member("changes", counts.changes)
            json.member("affiliate_orders", counts.affiliateOrders)
            json.member("prices", counts.prices)
            json.member("bytes_before", sizes?.before)
            json.member("bytes_after", sizes?.after)
        }
        return json.text
    }
}
