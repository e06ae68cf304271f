import Foundation
import Testing

extension SystemTests {
    /// Details, refunds and parcels beside the orders.
    @Suite struct EverythingTests {
        private let refunds = """
            SELECT refund_id, order_id, item_id, platform_status,
                   datetime(modified_at, 'unixepoch', '+8 hours'),
                   printf('%d.%02d', refund_fen / 100, refund_fen % 100) FROM refunds
            """
        private let steps = """
            SELECT order_id, tracking_no,
                   (SELECT count(*) FROM shipment_events
                    WHERE shipment_events.order_id = shipments.order_id
                      AND shipment_events.tracking_no = shipments.tracking_no)
            FROM shipments WHERE polled_at IS NOT NULL AND status <> 'replaced'
            """

        @Test(arguments: SimulatedPlatform.allCases)
        func everythingAgreesWithThePlatform(platform: SimulatedPlatform) async throws {
            var settings = Site.Settings(platform: platform, orders: 150, rate: 8)
            settings.overlap = 3
            settings.shopLines = """
                refund_interval = "1s"
                parcel_interval = "1s"
                """
            settings.faults = ["hollow_rate=0.1", "service_fault_rate=0.02"]
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(150)
            try await site.control("quiet=true&calm=true")
            try await site.converge()
            try await wait("all details") {
                try site.rows(
                    "SELECT (SELECT count(*) FROM orders WHERE has_details = 0), "
                        + "(SELECT count(*) FROM detail_queue)") == ["0|0"]
            }
            let platform = try await site.truth(
                "shop1", of: "refunds",
                ["refund_id", "tid", "oid", "status", "modified", "refund_fee"])
            #expect(!platform.isEmpty)
            try await wait("all refunds") { Set(try site.rows(refunds)) == platform }
            let parcels = try await site.truth(
                "shop1", of: "parcels", ["tid", "out_sid", "company_name"])
            #expect(parcels.count > 50)
            #expect(
                Set(
                    try site.rows(
                        "SELECT order_id, tracking_no, company FROM shipments_readable "
                            + "WHERE status <> '单号已更换'")) == parcels)
            try await wait("all parcels to be asked about") {
                try site.rows(
                    "SELECT count(*) FROM shipments "
                        + "WHERE next_poll_at IS NOT NULL AND polled_at IS NULL") == ["0"]
            }
            try await wait("the ways of the parcels") {
                let ways = try await site.truth(
                    "shop1", of: "parcels", ["tid", "out_sid", "steps"])
                return try Set(site.rows(steps)).isSubset(of: ways)
            }
            try await check(site)
            try await site.terminate(run)
            try site.checkLog()
        }

        /// What agrees within the database, and what is said of it.
        private func check(_ site: Site) async throws {
            #expect(try !site.rows(steps).isEmpty)
            let strangers = """
                SELECT refunds.refund_id FROM refunds
                LEFT JOIN order_items USING (shop_id, order_id, item_id)
                WHERE order_items.item_id IS NULL
                """
            #expect(try site.rows(strangers) == [])
            #expect(
                try site.rows(
                    "SELECT DISTINCT entity FROM changes ORDER BY 1")
                    == ["order", "refund", "shipment"])
            let delivered = try site.rows(
                "SELECT count(*) FROM shipments WHERE status = 'delivered' "
                    + "AND (delivered_at IS NULL OR next_poll_at IS NOT NULL)")
            #expect(delivered == ["0"])
            let status = try await site.status()
            let shop = try #require((status["shops"] as? [[String: Any]])?.first)
            #expect(shop["details_not_found"] as? Int == 0)
            #expect(shop["details_refused"] as? Int == 0)
        }
    }
}
