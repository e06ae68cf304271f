import SyncCore
import Testing

@testable import Platforms

/// What was paid of presale orders, gifts, and parcels, as both platforms state them.
@Suite struct PresaleAndParcelTests {
    private func taobao(_ members: String) throws -> (OrderPage, OrderRow) {
        let page = try TaobaoAdapter().page(
            #"{"trades_sold_increment_get_response":{"has_next":false,"trades":{"trade":[{"tid":1,"#
                + #""modified":"2025-11-11 00:00:00"\#(members.isEmpty ? "" : ",")\#(members)}]}}}"#
        )
        return (page, page.orders[0])
    }

    private func numbers(_ page: OrderPage, _ row: OrderRow) -> [String] {
        page.parcels[row.parcels].map { parcel in
            [parcel.trackingNumber, parcel.company, parcel.item].map { page.text($0) ?? "-" }
                .joined(separator: "|")
        }
    }

    // MARK: Presale

    @Test(
        arguments: [
            ("FRONT_NOPAID_FINAL_NOPAID", .unpaid, false),
            ("FRONT_PAID_FINAL_NOPAID", .depositPaid, true),
            ("FRONT_PAID_FINAL_PAID", .paid, false),
            ("FRONT_PAID_FRONT_FORFEITED", .depositForfeited, true), ("FRONT_NEW", .unknown, false),
            ("", nil, false),
        ] as [(String, StepStatus?, Bool)])
    func taobaoStepsAreRead(sent: String, status: StepStatus?, isDeposit: Bool) throws {
        let (_, row) = try taobao(
            #""step_trade_status":"\#(sent)","step_paid_fee":"10.50","payment":"110.00","#
                + #""pay_time":"2025-11-01 08:00:00""#)
        #expect(row.stepStatus == status)
        #expect(row.stepPaidFen == 1_050)
        #expect(row.depositPaidAt == (isDeposit ? beijing("2025-11-01 08:00:00") : nil))
        #expect(try taobao("").1.stepStatus == nil)
    }

    /// A step that this version does not know: what was paid decides while the rest is not paid.
    @Test(
        arguments: [
            ("WAIT_BUYER_PAY", "10.50", .depositPaid), ("WAIT_BUYER_PAY", "0.00", .unpaid),
            ("WAIT_BUYER_PAY", nil, .depositPaid), ("PAY_PENDING", "10.50", .depositPaid),
            ("TRADE_CLOSED_BY_TAOBAO", "10.50", .depositForfeited),
            ("TRADE_CLOSED", "110.00", .unknown), ("TRADE_CLOSED", "0.00", .unpaid),
            ("TRADE_CLOSED", nil, .unknown), ("WAIT_SELLER_SEND_GOODS", "10.50", .unknown),
            ("TRADE_FINISHED", "110.00", .unknown),
        ] as [(String, String?, StepStatus)])
    func anUnknownTaobaoStepIsRead(sent: String, paid: String?, status: StepStatus) throws {
        let fee = paid.map { #""step_paid_fee":"\#($0)","# } ?? ""
        let (_, row) = try taobao(
            #""step_trade_status":"FRONT_NEW",\#(fee)"payment":"110.00","status":"\#(sent)","#
                + #""pay_time":"2025-11-01 08:00:00""#)
        #expect(row.stepStatus == status)
        let isDeposit = status == .depositPaid || status == .depositForfeited
        #expect(row.depositPaidAt == (isDeposit ? beijing("2025-11-01 08:00:00") : nil))
    }

    @Test func anUnknownTaobaoStepMayHaveNoPayment() throws {
        let (_, row) = try taobao(
            #""step_trade_status":"FRONT_NEW","payment":"110.00","status":"WAIT_BUYER_PAY""#)
        #expect(row.stepStatus == .unpaid)
    }

    @Test(
        arguments: [
            (#""advanced_paid_fee":0,"step_paid_fee":0,"step_trade_status":0"#, .unpaid, 0),
            (
                #""advanced_paid_fee":10.5,"step_paid_fee":0,"step_trade_status":1"#,
                .depositPaid, 1_050
            ),
            (#""step_paid_fee":"10.5","step_trade_status":1"#, .depositPaid, 1_050),
            (
                #""advanced_paid_fee":10.5,"step_paid_fee":99.5,"step_trade_status":2"#, .paid,
                11_000
            ),
            (#""step_trade_status":7"#, .unknown, nil),
        ] as [(String, StepStatus, Int64?)])
    func pinduoduoStepsAreRead(info: String, status: StepStatus, paid: Int64?) throws {
        let members =
            #""trade_type":1,"pay_amount":110.0,"pay_time":"2025-11-01 08:00:00","#
            + #""step_order_info":{\#(info)}"#
        let (_, row) = try PinduoduoAdapter().order(members)
        #expect(row.stepStatus == status)
        #expect(row.stepPaidFen == paid)
        #expect((row.depositPaidAt != nil) == (status == .depositPaid))
        // An ordinary order has no steps, whatever else it carries.
        let plain = try PinduoduoAdapter().order(
            members.replacing(#""trade_type":1"#, with: #""trade_type":0"#)
        ).1
        #expect(plain.stepStatus == nil)
        #expect(plain.stepPaidFen == nil)
    }

    // MARK: Parcels

    @Test(
        arguments: [
            #"{"combine_logistics_detail":[LIST]}"#, "[LIST]",
            #"[{"combine_logistics_detail":[LIST]}]"#,
        ])
    func taobaoLinesMayBeInSeveralParcels(form: String) throws {
        let list =
            #"{"sub_order_id":"7","invoice_no":" SF1\t","logistics_company":"顺丰\u3000"},"#
            + #"{"sub_tid":7,"invoice_no":"\u3000SF2","send_goods_details":[{"x":1}]},"#
            + #"{"sub_order_id":"8","invoice_no":" "}"#
        let (page, row) = try taobao(
            #""combine_logistics_details":\#(form.replacing("LIST", with: list)),"payment":"1""#)
        #expect(row.statesParcels)
        #expect(row.paymentFen == 100)
        #expect(numbers(page, row) == ["SF1|顺丰|7", "SF2|-|7"])
    }

    @Test func anAbsentListStatesNothing() throws {
        #expect(try !taobao(#""combine_logistics_details":null"#).1.statesParcels)
        #expect(try !taobao("").1.statesParcels)
        #expect(try taobao(#""combine_logistics_details":[]"#).1.statesParcels)
        #expect(try !PinduoduoAdapter().order("").1.statesParcels)
        #expect(try PinduoduoAdapter().order(#""extra_delivery_list":[]"#).1.statesParcels)
    }

    /// A list with a parcel that cannot be read does not state all parcels: the one that is stored
    /// already stays as it is.
    @Test(arguments: [
        #"{"NUMBER":7.8E+13}"#, #"{"NUMBER":"7.8E+13"}"#, #"{"NUMBER":{"no":"B"}}"#,
        #"{"NUMBER":["B"]}"#, "7",
    ])
    func aListWithAnUnreadableParcelIsNotWhole(parcel: String) throws {
        let list = #"[{"NUMBER":"E4821"},\#(parcel)]"#
        let taobaoList = list.replacing("NUMBER", with: "invoice_no")
        let (page, row) = try taobao(#""combine_logistics_details":\#(taobaoList)"#)
        #expect(numbers(page, row) == ["E4821|-|-"])
        #expect(!row.statesParcels)
        #expect(row.isPartial)
        let otherList = list.replacing("NUMBER", with: "tracking_number")
        let (other, otherRow) = try PinduoduoAdapter().order(
            #""extra_delivery_list":\#(otherList)"#)
        #expect(numbers(other, otherRow) == ["E4821|-|-"])
        #expect(!otherRow.statesParcels)
        #expect(otherRow.isPartial)
    }

    /// Of an order or a line: the number that is stored stays.
    @Test func anInexactNumberIsLeftOut() throws {
        let (page, row) = try taobao(
            #""orders":{"order":[{"oid":7,"invoice_no":7.8E+13},{"oid":8,"invoice_no":"E4"}]}"#)
        #expect(page.items.map { page.text($0.trackingNumber) } == [nil, "E4"])
        #expect(row.isPartial)
        let (other, otherRow) = try PinduoduoAdapter().order(
            #""item_list":[{"sku_id":5}],"tracking_number":7.8E+13"#)
        #expect(other.text(other.items[0].trackingNumber) == nil)
        #expect(otherRow.isPartial)
    }

    @Test func blanksAroundNumbersGo() throws {
        let (page, _) = try taobao(
            #""orders":{"order":[{"oid":7,"invoice_no":"\u3000SF1 \n","logistics_company":" 顺丰 "},"#
                + #"{"oid":8,"invoice_no":" "}]}"#)
        #expect(page.items.map { page.text($0.trackingNumber) } == ["SF1", nil])
        #expect(page.text(page.items[0].logisticsCompany) == "顺丰")
        let (other, row) = try PinduoduoAdapter().order(
            #""item_list":[{"sku_id":5}],"tracking_number":"\u200bYT1\u00a0","logistics_id":85,"#
                + #""extra_delivery_list":[{"tracking_number":"YT2\r\n","logistics_id":1}]"#)
        #expect(other.text(other.items[0].trackingNumber) == "YT1")
        #expect(numbers(other, row) == ["YT2|1|5"])
    }

    // MARK: Gifts

    @Test func taobaoGiftsAreMarked() throws {
        let (page, _) = try taobao(
            #""orders":{"order":[{"oid":7,"is_free_gift":true},{"oid":8,"is_free_gift":"false"},"#
                + #"{"oid":9}]}"#)
        #expect(page.items.map(\.isGift) == [true, false, nil])
    }

    /// Wherever the list is in the answer, gifts follow the lines that were sold.
    @Test(arguments: [false, true])
    func pinduoduoGiftsFollowTheLines(areFirst: Bool) throws {
        let gifts =
            #""gift_list":[{"goods_id":3,"sku_id":5,"goods_name":"赠品","goods_price":9.9}]"#
        let sold = #""item_list":[{"goods_id":2,"sku_id":5,"goods_name":"商品","goods_count":2}]"#
        let rest =
            #""pay_amount":36.8,"tracking_number":"SF1","gift_delivery_list":"#
            + #"[{"tracking_number":"YT9","logistics_id":85}]"#
        let members = areFirst ? [gifts, rest, sold] : [sold, gifts, rest]
        let (page, row) = try PinduoduoAdapter().order(members.joined(separator: ","))
        #expect(page.text(row.title) == "商品")
        #expect(page.items.map { page.text($0.id) } == ["5", "5#2"])
        #expect(page.items.map(\.isGift) == [false, true])
        #expect(page.items.map(\.dividedFen) == [3_680, nil])
        #expect(page.items.map { page.text($0.trackingNumber) } == ["SF1", "YT9"])
        #expect(numbers(page, row) == ["YT9|85|5#2"])
    }
}
