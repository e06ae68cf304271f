import SyncCore
import Testing

@testable import OrderStore

/// The watch answers what `status` does, and more, whatever happens to the file.
@Suite struct StatusWatchTests {
    private let now = UTCInstant(seconds: 1_763_000_000)
    private let day = "2025-11-13"

    private func look(_ watch: StatusWatch) async throws -> WatchedStatus {
        try await watch.look(now: now, day: day, maxAge: .zero)
    }

    /// Two shops with all that a look can find.
    private func fill(_ database: TestDatabase) async throws -> OrderStore {
        let store = try database.open()
        let one = try await store.registerShop("one")
        let two = try await store.registerShop("two")
        let at = now.seconds
        try await store.store(
            [TestOrder("1", at: at - 50), TestOrder("2", at: at - 40)], shop: one, now: at - 10)
        try await store.store([TestOrder("3", at: at - 9_000)], shop: two, now: at - 10)
        try database.execute(
            """
            INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at,
                                     last_success_at, last_error)
            VALUES (\(one.rawValue), 'orders', \(at - 4), 1, 1, \(at - 2), ''),
                   (\(one.rawValue), 'details', \(at - 4), 1, 1, \(at - 2), ''),
                   (\(two.rawValue), 'orders', \(at - 900), 1, 1, \(at - 800), 'isp.x: slow')
            ON CONFLICT DO UPDATE SET cursor_at = excluded.cursor_at,
                last_success_at = excluded.last_success_at, last_error = excluded.last_error;
            INSERT INTO windows VALUES
                (\(one.rawValue), 'backfill', 0, 100, 60, 'planned', 0, 0, \(at - 5000), 1),
                (\(two.rawValue), 'orders', 200, 300, 250, 'suspect', 3, 0, \(at - 700), 1),
                (\(two.rawValue), 'orders', 300, 400, 300, 'done', 3, 0, \(at - 700), 1);
            INSERT INTO index_lag VALUES (\(one.rawValue), 3, 60, 2, 100, 5, 1, '', 1);
            INSERT INTO audits (shop_id, day, state, platform_count, stored_count, calls,
                                checked_at)
            VALUES (\(two.rawValue), '2025-11-01', 'short', 5, 4, 1, 1);
            INSERT INTO quota_usage VALUES ('main', '\(day)', 'm', 7), ('main', '\(day)', 'n', 1),
                                           ('main', '2025-11-12', 'm', 99);
            INSERT INTO call_classes VALUES ('main', '\(day)', 'live', 8);
            INSERT INTO bans VALUES ('main', 'm', \(at + 60), 'x'), ('main', '', \(at - 1), 'x');
            """)
        return store
    }

    @Test func theWatchSaysWhatStatusSays() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        let found = try await look(StatusWatch(path: database.path))
        let status = try OrderStore.readStatus(path: database.path, day: day, now: now)
        #expect(found.status.shops == status.shops)
        #expect(found.status.apps.map(\.name) == ["main"])
        #expect(found.status.apps[0].callsToday == 8)
        #expect(found.status.apps[0].bannedUntilAt == now.seconds + 60)
        #expect(found.status.apps[0].orderChangesToday == status.apps[0].orderChangesToday)
        #expect(found.bans.map(\.method) == ["m"])
        #expect(found.windows["one"]?.byState == ["planned": 1])
        #expect(found.windows["one"]?.oldestLiveOpenedAt == nil)
        #expect(found.windows["two"]?.oldestLiveOpenedAt == now.seconds - 700)
        #expect(found.figures["one"]?.orders == 2)
        #expect(found.figures["two"]?.orders == 1)
        #expect(found.figures["two"]?.audits == ["short": 1])
        #expect(found.databaseBytes > 0)
        withExtendedLifetime(store) {}
    }

    @Test func theWatchCountsChangesFromItsBeginning() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        let watch = StatusWatch(path: database.path)
        let first = try await look(watch)
        #expect(first.changes.isEmpty)
        #expect(first.status.apps[0].orderChangesToday == 3)
        let one = ShopID(1)
        try await store.store([TestOrder("9", at: now.seconds - 5)], shop: one, now: now.seconds)
        let second = try await look(watch)
        #expect(second.changes["one"]?.byEntity["order"] == 1)
        #expect(second.changes["two"] == nil)
        #expect(second.status.apps[0].orderChangesToday == 4)
        #expect(second.recentChanges.first?.order == "9")
        #expect(second.recentChanges.first?.shop == "one")
        // Looked at again at once: nothing is counted twice.
        #expect(try await look(watch).changes["one"]?.byEntity["order"] == 1)
    }

    @Test func aParcelAppearsUnderItsOrder() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        try database.execute(
            """
            INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, new_status)
            VALUES (\(now.seconds), 1, 'shipment', '77/SF1234567890', 'created', 'pending')
            """)
        let found = try await look(StatusWatch(path: database.path))
        #expect(found.recentChanges.first?.order == "77")
        withExtendedLifetime(store) {}
    }

    @Test func theWatchLooksOnceInATime() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        let watch = StatusWatch(path: database.path)
        _ = try await look(watch)
        try await store.setName("renamed")
        let later = now.advanced(bySeconds: 1)
        let again = try await watch.look(now: later, day: day, maxAge: .seconds(3_600))
        #expect(again.status.shops.map(\.name) == ["one", "two"])
        #expect(try await look(watch).status.shops.map(\.name) == ["renamed", "two"])
    }

    @Test func theWatchOpensAReplacedFileAnew() async throws {
        let database = try TestDatabase()
        let watch = StatusWatch(path: database.path)
        await #expect(throws: StoreError.self) { _ = try await look(watch) }
        let store = try await fill(database)
        #expect(try await look(watch).status.shops.count == 2)
        withExtendedLifetime(store) {}
    }
}

extension OrderStore {
    fileprivate func setName(_ name: String) throws {
        try execute("UPDATE shops SET name = '\(name)' WHERE shop_id = 1")
    }
}
