import ArgumentParser
import Configuration
import Glibc
import OrderStore
import ProgramSupport
import SyncCore

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads the platform again and proves that nothing is missing or stale.",
        discussion: """
            Every order created in the days is compared with the database, column by column and \
            line by line, in spans whose number of orders the platform has counted. Exit code 0 \
            only if all that can be compared is equal; 1 if an order is missing, stale, newer \
            here, different, not shown by the platform any more, or shown as a row that cannot be \
            read; 69 if the platform does not answer for a minute, or answers with nothing but \
            failures for five (beside a daemon: no progress for two); 75 during a ban or without \
            calls left; 77 without authorisation. Purged orders and columns hidden by [privacy] \
            cannot be compared, nor columns that the platform's lists do not state (on Taobao \
            seller_memo, buyer_message and what else only a detail states): they are counted and \
            reported, and do not change the exit code. --details compares these columns too: it \
            reads each such order in full, one call each, and reports the calls. Beside a running \
            daemon the daemon reads the lists, within its quota; the calls of --details are \
            counted with it.
            """)

    @OptionGroup var range: RangeOptions
    @OptionGroup var options: ConfigurationOption
    @Flag(help: "Store what is missing or differs.")
    var repair = false
    @Flag(help: "Also read orders in full, one call each, to compare fields that lists omit.")
    var details = false
    @Flag(help: "Print JSON at the end, and no progress.")
    var json = false

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let shop = try range.configured(configuration)
            umask(0o027)
            let store = try DatabaseLock.openStore(path: configuration.storePath)
            guard let id = try await store.shopID(named: shop.name) else {
                throw CommandFailure(
                    .failed, "shop \(shop.name) was never synced into this database")
            }
            let now = SystemClocks.wall()
            let window = try range.range(now: now)
            let settled = try await store.settledUntil(id)
            let verification = try await store.beginVerification(
                id, window, isRepair: repair, now: now)
            let runner = RangeRunner(
                configuration: configuration, shop: shop, store: store,
                stream: StreamID(shop: id, kind: .verify), range: window,
                title: "verify \(shop.name)", isQuiet: json)
            let hasDaemon = try await runner.run()
            try await lookAgain(store, verification, id, runner)
            guard try await store.isRead(verification: verification) else {
                throw CommandFailure(.tryAgainLater, "another verification took its place")
            }
            var inFull: VerifyVerdict.Details?
            if details {
                let verifier = DetailVerifier(
                    configuration: configuration, shop: shop, store: store,
                    verification: verification, id: id)
                inFull = try await Interruption.ends { try await verifier.run() }
            }
            var verdict = try await verdict(
                store, verification, id, window, settledUntil: settled, isLive: hasDaemon)
            verdict.details = inFull
            try await store.endVerification(verification, verdict.result)
            Console.write(json ? verdict.json(shop.name) : verdict.text)
            if !verdict.isProven { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }

    /// Reads orders again that are newer here than the platform's list shows: the list may come
    /// from a copy that lags behind, or the platform's clock was wrong when they were stored.
    private func lookAgain(
        _ store: OrderStore, _ verification: Int64, _ shop: ShopID, _ runner: RangeRunner
    ) async throws {
        guard try await store.isRead(verification: verification) else { return }
        let count = try await store.requestRereads(
            ofVerification: verification, shop: shop, now: SystemClocks.wall())
        guard count > 0 else { return }
        try await Task.sleep(for: .seconds(Self.secondLookSeconds))
        _ = try await runner.run()
    }

    /// Most copies have caught up after so long.
    private static let secondLookSeconds = 20

    /// Differences that the sync is about to fix are given the time to be fixed: a change that
    /// became visible late is the sweep's to find.
    private func verdict(
        _ store: OrderStore, _ verification: Int64, _ shop: ShopID, _ window: TimeWindow,
        settledUntil: UTCInstant?, isLive: Bool
    ) async throws -> VerifyVerdict {
        let began = SystemClocks.ticks()
        var isTold = false
        while true {
            let verdict = VerifyVerdict(
                result: try await store.result(
                    ofVerification: verification, shop: shop, range: window,
                    settledUntil: settledUntil, now: SystemClocks.wall()),
                settledUntil: try await store.settledUntil(shop), isLive: isLive,
                isRepair: repair)
            let waited = SystemClocks.ticks().milliseconds(since: began)
            guard isLive, !verdict.behind.isEmpty, waited < Self.waitMillisecondsMax else {
                return verdict
            }
            if !isTold, waited > 3_000, !json {
                isTold = true
                let count = DisplayText.count(verdict.behind.count, "change")
                Console.write("\(count) on the way, waiting for the sweep to be through …")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private static let waitMillisecondsMax: Int64 = 1_800_000
}
