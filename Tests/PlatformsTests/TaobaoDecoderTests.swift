import SyncCore
import Testing

@testable import Platforms

/// Forms that the fixtures do not have.
@Suite struct TaobaoDecoderTests {
    private let adapter = TaobaoAdapter()

    /// A page with one trade of these members.
    private func page(_ members: String) throws -> OrderPage {
        try adapter.page(
            #"{"has_next":false,"trades":{"trade":[{"tid":9007199254740993,"#
                + #""modified":"2025-11-11 00:00:07","# + members + "}]}}")
    }

    @Test(arguments: [
        ("TRADE_NO_CREATE_PAY", OrderStatus.unpaid), ("WAIT_BUYER_PAY", .unpaid),
        ("PAY_PENDING", .unpaid), ("WAIT_PRE_AUTH_CONFIRM", .unpaid),
        ("PAID_FORBID_CONSIGN", .paid), ("WAIT_SELLER_SEND_GOODS", .paid),
        ("SELLER_CONSIGNED_PART", .partShipped), ("WAIT_BUYER_CONFIRM_GOODS", .shipped),
        ("TRADE_BUYER_SIGNED", .shipped), ("TRADE_FINISHED", .completed),
        ("TRADE_CLOSED", .closed), ("TRADE_CLOSED_BY_TAOBAO", .closed),
        ("ALL_CLOSED", .unknown), ("", .unknown), ("trade_closed", .unknown),
        ("SOMETHING_NEW", .unknown),
    ])
    func everyStatusIsMapped(name: String, expected: OrderStatus) throws {
        let status = #""status":"\#(name)""#
        let page = try page(#"\#(status),"orders":{"order":{"oid":1,\#(status)}}"#)
        #expect(page.orders[0].status == expected)
        #expect(page.items[0].status == expected)
        #expect(page.text(page.orders[0].platformStatus) == name)
        let glossed = try self.page(#""status":"\#(name)(说明)""#)
        #expect(glossed.orders[0].status == expected)
        #expect(glossed.text(glossed.orders[0].platformStatus) == name)
    }

    /// Senders may escape any character; a gloss is likely to come so.
    @Test func theDecoderReadsEscapedEnumerations() throws {
        let page = try page(
            #""status":"TRADE\u005fFINISHED","type":"fixed(\u4e00\u53e3\u4ef7)""#)
        #expect(page.orders[0].status == .completed)
        #expect(page.text(page.orders[0].platformStatus) == "TRADE_FINISHED")
        #expect(page.text(page.orders[0].type) == "fixed")
    }

    @Test(
        arguments: [
            (#""payment":"200.07""#, 20_007), (#""payment":200.07"#, 20_007),
            (#""payment":30.5"#, 3_050), (#""payment":7"#, 700),
            (#""payment":"0.00""#, 0), (#""payment":"100000000000.00""#, 10_000_000_000_000),
            (#""payment":"""#, nil), (#""payment":null"#, nil), (#""payment":{}"#, nil),
            (#""payment":1e2"#, 10_000), (#""payment":" 7.50 ""#, 750),
        ] as [(String, Int64?)])
    func theDecoderReadsMoney(member: String, fen: Int64?) throws {
        let page = try page(member)
        #expect(page.orders[0].paymentFen == fen)
        #expect(page.rejected.isEmpty)
    }

    @Test(
        arguments: [
            (#""seller_flag":3"#, 3), (#""seller_flag":"3""#, 3), (#""seller_flag":-1"#, -1),
            (#""seller_flag":9223372036854775807"#, Int64.max),
            (#""seller_flag":9223372036854775808"#, nil), (#""seller_flag":null"#, nil),
            (#""seller_flag":"-9223372036854775808""#, Int64.min), (#""seller_flag":"""#, nil),
            (#""seller_flag":1.0"#, 1), (#""seller_flag":[1]"#, nil),
        ] as [(String, Int64?)])
    func theDecoderReadsNumbersAndTheirTexts(member: String, number: Int64?) throws {
        #expect(try page(member).orders[0].sellerFlag == number)
    }

    @Test(
        arguments: [
            ("", nil), (#""seller_memo":null,"#, nil), (#""seller_memo":false,"#, nil),
            (#""seller_memo":{"a":1},"#, nil), (#""seller_memo":"","#, ""),
            (#""seller_memo":" x ","#, " x "), (#""seller_memo":12.50,"#, "12.50"),
            (#""seller_memo":"\"\\\/\b\f\n\r\t","#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""seller_memo":"\u4f60\u597d\ud83c\udf81","#, "你好🎁"),
            (#""seller_memo":"a\ud83cb","#, "a\u{FFFD}b"),
            (#""seller_memo":"\udf81","#, "\u{FFFD}"),
            (#""seller_memo":"🎁\t🎁","#, "🎁\t🎁"),
            (#""\u0073eller_memo":"x","#, nil),
        ] as [(String, String?)])
    func absentIsNotEmpty(member: String, memo: String?) throws {
        let page = try page(member + #""buyer_message":"谢""#)
        #expect(page.text(page.orders[0].sellerMemo) == memo)
        #expect(page.text(page.orders[0].buyerMessage) == "谢")
    }

    @Test func theDecoderReplacesWhatIsNoUTF8() throws {
        var body = Array(
            #"{"trades":[{"tid":1,"modified":"2025-11-11 00:00:07","title":"a?b"}]}"#.utf8)
        body[try #require(body.firstIndex(of: UInt8(ascii: "?")))] = 0xFF
        let page = try adapter.page(body)
        #expect(page.text(page.orders[0].title) == "a\u{FFFD}b")
        let raw = page.text(page.orders[0].raw)
        #expect(raw == "{\"tid\":1,\"modified\":\"2025-11-11 00:00:07\",\"title\":\"a\u{FFFD}b\"}")
    }

    @Test(
        arguments: [
            (#""receiver_mobile":"1","receiver_phone":"2""#, "1"),
            (#""receiver_phone":"2","receiver_mobile":"1""#, "1"),
            (#""receiver_mobile":"","receiver_phone":"2""#, "2"),
            (#""receiver_phone":"2","receiver_mobile":"""#, "2"),
            (#""receiver_mobile":"","receiver_phone":"""#, nil),
        ] as [(String, String?)])
    func theMobilePhoneIsPreferred(members: String, phone: String?) throws {
        let page = try page(members)
        #expect(page.text(page.orders[0].receiverPhone) == phone)
    }

    @Test(arguments: [
        (#""orders":{"order":[{"oid":1},{"oid":2}]}"#, ["1", "2"]),
        (#""orders":{"order":{"oid":1}}"#, ["1"]),
        (#""orders":[{"oid":1},{"oid":"2"}]"#, ["1", "2"]),
        (#""orders":{"oid":1}"#, ["1"]), (#""orders":{}"#, []), (#""orders":[]"#, []),
        (#""orders":null"#, []), (#""orders":{"order":[]}"#, []), (#""orders":{"order":null}"#, []),
        (#""orders":{"order":[{"oid":1,"oid_str":"1"},null,{"title":"x"}]}"#, ["1", "#1"]),
        (#""orders":{"order":[{"oid_str":"3147029749005308888"}]}"#, ["3147029749005308888"]),
        (#""order":[{"oid":5}]"#, ["5"]),
    ])
    func theDecoderReadsItemsOfEveryForm(member: String, ids: [String]) throws {
        let page = try page(member)
        #expect(page.items.compactMap { page.text($0.id) } == ids)
        #expect(page.orders[0].items == 0..<ids.count)
    }

    @Test(
        arguments: [
            (#""has_next":true"#, true), (#""has_next":false"#, false),
            (#""has_next":"true""#, true),
            (#""has_next":"false""#, false), (#""has_next":null"#, nil), (#""has_next":1"#, nil),
            // Taken for false, these would end a window early.
            (#""has_next":"TRUE""#, nil), (#""has_next":"1""#, nil), (#""has_next":"""#, nil),
        ] as [(String, Bool?)])
    func theDecoderReadsWhetherMoreFollows(member: String, hasNext: Bool?) throws {
        #expect(try adapter.page("{\(member)}").hasNext == hasNext)
    }

    @Test func theDecoderReadsIdentifiersExactly() throws {
        for id in ["3147029749005308888", "9007199254740993", "9223372036854775807"] {
            for text in [id, "\"\(id)\""] {
                let page = try adapter.page(
                    #"{"trades":[{"modified":"2025-11-11 00:00:07","tid":\#(text)}]}"#)
                #expect(page.text(page.orders[0].id) == id)
            }
        }
        let page = try adapter.page(
            #"{"trades":[{"modified":"2025-11-11 00:00:07","tid_str":"42"}]}"#)
        #expect(page.text(page.orders[0].id) == "42")
    }
}
