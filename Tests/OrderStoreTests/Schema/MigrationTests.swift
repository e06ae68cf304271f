import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// Files of older versions, with data in them.
@Suite struct MigrationTests {
    /// A database as version 1 left it: two orders, their items and JSON, a feed, the ledger.
    private static let rows = """
        INSERT INTO shops (name, platform, app) VALUES ('one', 'taobao', 'main');
        INSERT INTO orders (shop_id, order_id, status, platform_status, item_count, payment_fen,
            created_at, modified_at, has_details, content_hash, list_hash, raw_id, first_seen_at,
            synced_at, asked_ms)
        VALUES (1, '11', 'paid', 'WAIT', 1, 500, 50, 60, 0, 7, 7, 1, 100, 100, 100000),
               (1, '12', 'closed', 'CLOSED', 0, NULL, 51, 61, 1, 8, 0, 2, 100, 100, 100000);
        INSERT INTO order_raw (shop_id, order_id, source, raw)
        VALUES (1, '11', 'list', '{"tid":11}'), (1, '12', 'detail', '{"tid":12}');
        INSERT INTO order_items (shop_id, order_id, item_id, quantity, status, tracking_no)
        VALUES (1, '11', '111', 2, 'paid', 'SF1');
        INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at)
        VALUES (1, 'orders', 900, 1, 2), (1, 'backfill', 100, 1, 2);
        INSERT INTO windows VALUES (1, 'backfill', 0, 100, 50, 'open', 3, 200, 1, 2);
        INSERT INTO quota_usage VALUES ('main', '2025-11-11', 'taobao.time.get', 3);
        INSERT INTO bans VALUES ('main', '', 900, '7');
        INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (100, 1, 'order', '11', 'created', NULL, 'unpaid'),
               (101, 1, 'order', '11', 'updated', 'unpaid', 'paid'),
               (101, 1, 'order', '12', 'created', NULL, 'closed');
        """

    private func versionOne(_ more: String = "") throws -> TestDatabase {
        let database = try TestDatabase()
        try database.execute(
            String(decoding: Migrations.steps[0], as: UTF8.self) + Self.rows + ";" + more
                + """
                ;PRAGMA user_version = 1; PRAGMA application_id = \(Migrations.applicationID)
                """)
        return database
    }

    @Test func everyRowOfVersionOneStays() async throws {
        let database = try versionOne()
        let before = try database.content().filter { !$0.hasPrefix("sqlite_sequence") }
        #expect(before.count == 14)
        let store = try database.open()
        #expect(try database.value("PRAGMA user_version") == "\(Migrations.latest)")
        // A row has as many values as before, and those of new columns behind them.
        let after = try database.content().filter { !$0.hasPrefix("sqlite_sequence") }
        #expect(after.count == before.count)
        for row in before {
            #expect(after.contains { $0 == row || $0.hasPrefix("\(row)|") }, "\(row)")
        }
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        let restored = try await store.restore(ShopID(1))
        #expect(restored.cursors.count == 2)
        #expect(restored.windows[.backfill]?.count == 1)
        #expect(restored.lag == nil)
        #expect(restored.audits.isEmpty)
        #expect(
            try database.rows("SELECT order_id, raw FROM orders_with_raw ORDER BY 1")
                == [#"11|{"tid":11}"#, #"12|{"tid":12}"#])
        // Opened again, nothing happens.
        let whole = try database.content()
        _ = try database.open()
        #expect(try database.content() == whole)
    }

    /// Prices and watches of version 4: history stays, and a price is late since it was due.
    @Test func pricesOfVersionFourStay() async throws {
        let database = try TestDatabase()
        let steps = Migrations.steps.prefix(4).map { String(decoding: $0, as: UTF8.self) }
        try database.execute(
            steps.joined(separator: ";") + """
                ;INSERT INTO goods_prices (price_id, shop_id, goods_sign, pid, observed_at, state,
                    goods_id, goods_name, mall_name, group_fen, normal_fen, coupon_state,
                    coupon_fen, coupon_min_fen, coupon_start_at, coupon_end_at,
                    platform_discount_fen, jinbao_fen, best_fen, final_fen)
                VALUES (7, 1, 'a', 'p', 10, 'listed', '5', 'n', 'm', 720, 990, 'usable', 200, 201,
                    1, 20, 30, 480, 481, 520);
                INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, below_fen,
                    by_detail, next_poll_at, poll_count, polled_at, attempts, last_error)
                VALUES (1, 'a', 'p', 2, 600, 500, 1, 9000, 3, 10, 4, 'x'),
                       (1, 'b', 'p', 2, 600, NULL, 0, 700, 0, NULL, 0, '');
                PRAGMA user_version = 4; PRAGMA application_id = \(Migrations.applicationID)
                """)
        let store = try database.open()
        #expect(
            try database.rows("SELECT * FROM goods_prices") == [
                "7|1|a|p|0|10|listed|5|n|m|720|990|usable|200|201|1|20|-|-|-|-|-|-|-|-|-|-|-|30|"
                    + "480|481|520|-"
            ])
        #expect(
            try database.rows("SELECT * FROM goods_watch ORDER BY goods_sign") == [
                "1|a|p|2|600|500|0|-||610|9000|3|10|4|x", "1|b|p|2|600|-|0|-||700|700|0|-|0|",
            ])
        withExtendedLifetime(store) {}
    }

    /// Version 6 to 7: values stored with wrong meanings are corrected, with lines in `changes`.
    @Test func meaningsAreCorrected() async throws {
        let database = try TestDatabase()
        let steps = Migrations.steps.prefix(6).map { String(decoding: $0, as: UTF8.self) }
        try database.execute(
            steps.joined(separator: ";") + Self.rowsOfVersionSix + """
                ;PRAGMA user_version = 6; PRAGMA application_id = \(Migrations.applicationID)
                """)
        let store = try database.open()
        #expect(
            try database.rows(
                "SELECT order_id, status, step_status, step_paid_fen, deposit_paid_at FROM orders "
                    + "ORDER BY order_id") == [
                    "1|unpaid|deposit_paid|1005|70", "2|closed|deposit_forfeited|1000|-",
                    "3|unpaid|deposit_paid|2010|74", "4|unpaid|deposit_paid|1000|71",
                    "5|shipped|-|-|-",
                    "6|completed|-|-|-", "7|closed|-|-|-", "8|closed|-|-|-",
                ])
        #expect(
            try database.rows(
                "SELECT item_id, status, tracking_no, logistics_company, is_gift "
                    + "FROM order_items ORDER BY 1")
                == ["a|unpaid|SF1|顺丰|0", "b|shipped|NEW|-|0"])
        #expect(
            try database.rows(
                "SELECT refund_id, status, return_tracking_no FROM refunds ORDER BY 1")
                == ["r1|refunding|RT", "r2|requested|-", "r3|requested|-"])
        // Two spellings of one number are one parcel; the corrected number is replaced.
        #expect(
            try database.rows(
                "SELECT order_id, tracking_no, company, status, last_event, next_poll_at, "
                    + "named_by FROM shipments ORDER BY 1, 2") == [
                    "1|SF1|顺丰|in_transit|x|800|1", "5|NEW|-|pending|-|900|1",
                    "5|OLD|-|replaced|-|-|0", "5|X2|-|pending|-|901|2",
                ])
        #expect(
            try database.rows("SELECT tracking_no, seq, description FROM shipment_events")
                == ["SF1|1|x"])
        #expect(
            try database.rows(
                "SELECT entity, entity_id, kind, old_status, new_status FROM changes ORDER BY seq")
                == [
                    "order|5|updated|closed|shipped", "order|6|updated|closed|completed",
                    "refund|r1|updated|requested|refunding",
                    "shipment|5/OLD|updated|pending|replaced",
                ])
        withExtendedLifetime(store) {}
    }

    private static let rowsOfVersionSix = """
        ;INSERT INTO shops (shop_id, name, platform, app)
            VALUES (1, 'one', 'taobao', 'm'), (2, 'two', 'pinduoduo', 'p');
        CREATE TEMP TABLE o (id, shop, type, status, platform_status, paid_at, raw);
        INSERT INTO o VALUES
            (1, 1, 'step', 'unpaid', 'W', 70,
             '{"step_trade_status":"FRONT_PAID_FINAL_NOPAID","step_paid_fee":"10.05"}'),
            (2, 1, 'step', 'closed', 'C', NULL,
             '{"step_trade_status":"FRONT_PAID_FRONT_FORFEITED","step_paid_fee":"10.00"}'),
            (3, 1, 'step', 'unpaid', 'W', 74, '{"memo":"' || char(10)
                || '","step_trade_status":"FRONT_PAID_FINAL_NOPAID","step_paid_fee":"20.10"}'),
            (4, 2, '1', 'unpaid', '1/1/1', 71, '{"step_order_info":{"advanced_paid_fee":10,'
                || '"step_paid_fee":0,"step_trade_status":1}}'),
            (5, 2, '0', 'closed', '2/4/1', 72, '{"tracking_number":"NEW","x":"X2"}'),
            (6, 2, '0', 'closed', '3/4/1', 73, '{}'), (7, 2, '0', 'closed', '1/4/1', 74, '{}'),
            (8, 2, '0', 'closed', '2/4/2', 75, '{}');
        INSERT INTO order_raw (raw_id, shop_id, order_id, source, raw)
            SELECT id, shop, id, 'list', raw FROM o;
        INSERT INTO orders (order_key, shop_id, order_id, status, platform_status, type, item_count,
                payment_fen, paid_at, modified_at, has_details, content_hash, list_hash, raw_id,
                first_seen_at, synced_at, asked_ms)
            SELECT id, shop, id, status, platform_status, type, 1, 11000, paid_at, 80, 0, 1, 1, id,
                1, 1, 1 FROM o;
        DROP TABLE o;
        INSERT INTO order_items (shop_id, order_id, item_id, status, platform_status, tracking_no,
                                 logistics_company)
            VALUES (1, '1', 'a', 'unpaid', 'W', ' SF1' || char(12288), ' 顺丰'),
                (2, '5', 'b', 'closed', '2/4/1', 'NEW', NULL);
        INSERT INTO refunds (shop_id, refund_id, status, platform_status, return_tracking_no,
                             modified_at, content_hash, asked_ms, first_seen_at, synced_at, raw)
            VALUES (2, 'r1', 'requested', '4', 'RT ', 1, 1, 1, 1, 1, '{}'),
                (2, 'r2', 'requested', '2', NULL, 1, 1, 1, 1, 1, '{}'),
                (1, 'r3', 'requested', '4', NULL, 1, 1, 1, 1, 1, '{}');
        INSERT INTO shipments (shop_id, order_id, tracking_no, company, status, last_event,
                               last_event_at, next_poll_at, poll_count, first_seen_at, updated_at)
            VALUES (1, '1', 'SF1', NULL, 'pending', NULL, NULL, 801, 0, 1, 1),
                (1, '1', ' SF1' || char(12288), '顺丰' || char(9), 'in_transit', 'x', 600, 800, 3, 1,
                 1),
                (2, '5', 'OLD', NULL, 'pending', NULL, NULL, 899, 1, 1, 1),
                (2, '5', 'NEW', NULL, 'pending', NULL, NULL, 900, 0, 1, 1),
                (2, '5', 'X2', NULL, 'pending', NULL, NULL, 901, 0, 1, 1);
        INSERT INTO shipment_events VALUES (1, '1', ' SF1' || char(12288), 1, 600, 'x', 'GOT')
        """

    @Test func aMigratedFileIsSyncedOn() async throws {
        let database = try versionOne()
        let shop = try await TestShop(database)
        #expect(shop.id == ShopID(1))
        let order = TestOrder("11", at: 70, .shipped, payment: 500).with {
            $0.items = [TestItem("111", quantity: 2).sent("SF1")]
        }
        let outcome = try await shop.list([order])
        #expect(outcome.counts.updated == 1)
        #expect(try database.value("SELECT tracking_no FROM shipments") == "SF1")
        #expect(
            try database.rows(
                "SELECT seq, entity, entity_id, old_status FROM changes WHERE seq > 3 ORDER BY 1")
                == ["4|shipment|11/SF1|-", "5|order|11|paid"])
    }

    /// A follower remembers the last number it saw: none is given out again.
    @Test(
        arguments: [
            ("nothing deleted", "", "4"),
            ("the newest deleted", "DELETE FROM changes WHERE seq > 1", "4"),
            ("the oldest deleted", "DELETE FROM changes WHERE seq < 3", "4"),
            ("all deleted", "DELETE FROM changes", "4"),
            ("many were there", "UPDATE sqlite_sequence SET seq = 70 WHERE name = 'changes'", "71"),
            (
                "many were there, all deleted",
                "UPDATE sqlite_sequence SET seq = 70 WHERE name = 'changes'; DELETE FROM changes",
                "71"
            ),
            (
                "never any", "DELETE FROM changes; DELETE FROM sqlite_sequence", "1"
            ),
        ])
    func numbersAreNeverUsedTwice(why: String, damage: String, next: String) async throws {
        let database = try versionOne(damage)
        let kept = try database.rows("SELECT * FROM changes ORDER BY seq")
        let shop = try await TestShop(database)
        #expect(try database.rows("SELECT * FROM changes ORDER BY seq") == kept, "\(why)")
        #expect(
            try database.rows("SELECT name FROM sqlite_sequence WHERE name <> 'changes'") == [])
        try await shop.list([TestOrder("99", at: 70)])
        #expect(try database.value("SELECT max(seq) FROM changes") == next, "\(why)")
    }

    /// The only way back from a migration is the file from before it.
    @Test func theFileAsItWasIsKept() async throws {
        let database = try versionOne()
        let before = try database.content()
        let store = try database.open()
        let copy = "\(database.path).v1"
        #expect(
            store.migration
                == MigrationReport(found: 1, newest: Migrations.latest, copy: copy))
        let kept = try Connection(copy, isReadOnly: true)
        #expect(try kept.rows("PRAGMA user_version") == ["1"])
        #expect(try kept.rows("PRAGMA integrity_check") == ["ok"])
        #expect(try kept.rows("SELECT count(*) FROM order_raw") == ["2"])
        // Put back, it is the database that it was.
        try FileManager.default.removeItem(atPath: database.path)
        for companion in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: database.path + companion)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: database.path)
        #expect(try database.content() == before)
        // A new file, or one that is up to date, has nothing to keep.
        let fresh = try TestDatabase()
        #expect(try fresh.open().migration == nil)
        #expect(try fresh.open().migration == nil)
        #expect(!FileManager.default.fileExists(atPath: "\(fresh.path).v0"))
    }

    /// A step that fails leaves the file unchanged; the next start tries again.
    /// The steps before it leave nothing either: all are one transaction.
    @Test(arguments: [
        ("CREATE TABLE refunds (theirs INTEGER)", "DROP TABLE refunds"),
        (
            "ALTER TABLE shops ADD COLUMN seller_id TEXT",
            "ALTER TABLE shops DROP COLUMN seller_id"
        ),
    ])
    func aFailedStepLeavesVersionOne(obstacle: String, removal: String) async throws {
        let database = try versionOne(obstacle)
        let before = try database.content()
        #expect(throws: StoreError.self) { try database.open() }
        #expect(try database.content() == before)
        #expect(try database.value("PRAGMA user_version") == "1")
        try database.execute(removal)
        _ = try database.open()
        #expect(try database.value("PRAGMA user_version") == "\(Migrations.latest)")
    }

    /// `status` only reads: it cannot migrate, but says what to do.
    @Test func theStatusOfAnOldFileIsReported() throws {
        let database = try versionOne()
        do throws(StoreError) {
            _ = try OrderStore.readStatus(
                path: database.path, day: "2025-11-11", now: UTCInstant(seconds: 1_000))
            Issue.record("read from an old file")
        } catch {
            guard case .failed(_, let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.contains("older"))
        }
    }

    /// A daemon and a command may make a new file at the same time.
    @Test func manyOpenANewFileAtOnce() async throws {
        for _ in 0..<10 {
            let database = try TestDatabase()
            let versions = try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try database.open() } }
                try await group.waitForAll()
                return try database.value("PRAGMA user_version")
            }
            #expect(versions == "\(Migrations.latest)")
        }
    }
}
