import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

@Suite struct ListTests {
    /// All rows of the list by modification: day by day, page by page.
    private func modified(_ caller: inout Caller, type: String?) -> Set<String> {
        var found: Set<String> = []
        for day in 0..<32 {
            let end = UTCInstant(seconds: caller.now / 1_000 - Int64(day) * 86_400)
            for page in 1...100 {
                let text = caller.increment([
                    "start_modified": BeijingTime.text(end.advanced(bySeconds: -86_400)),
                    "end_modified": BeijingTime.text(end), "page_no": "\(page)",
                    "page_size": "7", "use_has_next": "true", "type": type,
                ])
                let rows = values(of: "modified", in: text)
                #expect(rows == rows.sorted(by: >), "newest first")
                found.formUnion(values(of: "tid", in: text))
                if values(of: "has_next", in: text) == ["false"] { break }
                #expect(rows.count == 7, "only the last page is short")
            }
        }
        return found
    }

    private func created(_ caller: inout Caller, type: String?) -> Set<String> {
        var found: Set<String> = []
        for page in 1...100 {
            let text = caller.text(
                "taobao.trades.sold.get",
                [
                    "fields": "tid,created", "page_no": "\(page)", "page_size": "9",
                    "use_has_next": "true", "type": type,
                ])
            let rows = values(of: "created", in: text)
            #expect(rows == rows.sorted(by: >), "newest first")
            let tids = values(of: "tid", in: text)
            #expect(found.isDisjoint(with: tids))
            found.formUnion(tids)
            if values(of: "has_next", in: text) == ["false"] { break }
        }
        return found
    }

    @Test func bothListsHoldTheTruth() throws {
        var caller = Caller()
        let truth = String(
            decoding: try #require(caller.gateway.truth(shop: "shop1")), as: UTF8.self)
        let tids = Set(values(of: "tid", in: truth))
        #expect(tids.count == 300)
        #expect(modified(&caller, type: Caller.allTypes) == tids)
        #expect(created(&caller, type: Caller.allTypes) == tids)
    }

    @Test func withoutTypeSomeOrdersAreMissing() {
        var caller = Caller()
        let orders = caller.gateway.world.shops[0].orders
        let expected = Set(
            orders.filter { TradeType.listedByDefault.contains($0.type) }.map { "\($0.tid)" })
        #expect(expected.count < 290)
        #expect(modified(&caller, type: nil) == expected)
        #expect(created(&caller, type: nil) == expected)
    }

    @Test func theListCountsOrSaysWhetherMoreFollow() {
        var caller = Caller()
        let counted = caller.increment(["page_size": "1"])
        #expect(values(of: "total_results", in: counted).count == 1)
        #expect(values(of: "has_next", in: counted).isEmpty)
        let following = caller.increment(["page_size": "1", "use_has_next": "true"])
        #expect(values(of: "has_next", in: following) == ["true"])
        #expect(values(of: "total_results", in: following).isEmpty)
    }

    @Test func anEmptyListHasNoKey() {
        var caller = Caller()
        let empty = caller.increment(["buyer_nick": "stranger"])
        #expect(!empty.contains("trades\":"))
        #expect(values(of: "total_results", in: empty) == ["0"])
    }

    @Test func boundsAreInclusive() throws {
        var caller = Caller()
        let entry = try #require(caller.gateway.world.shops[0].index.entries.dropLast(20).last)
        let tid = "\(caller.gateway.world.shops[0].orders[entry.serial].tid)"
        for (start, end) in [(-60 as Int64, 0 as Int64), (0, 60)] {
            let text = caller.increment([
                "start_modified": BeijingTime.text(entry.modified.advanced(bySeconds: start)),
                "end_modified": BeijingTime.text(entry.modified.advanced(bySeconds: end)),
            ])
            #expect(values(of: "tid", in: text).contains(tid))
        }
    }

    @Test func theListGivesTheFieldsThatAreAskedFor() {
        var caller = Caller()
        let one = caller.increment(["fields": "tid", "page_size": "1", "use_has_next": "true"])
        let row = one.split(separator: "[")[1].split(separator: "]")[0]
        #expect(row.hasPrefix("{\"tid\":"))
        #expect(!row.contains(","))
        let nested = caller.increment(["fields": "tid,orders.oid,seller_memo"])
        #expect(nested.contains("\"orders\":{\"order\":[{\"oid\":"))
        #expect(!nested.contains("seller_memo"), "memos are in single reads only")
        #expect(!nested.contains("title"))
        let simplified = caller.increment(["fields": "tid,orders.oid", "simplify": "true"])
        #expect(simplified.hasPrefix("{\"total_results\":"))
        #expect(simplified.contains("\"trades\":[{\"tid\":"))
        #expect(simplified.contains("\"orders\":[{\"oid\":"))
    }

    @Test func aSessionOpensItsShopOnly() throws {
        var caller = Caller { $0.shopCount = 2 }
        let session = try #require(caller.gateway.session(ofShop: "shop2"))
        let truth = String(
            decoding: try #require(caller.gateway.truth(shop: "shop2")), as: UTF8.self)
        let listed = values(of: "tid", in: caller.increment(["session": session]))
        #expect(!listed.isEmpty)
        #expect(Set(listed).isSubset(of: values(of: "tid", in: truth)))
        let foreign = caller.text(
            "taobao.trade.fullinfo.get", ["tid": listed[0], "fields": "tid"])
        #expect(values(of: "sub_code", in: foreign) == ["isv.trade-not-exist"])
    }

    @Test func aBurstOverflowsAPage() {
        var caller = Caller {
            $0.ordersPerShop = 500
            $0.burst = SandboxConfiguration.Burst(orders: 350, everySeconds: 0)
        }
        let text = caller.increment(seconds: 1, ["page_size": "100"])
        #expect(Int(values(of: "total_results", in: text).first ?? "") ?? 0 >= 350)
        #expect(Set(values(of: "modified", in: text)) == ["2025-11-11 20:00:00"])
    }
}
