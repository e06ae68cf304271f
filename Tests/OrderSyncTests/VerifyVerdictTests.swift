import Foundation
import SyncCore
import Testing

@testable import OrderStore
@testable import OrderSync

/// What `verify` says, and whether it exits with 0.
@Suite struct VerifyVerdictTests {
    private func finding(
        _ order: String, _ kind: String, platform: Int64? = 1_762_819_200,
        stored: Int64? = nil, isRepaired: Bool = false, columns: [String] = []
    ) -> VerifyResult.Finding {
        VerifyResult.Finding(
            order: order, kind: kind, platformModifiedAt: platform, storedModifiedAt: stored,
            isRepaired: isRepaired, columns: columns)
    }

    private func verdict(
        _ standing: [VerifyResult.Finding], repaired: [VerifyResult.Finding] = [],
        caughtUp: Int64 = 0, settledUntil: Int64? = nil, isLive: Bool = false,
        isRepair: Bool = false
    ) -> VerifyVerdict {
        var result = VerifyResult()
        (result.platformOrders, result.storedOrders) = (1_200, 1_199)
        (result.standing, result.repaired, result.caughtUp) = (standing, repaired, caughtUp)
        return VerifyVerdict(
            result: result, settledUntil: settledUntil.map { UTCInstant(seconds: $0) },
            isLive: isLive, isRepair: isRepair)
    }

    @Test func aListWithoutFindingsIsProven() {
        let verdict = verdict([])
        #expect(verdict.isProven)
        #expect(verdict.text == "proven equal: 1,200 orders, each compared")
    }

    @Test func aRepairedListIsProven() {
        let verdict = verdict(
            [],
            repaired: [
                finding("1", "missing", isRepaired: true),
                finding("2", "differs", isRepaired: true, columns: ["title", "item 3 surplus"]),
                finding("4", "stale", isRepaired: true),
            ], caughtUp: 2, isRepair: true)
        #expect(verdict.isProven)
        #expect(
            verdict.text == """
                proven equal: 1,200 orders, each compared
                repaired: 3 orders
                  1: was missing
                  2: title, item 3 surplus
                  4: was older
                changed meanwhile and synced: 2 orders
                """)
    }

    /// What cannot be compared is never called equal.
    @Test func whatCannotBeComparedIsCounted() throws {
        var result = VerifyResult()
        (result.platformOrders, result.storedOrders) = (1_200, 1_170)
        (result.purgedOrders, result.hiddenOrders) = (30, 1_000)
        let verdict = VerifyVerdict(
            result: result, settledUntil: nil, isLive: false, isRepair: false)
        #expect(verdict.isProven)
        #expect(
            verdict.text == """
                proven equal: 1,170 orders, each compared
                not comparable: 30 orders purged here
                not comparable: buyer and receiver columns of 1,000 orders, hidden here
                """)
        let json = try json(verdict)
        #expect(json["compared"] as? Int == 1_170)
        #expect(json["purged"] as? Int == 30)
        #expect(json["hidden"] as? Int == 1_000)
    }

    /// What lists do not state was not compared, and is named.
    @Test func whatListsDoNotStateIsNamed() throws {
        var result = VerifyResult()
        (result.platformOrders, result.storedOrders) = (1_200, 1_200)
        result.unstatedOrders = 1_150
        result.unstatedColumns = ["buyer_message", "seller_memo"]
        var verdict = VerifyVerdict(
            result: result, settledUntil: nil, isLive: false, isRepair: false)
        #expect(
            verdict.text == """
                proven equal: 1,200 orders, each compared in what the platform's lists state
                not compared: buyer_message, seller_memo of 1,150 orders; the platform's lists do \
                not state them. --details compares them, by one call for each
                """)
        let json = try json(verdict)
        #expect(json["unstated"] as? Int == 1_150)
        #expect(json["unstated_columns"] as? [String] == ["buyer_message", "seller_memo"])
        #expect(json["details_calls"] == nil)
        // With --details, some orders may be gone from the platform meanwhile.
        verdict.details = VerifyVerdict.Details(orders: 0, calls: 1_150)
        #expect(
            verdict.text == """
                proven equal: 1,200 orders, each compared in what the platform's lists state
                read in full: 0 orders, by 1,150 calls
                not compared: buyer_message, seller_memo of 1,150 orders; the platform does not \
                state them
                """)
        let read = try self.json(verdict)
        #expect(read["details_calls"] as? Int == 1_150)
        #expect(read["details_read"] as? Int == 0)
    }

    /// Rows that cannot be read were not compared: the range is not equal.
    @Test func whatCannotBeReadIsNotEqual() throws {
        let verdict = verdict(
            [finding("11", "rejected", columns: ["malformed_money"])], settledUntil: 0)
        #expect(!verdict.isProven)
        #expect(
            verdict.text == """
                rejected 11: platform 2025-11-11 08:00:00, stored - Beijing time: malformed_money
                NOT equal: 1,200 orders at the platform, 1 not compared
                not compared: 1 row of the platform that cannot be read. The table \
                rejected_rows contains their JSON; report them to the platform
                """)
        let json = try json(verdict)
        #expect(json["equal"] as? Bool == false)
        #expect(json["rejected"] as? Int == 1)
        #expect(json["behind"] as? Int == 0)
    }

    @Test func aDifferenceIsNotEqual() {
        let verdict = verdict([
            finding("11", "missing"), finding("12", "stale", stored: 1_762_819_140),
            finding("13", "differs", stored: 1_762_819_200, columns: ["seller_memo", "title"]),
            finding("14", "extra", platform: nil, stored: 1_762_819_200),
            finding("15", "missing"),
        ])
        #expect(!verdict.isProven)
        #expect(
            verdict.text == """
                missing 11: platform 2025-11-11 08:00:00, stored - Beijing time
                stale 12: platform 2025-11-11 08:00:00, stored 2025-11-11 07:59:00 Beijing time
                differs 13: platform 2025-11-11 08:00:00, stored 2025-11-11 08:00:00 Beijing time: \
                seller_memo, title
                extra 14: platform -, stored 2025-11-11 08:00:00 Beijing time
                missing 15: platform 2025-11-11 08:00:00, stored - Beijing time
                NOT equal: 1,200 orders at the platform, 2 missing here, 1 older here, \
                1 different here, 1 only here
                --repair stores what the platform shows
                """)
    }

    @Test func manyFindingsAreCut() {
        let verdict = verdict((1...1_030).map { finding("\($0)", "missing") }, isRepair: true)
        let lines = verdict.text.split(separator: "\n")
        #expect(lines.count == 22)
        #expect(lines[20] == "… and 1,010 more")
        #expect(lines[21].hasSuffix("1,030 missing here"))
    }

    @Test func aVerdictBesideADaemonAdvisesToRunItLater() {
        let verdict = verdict([finding("1", "stale", platform: 7)], settledUntil: 7, isLive: true)
        #expect(verdict.text.contains("1 change; run verify again later"))
    }

    /// What no sync had the time to read is late, not lost; but it is not equal.
    @Test(
        arguments: [
            ("missing", 100, 100, true), ("missing", 99, 100, false), ("stale", 101, 100, true),
            ("differs", 101, 100, true), ("extra", nil, 100, false),
            ("missing", 100, nil, false),
        ] as [(String, Int64?, Int64?, Bool)])
    func aChangeThatCouldNotBeReadYetIsBehind(
        kind: String, modified: Int64?, settled: Int64?, isBehind: Bool
    ) throws {
        let verdict = verdict([finding("1", kind, platform: modified)], settledUntil: settled)
        #expect(!verdict.isProven)
        #expect(verdict.text.contains("the database is behind") == isBehind)
        #expect(verdict.text.contains("start the daemon, or use --repair") == isBehind)
        #expect(verdict.text.contains("--repair stores what the platform shows") == !isBehind)
        let json = try json(verdict)
        #expect(json["behind"] as? Int == (isBehind ? 1 : 0))
        #expect(json[kind] as? Int == (isBehind ? 0 : 1))
        #expect((json["findings"] as? [Any])?.count == (isBehind ? 0 : 1))
    }

    private func json(_ verdict: VerifyVerdict) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(verdict.json("shop1").utf8))
        return try #require(value as? [String: Any])
    }

    @Test func jsonHasEveryMember() throws {
        let verdict = verdict(
            [
                finding("9007199254740993", "stale", stored: 5),
                finding("2", "extra", platform: nil),
            ],
            repaired: [finding("3", "differs", isRepaired: true, columns: ["title"])],
            caughtUp: 4)
        #expect(
            try json(verdict) as NSDictionary == [
                "shop": "shop1", "equal": false, "platform_orders": 1_200,
                "stored_orders": 1_199, "missing": 0, "stale": 1, "differs": 0, "extra": 1,
                "rejected": 0, "behind": 0, "repaired": 1, "caught_up": 4, "compared": 1_200,
                "purged": 0,
                "hidden": 0, "unstated": 0, "unstated_columns": [String](),
                "findings": [
                    [
                        "order_id": "9007199254740993", "kind": "stale",
                        "platform_modified_at": 1_762_819_200, "stored_modified_at": 5,
                        "columns": [String](),
                    ],
                    [
                        "order_id": "2", "kind": "extra", "platform_modified_at": NSNull(),
                        "stored_modified_at": NSNull(), "columns": [String](),
                    ],
                ],
                "repairs": [
                    [
                        "order_id": "3", "kind": "differs",
                        "platform_modified_at": 1_762_819_200, "stored_modified_at": NSNull(),
                        "columns": ["title"],
                    ]
                ],
            ])
        #expect(try json(self.verdict([]))["equal"] as? Bool == true)
    }
}
