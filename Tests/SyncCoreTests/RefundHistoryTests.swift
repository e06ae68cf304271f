import Testing

@testable import SyncCore

/// Refunds of the past are read newest first, beside the live ones, which never wait for them.
@Suite struct RefundHistoryTests {
    private static let day: Int64 = 86_400
    private static let start = MachineHarness.start
    private static let stream = StreamID(shop: ShopID(1), kind: .refundHistory)

    private func shop(days: Int64) -> MachineConfiguration.Shop {
        var shop = MachineHarness.shop(1, [.orders, .refunds, .refundHistory])
        shop.backfillDays = days
        shop.refundIntervalMilliseconds = 5_000
        return shop
    }

    private func pages(_ bench: MachineHarness, _ kind: StreamKind) -> [PageRequest] {
        bench.calls.compactMap { entry in
            guard entry.call.stream?.kind == kind, case .list(let page) = entry.call.kind else {
                return nil
            }
            return page
        }
    }

    /// Ninety days in half hours are thousands of calls; the refunds of now come at once.
    @Test func liveReadsDoNotWaitForHistory() throws {
        var bench = MachineHarness(shops: [shop(days: 90)], rules: .counting) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 12)
        let first = try #require(pages(bench, .refunds).first)
        #expect(first.through.seconds >= Self.start - 180)
        #expect(!bench.machine.historyIsLoaded)
        bench.run(seconds: 100)
        #expect(bench.machine.historyIsLoaded)
        let history = pages(bench, .refundHistory)
        #expect((4_320...4_330).contains(history.count))
        #expect(history.allSatisfy { $0.through.seconds - $0.from.seconds <= 1_800 })
        #expect(history.map(\.through.seconds).max() == Self.start - 181)
        #expect(history.map(\.from.seconds).min() == Self.start - 90 * Self.day)
        let finished = bench.notes.contains { note in
            if case .backfillFinished(Self.stream, _) = note { true } else { false }
        }
        #expect(finished)
    }

    /// A shop is not "starting" for an interval only because nothing has happened since its start.
    @Test func theFirstLiveReadWaitsForNoInterval() {
        var shop = shop(days: 5)
        shop.refundIntervalMilliseconds = 60_000
        var bench = MachineHarness(shops: [shop]) { _, _ in MachineHarness.emptyPage }
        bench.run(seconds: 5)
        #expect(pages(bench, .refunds).count == 1)
    }

    /// Nothing is asked for twice, but for the second in which two requests meet.
    @Test func historyIsCoveredOnceAndNewestFirst() throws {
        var bench = MachineHarness(shops: [shop(days: 5)], rules: .counting) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 60)
        let asked = pages(bench, .refundHistory).sorted { $0.from < $1.from }
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $0.through == $1.from })
        let first = try #require(pages(bench, .refundHistory).first)
        #expect(first == asked.last)
    }

    /// A window that backs off delays neither the rest of history nor live reads.
    @Test func aWindowThatRestsDelaysNothingElse() {
        let bad = UTCInstant(seconds: Self.start - 5 * 3_600)
        var bench = MachineHarness(shops: [shop(days: 5)], rules: .counting) { call, _ in
            guard case .list(let page) = call.kind, call.method == .refundsChanged else {
                return MachineHarness.emptyPage
            }
            let isBad = page.from <= bad && bad <= page.through
            return isBad
                ? MachineHarness.failure(.retry(afterSeconds: 900)) : MachineHarness.emptyPage
        }
        bench.run(seconds: 300)
        let oldest = pages(bench, .refundHistory).map(\.from.seconds).min()
        #expect(oldest == Self.start - 5 * Self.day)
        let newest = pages(bench, .refunds).map(\.through.seconds).max() ?? 0
        #expect(newest >= Self.start)
        #expect(!bench.machine.historyIsLoaded)
    }

    /// What an earlier run left is continued; what it read is not requested again.
    @Test func theHistoryContinuesWhereItWas() {
        var shop = shop(days: 5)
        let reached = UTCInstant(seconds: Self.start - 2 * Self.day)
        let floor = UTCInstant(seconds: Self.start - 5 * Self.day)
        shop.restored.cursors = [
            .orders: UTCInstant(seconds: Self.start - 60),
            .refunds: UTCInstant(seconds: Self.start - 300), .refundHistory: reached,
        ]
        shop.restored.windows[.refundHistory] = [
            WindowRecord(
                window: TimeWindow(start: floor, end: reached), openEnd: reached, state: .planned,
                calls: 0, rows: 0)
        ]
        var bench = MachineHarness(shops: [shop], rules: .counting) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 60)
        let asked = pages(bench, .refundHistory)
        #expect(asked.map(\.through).max() == reached)
        #expect(asked.map(\.from).min() == floor)
        #expect(bench.machine.historyIsLoaded)
    }

    /// A database whose refunds were read forwards from their beginning has no history yet: it is
    /// read up to where that stream is.
    @Test func aDatabaseWithoutHistoryGetsIt() {
        var shop = shop(days: 5)
        let cursor = UTCInstant(seconds: Self.start - 3 * Self.day)
        shop.restored.cursors = [.refunds: cursor]
        var bench = MachineHarness(shops: [shop], rules: .counting) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 60)
        let asked = pages(bench, .refundHistory)
        #expect(asked.map(\.through).max() == cursor)
        #expect(asked.map(\.from.seconds).min() == Self.start - 5 * Self.day)
    }

    /// Where calls are scarce, orders come before refunds, in history as well.
    @Test func historyOfOrdersComesFirst() throws {
        var shop = shop(days: 30)
        shop.streams.insert(.backfill)
        // That of refunds is further back, and so the staler of the two.
        let floor = UTCInstant(seconds: Self.start - 30 * Self.day)
        for (kind, days) in [(StreamKind.backfill, Int64(1)), (.refundHistory, 15)] {
            let reached = UTCInstant(seconds: Self.start - days * Self.day)
            shop.restored.cursors[kind] = reached
            shop.restored.windows[kind] = [
                WindowRecord(
                    window: TimeWindow(start: floor, end: reached), openEnd: reached,
                    state: .planned, calls: 0, rows: 0)
            ]
        }
        var bench = MachineHarness(shops: [shop], rules: .counting, callsPerSecond: 2) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 300)
        let kinds = bench.calls.compactMap { $0.call.stream?.kind }
        let last = try #require(kinds.lastIndex(of: .backfill))
        #expect(kinds[..<last].count { $0 == .refundHistory } <= 4)
        #expect(kinds.count { $0 == .refundHistory } > 100)
    }

    /// Hundreds in one second make every overlap long; what shows late is still seen soon, because
    /// no sweep reads it.
    @Test func whatShowsLateIsSeenSoonAfterABurst() throws {
        let burst = Self.start + 60
        var shop = shop(days: 0)
        shop.streams = [.orders, .refunds]
        var seenAt: Int64?
        var bench = MachineHarness(shops: [shop]) { call, now in
            guard case .list(let request) = call.kind, call.method == .refundsChanged else {
                return MachineHarness.emptyPage
            }
            var rows = (0..<250).map { RowKey(idHash: $0, at: UTCInstant(seconds: burst)) }
            let late = RowKey(idHash: 999, at: UTCInstant(seconds: burst + 1))
            if now.seconds >= burst + 40 { rows.append(late) }
            rows.removeAll { row in
                guard let at = row.at else { return true }
                return at > now || at < request.from || at > request.through
            }
            let page = Array(
                rows.dropFirst((request.pageNumber - 1) * request.pageSize)
                    .prefix(request.pageSize))
            if page.contains(late) { seenAt = seenAt ?? now.seconds }
            return .page(PageSummary(rows: page, hasNext: nil, total: rows.count))
        }
        bench.run(seconds: 600)
        #expect(try #require(seenAt) <= burst + 40 + 70)
    }
}
