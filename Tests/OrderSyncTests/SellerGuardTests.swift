import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Configuration
@testable import Engine
@testable import OrderStore

/// What is compared with the database before rows of a session are stored.
@Suite struct SellerGuardTests {
    private let ann = SellerIdentity(id: "1001", nick: "ann")

    private func withStore(_ body: (OrderStore, String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "ordersync-guard-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(try OrderStore(path: folder + "/orders.db"), folder + "/orders.db")
    }

    /// A page with these orders; `nick` is the seller's name in each.
    private func page(_ orders: [String], nick: String? = nil) -> OrderPage {
        var page = OrderPage(bytes: [])
        for order in orders {
            let from = page.bytes.count
            page.bytes += Array(order.utf8)
            var row = OrderRow()
            row.id = ByteRange(offset: from, count: page.bytes.count - from)
            row.modifiedAt = UTCInstant(seconds: 10)
            let raw = page.bytes.count
            page.bytes += Array(
                (nick.map { "{\"seller_nick\":\"\($0)\"}" } ?? "{\"order_sn\":\"\(order)\"}").utf8)
            row.raw = ByteRange(offset: raw, count: page.bytes.count - raw)
            page.orders.append(row)
        }
        return page
    }

    private func store(
        _ orders: [String], nick: String? = nil, _ shop: ShopID, in store: OrderStore
    ) async throws {
        let stream = StreamID(shop: shop, kind: .orders)
        let commit = PageCommit(
            content: .orders(page(orders, nick: nick)), change: LedgerChange(stream: stream))
        _ = try await store.apply([.page(commit)], now: UTCInstant(seconds: 100))
    }

    private func sellerGuard(
        _ store: OrderStore, _ shop: ShopID, configured: Set<String> = ["new"]
    ) -> SellerGuard {
        SellerGuard(store: store, names: [shop: "new"], configured: configured)
    }

    /// A database of an earlier version knows no seller, and Pinduoduo's rows name none: the
    /// orders themselves say that the shop was renamed.
    @Test(arguments: ["pinduoduo", "taobao"])
    func aRenamedShopOfAnEarlierVersionIsFound(platform: String) async throws {
        try await withStore { store, _ in
            let old = try await store.registerShop(name: "old", platform: platform, app: "m")
            try await self.store(["1", "2"], old, in: store)
            let new = try await store.registerShop(name: "new", platform: platform, app: "m")
            let sellers = sellerGuard(store, new)
            #expect(await sellers.recognise(ann, new, session: "s") == nil)
            let unknown = AnswerContent.orders(page(["8", "9"]))
            #expect(await sellers.refusal(of: unknown, new, session: "s") == nil)
            let known = AnswerContent.orders(page((10...80).map { "\($0)" } + ["2"]))
            let refusal = await sellers.refusal(of: known, new, session: "s")
            #expect(refusal?.isOtherSeller == true)
            #expect(refusal?.line.contains("ordersync db rename-shop old new") == true)
            // Nothing more is called with it.
            let again = await sellers.refusal(new, session: "s", source: .inline("s"), isList: true)
            #expect(again?.isOtherSeller == true)
        }
    }

    /// The platform does not say whose the sessions are, and both shops are configured: the later
    /// one is paused by an order that both read, or by the name in its rows.
    @Test(arguments: [nil, "ann"])
    func oneSellerUnderTwoNamesIsPaused(nick: String?) async throws {
        try await withStore { store, _ in
            let platform = nick == nil ? "pinduoduo" : "taobao"
            let old = try await store.registerShop(name: "old", platform: platform, app: "m")
            let new = try await store.registerShop(name: "new", platform: platform, app: "m")
            let sellers = SellerGuard(
                store: store, names: [old: "old", new: "new"], configured: ["old", "new"])
            for shop in [old, new] { await sellers.leaveUnknown(shop, session: Secret("\(shop)")) }
            func refusal(_ orders: [String], _ shop: ShopID) async -> CallFailure? {
                await sellers.refusal(
                    of: .orders(page(orders, nick: nick)), shop, session: Secret("\(shop)"))
            }
            // Both read before one has stored: nothing shows it yet.
            if nick == nil { #expect(await refusal(["1"], new) == nil) }
            #expect(await refusal(["1"], old) == nil)
            for shop in [old, new] { try await self.store(["1"], nick: nick, shop, in: store) }
            #expect(await refusal([], old) == nil)
            #expect(await refusal(["1", "2"], old) == nil)
            // An empty page is enough where the order is stored; a name is in rows only.
            let found = await refusal(nick == nil ? [] : ["3"], new)
            #expect(found?.isOtherSeller == true)
            let line = found?.line ?? ""
            #expect(
                line.contains(
                    nick == nil
                        ? "shops old and new both read order 1, so they are one seller"
                        : "seller \"ann\" is synced as shop old already"))
            #expect(line.contains("Remove one of the two [[shop]] entries"))
            let next = await sellers.refusal(
                new, session: Secret("\(new)"), source: .inline(""), isList: true)
            #expect(next?.isOtherSeller == true, "no further call")
        }
    }

    /// Refunds name orders, too.
    @Test func refundsShowOneSellerUnderTwoNames() async throws {
        try await withStore { store, _ in
            let first = try await store.registerShop(
                name: "first", platform: "pinduoduo", app: "m")
            let new = try await store.registerShop(name: "new", platform: "pinduoduo", app: "m")
            try await self.store(["1"], first, in: store)
            let sellers = SellerGuard(
                store: store, names: [new: "new"], configured: ["first", "new"])
            await sellers.leaveUnknown(new, session: "s")
            func refunds(of order: String) -> AnswerContent {
                var row = RefundRow(id: "r", modifiedAt: UTCInstant(seconds: 10))
                row.order = order
                return .refunds(RefundPage(refunds: [row], source: .list))
            }
            #expect(await sellers.refusal(of: refunds(of: "2"), new, session: "s") == nil)
            let refusal = await sellers.refusal(of: refunds(of: "1"), new, session: "s")
            #expect(refusal?.isOtherSeller == true)
        }
    }

    /// A former shop of another seller is none.
    @Test func otherShopsAreNotCompared() async throws {
        try await withStore { store, _ in
            let old = try await store.registerShop(name: "old", platform: "taobao", app: "m")
            try await self.store(["1"], old, in: store)
            let new = try await store.registerShop(name: "new", platform: "taobao", app: "m")
            let known = AnswerContent.orders(page(["1"]))
            let bob = SellerIdentity(id: "1002", nick: "bob")
            #expect(try await store.recogniseSeller(bob, of: old) == .accepted)
            let one = sellerGuard(store, new)
            #expect(await one.recognise(ann, new, session: "s") == nil)
            #expect(await one.refusal(of: known, new, session: "s") == nil)
        }
    }

    /// Only a name is known of the seller, and the session has another: it was changed if the
    /// session reads what is stored.
    @Test(arguments: [true, false])
    func aSellerWhoChangedTheNameIsAccepted(isNumberKnown: Bool) async throws {
        try await withStore { store, path in
            let new = try await store.registerShop(name: "new", platform: "taobao", app: "m")
            try await self.store(["1", "2"], nick: "old name", new, in: store)
            if !isNumberKnown {
                #expect(try await store.compareNick("old name", of: new) == .accepted)
            }
            let sellers = sellerGuard(store, new)
            if isNumberKnown {
                #expect(await sellers.recognise(ann, new, session: "s") == nil)
            } else {
                await sellers.leaveUnknown(new, session: "s")
            }
            func refusal(_ orders: [String]) async -> CallFailure? {
                await sellers.refusal(
                    of: .orders(page(orders, nick: "ann")), new, session: "s")
            }
            // Not proven: nothing is stored, and it is tried again.
            for orders in [["8", "9"], ["9"]] {
                let failure = await refusal(orders)
                #expect(failure?.disposition == .retry(afterSeconds: 60))
                #expect(failure?.isOtherSeller == false)
                #expect(failure?.line.contains("only by the name \"old name\"") == true)
                #expect(failure?.line.contains("ordersync auth login new") == true)
            }
            #expect(await refusal(["9", "2"]) == nil)
            #expect(await refusal(["8"]) == nil)
            let stored = try OrderStore.readSellers(path: path).map(\.seller)
            #expect(stored == [isNumberKnown ? ann : SellerIdentity(nick: "ann")])
        }
    }

    /// Until the name is accepted, what is no list of orders proves nothing.
    @Test func anUnprovenSessionStoresNothing() async throws {
        try await withStore { store, _ in
            let new = try await store.registerShop(name: "new", platform: "taobao", app: "m")
            try await self.store(["1"], nick: "old name", new, in: store)
            let sellers = sellerGuard(store, new)
            #expect(await sellers.recognise(ann, new, session: "s") == nil)
            let empty = AnswerContent.orders(OrderPage(bytes: []))
            #expect(await sellers.refusal(of: empty, new, session: "s") != nil)
            let refunds = AnswerContent.refunds(RefundPage(refunds: [], source: .list))
            #expect(await sellers.refusal(of: refunds, new, session: "s") != nil)
            // Another seller's order is not found: that must not end the work on ours.
            for (isList, isRefused) in [(true, false), (false, true)] {
                let refusal = await sellers.refusal(
                    new, session: "s", source: .inline("s"), isList: isList)
                #expect((refusal != nil) == isRefused)
            }
            #expect(await sellers.unproven(new, session: "s") != nil)
            let known = AnswerContent.orders(page(["1"], nick: "ann"))
            #expect(await sellers.refusal(of: known, new, session: "s") == nil)
            #expect(await sellers.unproven(new, session: "s") == nil)
        }
    }
}
