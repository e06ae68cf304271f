import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// One shop has one seller, and one seller one shop.
@Suite struct SellerTests {
    private let ann = SellerIdentity(id: "1001", nick: "ann")
    private let bob = SellerIdentity(id: "1002", nick: "bob")

    @Test func aSellerIsLearnedAndKept() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        #expect(try await store.recogniseSeller(ann, of: shop) == .accepted)
        #expect(try await store.recogniseSeller(bob, of: shop) == .otherSeller(ann))
        let renamed = SellerIdentity(id: "1001", nick: "anna")
        #expect(try await store.recogniseSeller(renamed, of: shop) == .accepted)
        #expect(
            try await store.recogniseSeller(SellerIdentity(nick: "anna"), of: shop) == .accepted)
        #expect(try database.rows("SELECT seller_id || seller_nick FROM shops") == ["1001anna"])
    }

    @Test func oneSellerHasOneShop() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let one = try await store.registerShop("one")
        let two = try await store.registerShop("two")
        #expect(try await store.recogniseSeller(ann, of: one) == .accepted)
        #expect(try await store.recogniseSeller(ann, of: two) == .shop(named: "one"))
        #expect(try await store.recogniseSeller(bob, of: two) == .accepted)
        // Numbers of two platforms have nothing to do with each other.
        let third = try await store.registerShop(name: "pdd", platform: "pinduoduo", app: "p")
        #expect(try await store.recogniseSeller(ann, of: third) == .accepted)
    }

    private func row(_ id: String, nick: String, at: Int64) -> TestOrder {
        var order = TestOrder(id, at: at)
        order.raw = Array("{\"tid\":\(id),\"seller_nick\":\"\(nick)\"}".utf8)
        return order
    }

    /// A database of an earlier version knows no sellers; its rows name them.
    @Test func rowsOfEarlierVersionsCount() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store(
            [row("1", nick: "old", at: 10), row("2", nick: "ann", at: 20)], shop: shop)
        let stored = SellerIdentity(nick: "ann")
        #expect(try await store.recogniseSeller(bob, of: shop) == .otherSeller(stored))
        #expect(try OrderStore.readSellers(path: database.path).map(\.seller) == [stored])
        #expect(try await store.recogniseSeller(ann, of: shop) == .accepted)
        #expect(
            try OrderStore.readSellers(path: database.path)
                == [StoredSeller(shop: "one", platform: "taobao", seller: ann, hasRows: true)])
    }

    @Test func namesInRowsAreCompared() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let other = try await store.registerShop("two")
        #expect(try await store.compareNick("ann", of: shop) == .accepted)
        #expect(
            try await store.compareNick("bob", of: shop)
                == .otherSeller(SellerIdentity(nick: "ann")))
        #expect(try await store.compareNick("a**", of: shop) == .accepted)
        #expect(try await store.compareNick("ann", of: other) == .accepted)
    }

    /// Stored by an earlier version, or in a row: the next whole name takes its place.
    @Test func aGarbledNameIsReplaced() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([row("1", nick: "\u{FFFD}\u{FFFD}", at: 10)], shop: shop)
        #expect(try await store.compareNick("\u{FFFD}", of: shop) == .accepted)
        try database.execute("UPDATE shops SET seller_nick = char(0xfffd)")
        #expect(try await store.compareNick("ann", of: shop) == .accepted)
        #expect(try database.rows("SELECT seller_nick FROM shops") == ["ann"])
        #expect(
            try await store.compareNick("bob", of: shop)
                == .otherSeller(SellerIdentity(nick: "ann")))
    }

    @Test func ordersUnderAFormerNameAreFound() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let old = try await store.registerShop("old")
        let new = try await store.registerShop("new")
        let other = try await store.registerShop(name: "pdd", platform: "pinduoduo", app: "p")
        for shop in [old, other] { try await store.store([TestOrder("7", at: 10)], shop: shop) }
        func candidates(_ configured: Set<String>) async throws -> [ShopID] {
            try await store.formerShops(configured: configured).map(\.key)
        }
        #expect(try await candidates(["new"]) == [old, other])
        #expect(try await candidates(["new", "old"]) == [other])
        #expect(try await candidates(["pdd", "old"]) == [], "new has no rows")
        func former(_ orders: [String]) async throws -> String? {
            try await store.formerShop(withOrders: orders, of: new, among: [other, old])
        }
        #expect(try await former(["5", "7"]) == "old")
        #expect(try await former(["5"]) == nil)
        // An order that both have was stored twice by an earlier version: that blocks nothing.
        try await store.store([TestOrder("7", at: 10)], shop: new)
        #expect(try await former(["7"]) == nil)
    }

    /// A renamed shop of an earlier version: only the rows of its former name say whose it is.
    @Test func theNameInRowsOfAFormerShopCounts() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let old = try await store.registerShop("old")
        let new = try await store.registerShop("new")
        try await store.store([row("1", nick: "ann", at: 10)], shop: old)
        #expect(try await store.recogniseSeller(ann, of: new) == .shop(named: "old"))
        // A shop with rows works already: its rows are compared, names are not.
        try await store.store([row("2", nick: "ann", at: 10)], shop: new)
        #expect(try await store.recogniseSeller(ann, of: new) == .accepted)
    }

    /// Two shops of one seller, of whom the platform answers nothing: rows or orders show it.
    @Test func oneSellerUnderTwoNamesIsFound() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let one = try await store.registerShop("one")
        let two = try await store.registerShop("two")
        let third = try await store.registerShop(name: "pdd", platform: "pinduoduo", app: "p")
        let all: Set<String> = ["one", "two", "pdd"]
        func twin(
            _ shop: ShopID, nick: String = "", _ orders: [String] = [],
            configured: Set<String> = all
        ) async throws -> SellerTwin? {
            try await store.twin(of: shop, nick: nick, reading: orders, configured: configured)
        }
        let byOrder = SellerTwin(shop: "one", seller: SellerIdentity(), order: "7")
        try await store.store([TestOrder("7", at: 10), TestOrder("8", at: 20)], shop: one)
        #expect(try await twin(two, ["5", "7"]) == byOrder)
        #expect(try await twin(two, ["5"]) == nil)
        // The later one is the second; a shop that is not configured is a former name, which
        // `formerShop` finds; equal numbers of two platforms say nothing.
        #expect(try await twin(one, ["7"]) == nil)
        #expect(try await twin(two, ["7"], configured: ["two", "pdd"]) == nil)
        #expect(try await twin(third, ["7"]) == nil)
        // Both stored it before one of them was compared.
        try await store.store([TestOrder("7", at: 10), TestOrder("9", at: 20)], shop: two)
        #expect(try await twin(two) == byOrder)
        #expect(try await twin(one) == nil)
        // Names, where they are equal; two names prove nothing against an order.
        #expect(try await store.compareNick("ann", of: one) == .accepted)
        let byName = SellerTwin(shop: "one", seller: SellerIdentity(nick: "ann"), order: "")
        #expect(try await twin(two, nick: "ann") == byName)
        #expect(try await twin(two, nick: "bob") == byOrder)
        // Two numbers are two sellers.
        #expect(try await store.recogniseSeller(ann, of: one) == .accepted)
        #expect(try await store.recogniseSeller(bob, of: two) == .accepted)
        #expect(try await twin(two, ["7"]) == nil)
        let read = try OrderStore.readTwin(
            path: database.path, of: "new", platform: "taobao", nick: "", reading: ["9"],
            configured: ["two", "new"])
        #expect(read == SellerTwin(shop: "two", seller: SellerIdentity(), order: "9"))
    }

    @Test func anotherNameIsAcceptedWithAStoredOrder() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([row("1", nick: "old", at: 10)], shop: shop)
        #expect(try await store.recogniseSeller(ann, of: shop) != .accepted)
        #expect(try await !store.acceptName(of: ann, for: shop, reading: ["2"]))
        #expect(try await store.recogniseSeller(ann, of: shop) != .accepted)
        #expect(try await store.acceptName(of: ann, for: shop, reading: ["2", "1"]))
        #expect(try await store.recogniseSeller(ann, of: shop) == .accepted)
        #expect(try database.rows("SELECT seller_id, seller_nick FROM shops") == ["1001|ann"])
    }

    // MARK: Promoters

    /// A PID is of one account: the same order under the same PID is the same account's.
    @Test func ordersOfAnotherPromoterAreFound() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shops = [
            try await store.registerShop("first"), try await store.registerShop("second"),
        ]
        for shop in shops {
            var change = LedgerChange(stream: StreamID(shop: shop, kind: .affiliate))
            change.cursor = UTCInstant(seconds: 5)
            _ = try await store.apply(
                [.page(PageCommit(content: nil, change: change))], now: UTCInstant(seconds: 10))
        }
        var row = AffiliateRow(id: "251101-1", modifiedAt: UTCInstant(seconds: 10))
        row.pid = "100_1"
        let change = LedgerChange(stream: StreamID(shop: shops[0], kind: .affiliate))
        let commit = PageCommit(content: .affiliate(AffiliatePage(orders: [row])), change: change)
        _ = try await store.apply([.page(commit)], now: UTCInstant(seconds: 10))
        func other(_ orders: [(String, String)], _ shop: ShopID) async throws -> String? {
            try await store.otherPromoter(
                withOrders: orders.map { (order: $0.0, pid: $0.1) }, of: shop)
        }
        let both = [("251102-1", "100_1"), ("251101-1", "100_1")]
        #expect(try await other(both, shops[1]) == "first")
        #expect(try await other([both[0]], shops[1]) == nil)
        #expect(try await other([("251101-1", "200_1")], shops[1]) == nil)
        // The one that was first continues.
        #expect(try await other(both, shops[0]) == nil)
    }

    // MARK: Renaming

    @Test func aRenamedShopKeepsItsRows() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let old = try await store.registerShop("old")
        try await store.store((1...3).map { TestOrder("\($0)", at: 10) }, shop: old)
        _ = try await store.registerShop("new")
        #expect(
            try ShopRename.run(path: database.path, from: "old", to: "new", replaces: false) == 3)
        #expect(try database.rows("SELECT name FROM shops") == ["new"])
        #expect(try await store.registerShop("new") == old)
    }

    @Test func rowsOfTheNewNameAreDeletedOnlyOnRequest() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let old = try await store.registerShop("old")
        let new = try await store.registerShop("new")
        for shop in [old, new] { try await store.store([TestOrder("1", at: 10)], shop: shop) }
        try await store.store([TestOrder("2", at: 20)], shop: new)
        // The deleted shop's verification is the latest, and its number is given out again.
        let id = try await verification(of: new, finding: "2", store)
        let content = try database.content()
        let failure = #expect(throws: StoreError.self) {
            try ShopRename.run(path: database.path, from: "old", to: "new", replaces: false)
        }
        #expect(failure?.line.contains("--replace") == true)
        #expect(try database.content() == content)
        #expect(
            try ShopRename.run(path: database.path, from: "old", to: "new", replaces: true) == 1)
        let tables = try database.rows(
            "SELECT m.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c "
                + "WHERE m.type = 'table' AND c.name = 'shop_id'")
        for table in tables {
            let left = try database.value(
                "SELECT count(*) FROM \(table) WHERE shop_id = \(new.rawValue)")
            #expect(left == "0", "\(table)")
        }
        #expect(
            try DatabaseCheck.run(path: database.path, now: UTCInstant(seconds: 100)).filter {
                !$0.isGood
            } == [])
        #expect(try database.value("SELECT count(*) FROM verify_findings") == "0")
        #expect(try await verification(of: old, finding: nil, store) == id)
    }

    private func verification(
        of shop: ShopID, finding: String?, _ store: OrderStore
    ) async throws -> Int64 {
        let range = TimeWindow(start: UTCInstant(seconds: 0), end: UTCInstant(seconds: 100))
        let id = try await store.beginVerification(
            shop, range, isRepair: false, now: UTCInstant(seconds: 200))
        guard let finding else { return id }
        var result = VerifyResult()
        result.standing = [
            VerifyResult.Finding(
                order: finding, kind: "missing", platformModifiedAt: 1, storedModifiedAt: nil,
                isRepaired: false)
        ]
        try await store.endVerification(id, result)
        return id
    }

    /// Findings that a deleted verification left behind are none of the next one's.
    @Test func aVerificationBeginsWithoutFindings() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let range = TimeWindow(start: UTCInstant(seconds: 0), end: UTCInstant(seconds: 100))
        let id = try await verification(of: shop, finding: "2", store)
        try database.execute("DELETE FROM verifications")
        #expect(try await verification(of: shop, finding: nil, store) == id)
        #expect(
            try await store.result(ofVerification: id, shop: shop, range: range).standing == [])
    }

    @Test func impossibleRenamesAreRefused() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        _ = try await store.registerShop("old")
        _ = try await store.registerShop(name: "pdd", platform: "pinduoduo", app: "p")
        for (from, to) in [("none", "new"), ("old", "pdd")] {
            #expect(throws: StoreError.self) {
                try ShopRename.run(path: database.path, from: from, to: to, replaces: true)
            }
        }
        #expect(try database.rows("SELECT name FROM shops ORDER BY 1") == ["old", "pdd"])
    }
}
