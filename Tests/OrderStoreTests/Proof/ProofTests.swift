import SyncCore
import Testing

@testable import OrderStore

/// Audits, measured lag, and calls by what they were for.
@Suite struct ProofTests {
    private let now = UTCInstant(seconds: 1_762_900_000)

    private func record(
        _ day: Int64, _ state: AuditRecord.State, repaired: Int = 0, calls: Int = 1
    ) -> AuditRecord {
        AuditRecord(
            day: day, state: state, platformCount: 12, storedCount: 11, repaired: repaired,
            calls: calls)
    }

    @Test func auditsComeBack() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let records = AuditRecord.State.allCases.enumerated().map { index, state in
            record(20_403 - Int64(index), state, repaired: index)
        }
        _ = try await shop.store.apply(
            records.map { .audited(shop.id, $0) } + [.audited(ShopID(9), record(0, .equal))],
            now: now)
        #expect(
            try database.rows(
                "SELECT day, state, platform_count, stored_count, repaired, calls, checked_at "
                    + "FROM audits WHERE shop_id = \(shop.id.rawValue) ORDER BY day DESC") == [
                    "2025-11-11|equal|12|11|0|1|1762900000",
                    "2025-11-10|repaired|12|11|1|1|1762900000",
                    "2025-11-09|short|12|11|2|1|1762900000",
                    "2025-11-08|excess|12|11|3|1|1762900000",
                ])
        let restored = try await database.open().restore(shop.id).audits
        #expect(restored == [20_403: now, 20_402: now, 20_401: now, 20_400: now])
        #expect(try await shop.store.restore(ShopID(9)).audits == [0: now])
    }

    @Test func aDayThatIsAuditedAgainAddsItsRepairs() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let later = now.advanced(bySeconds: 86_400)
        _ = try await shop.store.apply(
            [.audited(shop.id, record(20_403, .repaired, repaired: 2, calls: 5))], now: now)
        _ = try await shop.store.apply(
            [.audited(shop.id, record(20_403, .equal, calls: 1))], now: later)
        #expect(
            try database.rows("SELECT state, repaired, calls, checked_at FROM audits")
                == ["equal|2|6|\(later.seconds)"])
    }

    @Test func lagComesBack() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        #expect(try await shop.store.restore(shop.id).lag == nil)
        var lag = IndexLag(now: now)
        lag.observe(onTime: 1_000, lags: [1, 3, 9], bySweep: false, now: now)
        lag.observe(onTime: 0, lags: [700], bySweep: true, now: now)
        for overlap in [1, 42] as [Int64] {
            _ = try await shop.store.apply(
                [.lagMeasured(shop.id, lag, overlap: overlap, settle: 3)], now: now)
        }
        #expect(try await database.open().restore(shop.id).lag == lag)
        #expect(
            try database.rows(
                "SELECT lag_s, overlap_s, settle_s, rows, late, missed, updated_at FROM index_lag")
                == ["\(lag.lagSeconds)|42|3|1004|4|1|\(now.seconds)"])
        // Faded weights have no end of digits: three behind the point come back.
        lag.observe(onTime: 7, lags: [2], bySweep: false, now: now.advanced(bySeconds: 50_000))
        _ = try await shop.store.apply(
            [.lagMeasured(shop.id, lag, overlap: 1, settle: 0)], now: now)
        let restored = try #require(try await shop.store.restore(shop.id).lag)
        #expect(restored.weights.count == IndexLag.bucketCount)
        for (mine, theirs) in zip(lag.weights, restored.weights) {
            #expect(abs(mine - theirs) <= 0.000_5)
        }
        #expect(restored.lagSeconds == lag.lagSeconds)
        #expect(restored.updated == lag.updated)
    }

    @Test func countsAreOfTheirPlaceInTheOrderOfWrites() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let page = PageCommit(
            content: .orders(page([TestOrder.whole("1"), TestOrder.whole("2")])),
            change: LedgerChange(stream: shop.stream(.audit)))
        let count = StoreOperation.count(shop.id, TestVerification.range)
        let outcome = try await shop.store.apply([count, .page(page), count], now: now)
        #expect(
            outcome.events.filter { if case .counted = $0 { true } else { false } } == [
                .counted(shop.id, stored: 0), .counted(shop.id, stored: 2),
            ])
    }

    @Test func changesAreReportedOnTimeOrLate() async throws {
        let shop = try await TestShop(try TestDatabase())
        let stream = shop.stream(.orders)
        func reported(_ outcome: StoreOutcome) -> [SyncEvent] {
            outcome.events.filter { if case .stored = $0 { true } else { false } }
        }
        let at = UTCInstant(seconds: 1_000)
        let first = try await shop.list(
            [TestOrder.whole("1", at: 60), TestOrder.whole("2", at: 40)], freshFrom: 50)
        let late = [LateRow(order: "2", modifiedAt: UTCInstant(seconds: 40))]
        #expect(reported(first) == [.stored(stream, onTime: 1, late: late, askedAt: at)])
        // Nothing new, and what proves nothing.
        #expect(
            reported(try await shop.list([TestOrder.whole("1", at: 60)], freshFrom: 50)).isEmpty)
        #expect(reported(try await shop.list([TestOrder.whole("3", at: 40)])).isEmpty)
        // More of a known version is nothing late; a sweep has nothing on time.
        let same = try await shop.list(
            [TestOrder.whole("2", at: 40, .completed)], asked: 2_000, freshFrom: 50)
        #expect(
            reported(same) == [
                .stored(stream, onTime: 1, late: [], askedAt: UTCInstant(seconds: 2_000))
            ])
        let sweep = try await shop.list([TestOrder.whole("4", at: 40)], .sweep, freshFrom: 50)
        let four = [LateRow(order: "4", modifiedAt: UTCInstant(seconds: 40))]
        #expect(
            reported(sweep) == [.stored(shop.stream(.sweep), onTime: 0, late: four, askedAt: at)])
    }

    @Test func callsAreCountedByClass() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        func key(_ method: String, _ callClass: CallClass) -> UsageKey {
            UsageKey(app: "main", day: "2025-11-11", method: method, callClass: callClass)
        }
        let usage = [
            key("list", .live): 3, key("list", .sweep): 2, key("one", .details): 5,
        ]
        for _ in 0..<2 { _ = try await shop.store.apply([], usage: usage, now: now) }
        #expect(
            try database.rows("SELECT method, calls FROM quota_usage ORDER BY 1")
                == ["list|10", "one|10"])
        #expect(
            try database.rows("SELECT class, calls FROM call_classes ORDER BY 1")
                == ["details|10", "live|6", "sweep|4"])
    }

    /// A queue has no cursor: what is read moves its time of success.
    @Test func workMovesItsStream() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        for kind in [StreamKind.details, .refunds] {
            var change = LedgerChange(stream: shop.stream(kind))
            change.cursor = UTCInstant(seconds: 500)
            _ = try await shop.store.apply(
                [
                    .page(PageCommit(content: nil, change: change)),
                    .streamError(shop.stream(kind), "boom"),
                ], now: UTCInstant(seconds: 600))
        }
        try await shop.detail(TestOrder("1", at: 10, payment: 5), asked: 900)
        let page = RefundPage(refunds: [RefundRow("1", at: 10)], source: .detail)
        try await shop.finish(
            .refund("1"), .read(elseAgainAt: now), .refunds(page), asked: 900)
        try await shop.finish(.order("2"), .refused(error: "x"), asked: 950)
        #expect(
            try database.rows(
                "SELECT stream, cursor_at, rows_stored, last_success_at, last_error "
                    + "FROM checkpoints ORDER BY 1")
                == ["details|900|1|900|", "refunds|500|1|900|"])
    }
}
