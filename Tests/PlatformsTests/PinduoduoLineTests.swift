import SyncCore
import Testing

@testable import Platforms

/// The lines of an order.
@Suite struct PinduoduoLineTests {
    private let adapter = PinduoduoAdapter()

    /// Lines have no number of their own.
    @Test func everyLineHasAnID() throws {
        let (page, row) = try adapter.order(
            #""pay_amount":5,"item_list":[{"sku_id":1},{"goods_id":2},{"sku_id":1},{}]"#)
        #expect(row.items.map { page.text(page.items[$0].id) } == ["1", "2", "1#3", "#4"])
        // No one says which line has which part of the payment.
        #expect(row.items.allSatisfy { page.items[$0].dividedFen == nil })
    }

    /// A line that cannot be read must not delete the one that is stored: such an answer does not
    /// state all lines, and the order is read in full.
    @Test(
        arguments: [
            (#""item_list":[{"sku_id":1},{"sku_id":2}]"#, true),
            (#""item_list":[{"sku_id":1}],"gift_list":[{"sku_id":2}]"#, true),
            (#""item_list":[{"sku_id":1}],"gift_list":[]"#, true),
            (#""item_list":[{"sku_id":1},null]"#, false),
            (#""item_list":[{"sku_id":1},""]"#, false),
            (#""item_list":[{"sku_id":1},{}]"#, false),
            (#""item_list":[{"sku_id":1},{"sku":{"id":2}}]"#, false),
            (#""item_list":[{"sku_id":1}],"gift_list":[null]"#, false),
        ] as [(String, Bool)])
    func theDecoderSaysWhetherAllLinesAreStated(lines: String, isAll: Bool) throws {
        let (page, row) = try adapter.order(#""pay_amount":5,\#(lines)"#)
        #expect(row.statesAllItems == isAll)
        #expect(row.isPartial == !isAll)
        #expect(page.source(of: row) == (isAll ? .detail : .list))
    }

    /// No order is of gifts only.
    @Test func giftsAloneAreNotAllLines() throws {
        for sold in [#""item_list":null,"#, #""item_list":[],"#, ""] {
            let (_, row) = try adapter.order(
                #""pay_amount":5,\#(sold)"gift_list":[{"sku_id":2}]"#)
            #expect(row.items.count == 1)
            #expect(!row.statesAllItems)
        }
    }
}
