import Foundation
import SyncCore
import Testing

@testable import Platforms

/// Every answer of `Fixtures/`, field by field against Foundation.
@Suite struct TaobaoFixtureTests {
    private let adapter = TaobaoAdapter()

    @Test func theDecoderReadsEveryAnswerAsFoundationDoes() throws {
        var orders = 0
        var items = 0
        for file in try Fixture.tradeAnswers() {
            let bytes = try Fixture.bytes(file)
            for body in [bytes, Fixture.compact(bytes)] {
                let page = try adapter.page(body)
                try TradeOracle(page: page, file: file).check(TradeOracle.trades(body))
                (orders, items) = (orders + page.orders.count, items + page.items.count)
            }
        }
        #expect(orders >= 28, "\(orders) orders, \(items) items")
        #expect(items >= 20, "\(orders) orders, \(items) items")
    }

    @Test func rawIsTheTradeByteForByte() throws {
        for file in try Fixture.tradeAnswers() {
            let body = try Fixture.bytes(file)
            let page = try adapter.page(body)
            #expect(page.bytes.starts(with: body), "\(file)")
            for (order, trade) in zip(page.orders, try TradeOracle.trades(body)) {
                #expect(order.raw.range.upperBound <= body.count, "\(file)")
                let raw = body[order.raw.range]
                #expect(raw.first == UInt8(ascii: "{"))
                #expect(raw.last == UInt8(ascii: "}"))
                let parsed = try JSONSerialization.jsonObject(with: Data(raw))
                #expect((parsed as? NSDictionary) == (trade as NSDictionary), "\(file)")
            }
        }
    }

    @Test func contentHashDiffersWithEveryByte() throws {
        let body = Fixture.compact(try Fixture.bytes("edge/trade_fullinfo_two_orders.json"))
        let page = try adapter.page(body)
        var seen: Set<UInt64> = [page.orders[0].contentHash]
        var changed = 0
        for index in page.orders[0].raw.range {
            var other = body
            other[index] ^= 1
            // Most changes leave JSON: another digit, another letter.
            guard let order = try? adapter.page(other).orders.first else { continue }
            changed += 1
            seen.insert(order.contentHash)
        }
        #expect(changed > 1_000)
        #expect(seen.count == changed + 1)
        #expect(!seen.contains(0))
        // What stands around the trade does not matter.
        let again = try adapter.page(Array(" \n".utf8) + body + Array("\n".utf8))
        #expect(again.orders[0].contentHash == page.orders[0].contentHash)
        #expect(again.orders[0].idHash == page.orders[0].idHash)
    }

    @Test func theDecoderSaysWhetherMoreFollows() throws {
        let expected: [(String, Bool?, Int?)] = [
            ("edge/increment_has_next_page.json", true, nil),
            ("edge/increment_last_page.json", false, nil),
            ("edge/increment_empty_has_next.json", false, nil),
            ("edge/increment_empty_total.json", nil, 0),
            ("edge/increment_empty_wrapper.json", nil, 0),
            ("edge/increment_simplified.json", false, nil),
            ("answers/taobao.trades.sold.get.2012.response.json", nil, 100),
            ("answers/taobao.trades.sold.increment.get.response.json", true, 100),
        ]
        for (file, hasNext, total) in expected {
            let page = try adapter.page(try Fixture.bytes(file))
            #expect(page.hasNext == hasNext, "\(file)")
            #expect(page.total == total, "\(file)")
        }
    }

    /// A count's answer has rows without a time: they cannot be stored, nor silently dropped.
    @Test func theDecoderRejectsRowsOfACount() throws {
        let page = try adapter.page(try Fixture.bytes("edge/increment_count_only.json"))
        #expect(page.orders.isEmpty)
        #expect(page.rejected.map(\.reason) == [.unreadableTime])
        #expect(page.rejected.map(\.id) == ["3147029749005308888"])
    }

    @Test func theDecoderReadsRawControlCharacters() throws {
        let text = String(
            decoding: try Fixture.bytes("edge/raw_control_characters.txt"), as: UTF8.self)
        // The fixture's trade has no time: it is about the text.
        let body = text.replacingOccurrences(
            of: #""status""#, with: #""modified":"2025-11-11 00:00:00","status""#)
        let page = try adapter.page(body)
        #expect(page.text(page.orders[0].buyerMessage) == "第一行\n第二行\t完")
        #expect(page.orders[0].status == .unpaid)
    }

    @Test func theDecoderKeepsOrdersWithoutItems() throws {
        let page = try adapter.page(try Fixture.bytes("edge/increment_promo_no_orders.json"))
        let order = try #require(page.orders.first)
        #expect(page.orders.count == 1)
        #expect(page.items.isEmpty)
        #expect(order.items.isEmpty)
        #expect(order.paymentFen == nil)
        #expect(order.receiverName.isAbsent)
        #expect(order.paidAt == nil)
        #expect(page.text(order.id) == "3147029749005308888")
        #expect(order.createdAt == UTCInstant(seconds: 1_762_862_402))
    }

    @Test func rowKeysFollowTheListsOrder() throws {
        let body = try Fixture.bytes("edge/increment_has_next_page.json")
        let response = PlatformResponse(status: 200, body: body)
        guard case .orders(let page, let summary) = try adapter.decode(response, to: .list())
        else { return }
        #expect(summary.rows.map(\.idHash) == page.orders.map(\.idHash))
        #expect(summary.rows.compactMap(\.at) == page.orders.map(\.modifiedAt))
        #expect(Set(summary.rows.map(\.idHash)).count == 3)
        #expect(summary.hasNext == true)
        #expect(summary.total == nil)
        // By creation, the same rows have no place. They are stored, and read in full.
        guard
            case .orders(let created, let keys) = try adapter.decode(
                response, to: .list(.ordersCreated))
        else { return }
        #expect(created.orders.count == 3)
        #expect(created.orders.allSatisfy { $0.isSparse })
        #expect(keys.rows.isEmpty)
        #expect(keys.rejectedCount == 3)
        #expect(created.rejected.isEmpty)
    }
}
