import SyncCore
import Testing
import WireFormat

@testable import Platforms

@Suite struct PinduoduoOrderTests {
    private let adapter = PinduoduoAdapter()

    private func texts(_ page: OrderPage, _ slots: [ByteRange]) -> [String?] {
        slots.map(page.text)
    }

    @Test func theAdapterReadsAListOfChanges() throws {
        let body = try Fixture.bytes(
            "pinduoduo/pdd.order.number.list.increment.get.synthetic-count.response.json")
        let (page, summary) = try adapter.orders(body)
        #expect(summary.total == 2)
        #expect(summary.hasNext == nil)
        #expect(
            summary.rows.compactMap(\.at) == [
                beijing("2023-11-14 20:29:10"), beijing("2023-11-14 20:03:00"),
            ])
        #expect(page.isComplete)
        #expect(page.source == .list)
        let (open, sent) = (page.orders[0], page.orders[1])
        #expect(page.source(of: open) == .detail)
        #expect(page.text(open.id) == "231114-000000000000002")
        #expect(open.status == .paid)
        #expect(sent.status == .shipped)
        #expect(page.text(open.platformStatus) == "1/1/1")
        #expect(page.text(sent.platformStatus) == "2/1/1")
        #expect(open.paymentFen == 3_680)
        #expect(open.totalFen == 3_980)
        #expect(open.discountFen == 300)
        #expect(open.postFen == 0)
        #expect(open.receivedFen == nil)
        // The deal's time, not the click's.
        #expect(open.createdAt == beijing("2023-11-14 20:00:06"))
        #expect(open.paidAt == beijing("2023-11-14 20:00:05"))
        #expect(open.shippedAt == nil)
        #expect(open.endedAt == nil)
        #expect(sent.shippedAt == beijing("2023-11-14 20:03:00"))
        #expect(
            texts(
                page,
                [
                    open.receiverName, open.receiverPhone, open.receiverAddress,
                    open.receiverState, open.receiverCity, open.receiverDistrict, open.title,
                    open.buyerMessage, open.sellerMemo, open.buyer, open.type,
                ]) == [
                    "~AgAAAAAexample1~1~", "~AgAAAAAexample2~2~", "~AgAAAAAexample3~3~", "上海",
                    "上海市", "静安区", "示例商品", "", nil, nil, "0",
                ])
        // Blank once it is sent: nothing that replaces what was stored before.
        let sealed = [sent.receiverName, sent.receiverPhone, sent.receiverAddress]
        #expect(texts(page, sealed) == [nil, nil, nil])
        let items = open.items.map { page.items[$0] } + sent.items.map { page.items[$0] }
        #expect(items.count == 2)
        for item in items {
            #expect(
                texts(
                    page,
                    [
                        item.id, item.skuID, item.goodsID, item.title, item.skuName,
                        item.outerSKUID, item.outerID, item.refundStatus,
                    ]) == [
                        "998877665544", "998877665544", "112233445566", "示例商品", "红色,L",
                        "SKU-1", "G-1", "1",
                    ])
            #expect(item.quantity == 2)
            #expect(item.priceFen == 1_990)
            #expect(item.dividedFen == 3_680)
        }
        #expect(items[0].trackingNumber.isAbsent)
        #expect(items[0].logisticsCompany.isAbsent)
        #expect(page.text(items[1].trackingNumber) == "SF0000000000000")
        #expect(page.text(items[1].logisticsCompany) == "44")
        #expect(items[1].status == .shipped)
        #expect(items[1].shippedAt == sent.shippedAt)
    }

    /// A memo that was taken away is there, as null; one that is left out is no statement.
    @Test(
        arguments: [
            (#""remark":"call first","remark_tag":5"#, "call first", 5, []),
            (#""remark":null,"remark_tag":null"#, nil, nil, [.sellerMemo, .sellerFlag]),
            (#""remark":"","remark_tag":"3""#, "", 3, []),
            (#""remark_tag":null"#, nil, nil, .sellerFlag), (#""buyer_memo":null"#, nil, nil, []),
        ] as [(String, String?, Int64?, OrderRow.Blanks)])
    func theAdapterSaysWhetherThereIsAMemo(
        members: String, memo: String?, flag: Int64?, blanks: OrderRow.Blanks
    ) throws {
        let row = #"{"order_sn":"1","updated_at":"2023-11-14 20:03:00",\#(members)}"#
        let body =
            #"{"order_sn_increment_get_response":{"has_next":false,"order_sn_list":[\#(row)]}}"#
        let page = try adapter.orders(Array(body.utf8)).page
        let order = try #require(page.orders.first)
        #expect(page.text(order.sellerMemo) == memo)
        #expect(order.sellerFlag == flag)
        #expect(order.blanks == blanks)
    }

    @Test func theAdapterKnowsWhetherMoreFollow() throws {
        let body = try Fixture.bytes(
            "pinduoduo/pdd.order.number.list.increment.get.synthetic-hasnext.response.json")
        let (page, summary) = try adapter.orders(body)
        #expect(summary.hasNext == false)
        #expect(summary.total == nil)
        #expect(page.orders.count == summary.rows.count)
        #expect(!page.orders.isEmpty)
        let empty = #"{"order_sn_increment_get_response":{"order_sn_list":null,"has_next":false}}"#
        let (_, none) = try adapter.orders(Array(empty.utf8))
        #expect(none.rows.isEmpty)
        #expect(none.hasNext == nil, "null need not be an empty list")
    }

    /// The raw JSON and its hash are of the bytes as they came.
    @Test func theAdapterKeepsTheJSON() throws {
        let body = try Fixture.bytes(
            "pinduoduo/pdd.order.number.list.increment.get.synthetic-count.response.json")
        let page = try adapter.orders(body).page
        for order in page.orders {
            let raw = try #require(page.text(order.raw))
            let value = try Array(raw.utf8).withUnsafeBytes { try JSONValue.parse($0) }
            #expect(value["order_sn"]?.text == page.text(order.id))
            #expect(order.contentHash == Array(raw.utf8).withUnsafeBytes { ContentHash.hash($0) })
        }
    }

    /// The documents' own shape, whose times are placeholders.
    @Test func theAdapterReadsTheDocumentedShapes() throws {
        for (file, method) in [
            ("pdd.order.list.get", CallMethod.ordersCreated),
            ("pdd.order.basic.list.get", .ordersCreated),
        ] {
            let body = try Fixture.bytes("pinduoduo/\(file).response.json")
            let placeholders = try adapter.orders(body, method).page
            #expect(placeholders.orders.isEmpty, "\(file)")
            #expect(placeholders.rejected.map(\.reason) == [.unreadableTime], "\(file)")
            var text = String(decoding: Fixture.compact(body), as: UTF8.self)
            for (name, time) in [
                ("updated_at", "2023-11-14 20:03:00"), ("confirm_time", "2023-11-14 20:00:06"),
                ("created_time", "1699963200"),
            ] {
                text.replace("\"\(name)\":\"1\"", with: "\"\(name)\":\"\(time)\"")
                text.replace("\"\(name)\":\"str\"", with: "\"\(name)\":\"\(time)\"")
            }
            let (page, summary) = try adapter.orders(Array(text.utf8), method)
            #expect(summary.total == 1, "\(file)")
            let order = try #require(page.orders.first)
            // The sample's deposit is paid, and no more.
            #expect(order.paymentFen == 100, "\(file)")
            #expect(order.status == .unpaid, "\(file)")
            #expect(summary.rows.first?.at == order.createdAt, "\(file)")
            #expect(order.createdAt == beijing("2023-11-14 20:00:06"), "\(file)")
            let sold = page.items.filter { $0.isGift != true }
            #expect(sold.count == 1, "\(file)")
            #expect(sold.map { page.text($0.skuID) } == ["1"], "\(file)")
            #expect(order.stepStatus == .depositPaid, "\(file)")
            #expect(order.stepPaidFen == 100, "\(file)")
        }
    }

    @Test func theAdapterReadsOneOrderInFull() throws {
        let body = try Fixture.bytes(
            "pinduoduo/pdd.order.information.get.synthetic.response.json")
        guard case .order(let page) = try adapter.answer(body, to: .order("231114-000000000000002"))
        else { return #expect(Bool(false)) }
        #expect(page.source == .detail)
        #expect(page.orders[0].paymentFen == 3_680)
        let text = String(decoding: body, as: UTF8.self)
        #expect(adapter.failure(text, to: .order("other"))?.code == "broken answer")
        let hollow =
            #"{"order_info_get_response":{"order_info":{"order_sn":"1","#
            + #""updated_at":"2023-11-14 20:03:00"}}}"#
        #expect(adapter.failure(hollow, to: .order("1"))?.code == "broken answer")
    }

    @Test(
        arguments: [
            (#""order_status":1,"refund_status":1,"confirm_status":1"#, OrderStatus.paid, "1/1/1"),
            (#""order_status":2,"refund_status":1,"confirm_status":1"#, .shipped, "2/1/1"),
            (#""order_status":3,"refund_status":1,"confirm_status":1"#, .completed, "3/1/1"),
            (#""order_status":"3","refund_status":"2","confirm_status":"1""#, .completed, "3/2/1"),
            (#""order_status":1,"refund_status":4,"confirm_status":1"#, .closed, "1/4/1"),
            // Sent: the refund can be of a part.
            (#""order_status":2,"refund_status":4,"confirm_status":1"#, .shipped, "2/4/1"),
            (#""order_status":3,"refund_status":4,"confirm_status":1"#, .completed, "3/4/1"),
            (#""order_status":2,"refund_status":4,"confirm_status":2"#, .closed, "2/4/2"),
            (#""order_status":1,"refund_status":1,"confirm_status":2"#, .closed, "1/1/2"),
            (#""order_status":1,"confirm_status":1,"group_status":2"#, .closed, "1/-/1"),
            (#""order_status":1,"confirm_status":0"#, .unpaid, "1/-/0"),
            (
                #""order_status":1,"confirm_status":0,"pay_time":"2023-11-14 20:00:05""#, .paid,
                "1/-/0"
            ),
            (#""order_status":1,"step_order_info":{"step_trade_status":1}"#, .unpaid, "1/-/-"),
            (#""order_status":1,"step_order_info":{"step_trade_status":2}"#, .paid, "1/-/-"),
            (
                #""order_status":1,"trade_type":1,"step_order_info":{"step_trade_status":0}"#,
                .unpaid, "1/-/-"
            ),
            (
                #""order_status":1,"step_order_info":{"step_trade_status":0},"trade_type":0"#,
                .paid, "1/-/-"
            ),
            (#""order_status":0,"refund_status":0"#, .unknown, "0/0/-"),
            (#""order_status":7"#, .unknown, "7/-/-"), ("", .unknown, nil),
        ] as [(String, OrderStatus, String?)])
    func theAdapterSaysTheStatus(members: String, status: OrderStatus, text: String?) throws {
        let (page, row) = try adapter.order(members)
        #expect(row.status == status)
        #expect(page.text(row.platformStatus) == text)
    }

    /// Yuan comes as a binary number or as text; it never passes through one here.
    @Test(
        arguments: [
            ("36.8", 3_680), ("\"36.80\"", 3_680), ("1.0E7", 1_000_000_000),
            ("0.30000000000000004", 30), ("36.799999999999997", 3_680), ("0", 0),
            ("1234567.89", 123_456_789), ("null", nil), ("\"\"", nil),
        ] as [(String, Int64?)])
    func theAdapterReadsMoney(json: String, fen: Int64?) throws {
        #expect(try adapter.order(#""pay_amount":\#(json)"#).1.paymentFen == fen)
    }

    /// Stored without its money, the row would keep that of an older version.
    @Test(arguments: ["1.005", "\"abc\"", "true", "[1]"])
    func whatIsNoMoneyRejectsTheRow(json: String) {
        #expect {
            try adapter.order(#""pay_amount":\#(json)"#)
        } throws: { ($0 as? CallFailure)?.line == "malformed_money" }
    }

    @Test(
        arguments: [
            ("\"2023-11-14 20:00:05\"", 1_699_963_205), ("1699963205", 1_699_963_205),
            ("\"1699963205\"", 1_699_963_205), ("1699963205123", 1_699_963_205),
            ("\"1699963205123\"", 1_699_963_205), ("\"\"", nil), ("null", nil), ("0", nil),
            ("\"1\"", nil), ("\"str\"", nil), ("99999999999999999", nil),
        ] as [(String, Int64?)])
    func theAdapterReadsTimes(json: String, seconds: Int64?) throws {
        #expect(try adapter.order(#""pay_time":\#(json)"#).1.paidAt?.seconds == seconds)
    }

    /// A version with an unreadable time could be any version.
    @Test(arguments: ["\"soon\"", "\"1\"", "17"])
    func theAdapterStoresNoOrderWithoutTime(time: String) throws {
        let json =
            #"{"order_list_get_response":{"order_list":[{"order_sn":"1","updated_at":"#
            + #"\#(time),"confirm_time":"2023-11-14 20:00:06"}],"total_count":1}}"#
        let (page, summary) = try adapter.orders(Array(json.utf8))
        #expect(page.orders.isEmpty)
        #expect(summary.rows.isEmpty)
        #expect(summary.rejectedCount == 1)
        #expect(page.rejected.map(\.reason) == [.unreadableTime])
        #expect(page.rejected.map(\.id) == ["1"])
    }

    @Test func idsStayWhatTheyAre() throws {
        let (page, row) = try adapter.order(
            #""item_list":[{"goods_id":9007199254740993,"sku_id":"9223372036854775807"}]"#)
        let item = page.items[row.items.lowerBound]
        #expect(page.text(item.goodsID) == "9007199254740993")
        #expect(page.text(item.id) == "9223372036854775807")
    }

    /// Further parcels of an order, sent again or as gifts.
    @Test func theAdapterReadsEveryParcel() throws {
        let (page, row) = try adapter.order(
            #""logistics_id":44,"tracking_number":"A","item_list":[{"sku_id":1}],"#
                + #""extra_delivery_list":[{"logistics_id":85,"tracking_number":"B"},{}],"#
                + #""resend_delivery_list":[{"tracking_number":"C","logistics_id":0}],"#
                + #""gift_delivery_list":null"#)
        let parcels = page.parcels[row.parcels]
        #expect(parcels.map { page.text($0.trackingNumber) } == ["B", "C"])
        #expect(parcels.map { page.text($0.company) } == ["85", nil])
        #expect(page.text(page.items[row.items.lowerBound].trackingNumber) == "A")
    }

    @Test func aRowWithoutContentIsNoWholeOrder() throws {
        let (page, row) = try adapter.order("")
        #expect(row.isSparse)
        #expect(page.source(of: row) == .list)
    }

    /// History goes by the time of confirmation, and is counted: a row that does not state it has
    /// no time in its place, which could be outside of what was asked for.
    @Test(arguments: [
        #""order_status":1"#, #""order_status":1,"confirm_time":null"#, #""pay_amount":1.5"#,
        #""item_list":[{"sku_id":1}]"#, #""created_time":"2023-11-13 20:00:00""#,
    ])
    func aHistoryMayHoldARowWithoutItsTime(members: String) throws {
        let time = #""updated_at":"2023-11-14 20:03:00""#
        let body = """
            {"order_list_get_response":{"total_count":2,"order_list":[
            {"order_sn":"1",\(time),\(members)},
            {"order_sn":"2",\(time),"confirm_time":"2023-11-14 20:00:06","pay_amount":1}]}}
            """
        let (page, summary) = try adapter.orders(Array(body.utf8), .ordersCreated)
        #expect(page.orders.count == 2)
        #expect(page.rejected.isEmpty)
        #expect(summary.total == 2)
        #expect(summary.rows.map(\.at) == [nil, beijing("2023-11-14 20:00:06")])
        #expect(page.source(of: page.orders[0]) == .list)
        #expect(page.orders[0].modifiedAt == page.orders[1].modifiedAt)
    }

    @Test func theFullAddressStandsInForTheShort() throws {
        let (page, row) = try adapter.order(#""receiver_address":"","address":"~x~""#)
        #expect(page.text(row.receiverAddress) == "~x~")
    }

    @Test func escapedTextsAreRead() throws {
        let (page, row) = try adapter.order(
            #""buyer_memo":"\u5468\n末","item_list":[{"sku_id":1,"goods_name":"\"x\""}]"#)
        #expect(page.text(row.buyerMessage) == "周\n末")
        #expect(page.text(row.title) == "\"x\"")
    }

    // MARK: Requests

    private func sent(_ call: Call) throws -> [String: String] {
        try PinduoduoRequestTests.parameters(
            adapter.request(
                for: call,
                credentials: Credentials(appKey: "k", appSecret: "s", session: "token"), types: [])
        ).filter { !["sign", "timestamp", "data_type", "version", "client_id"].contains($0.key) }
    }

    @Test func theAdapterAsksForLists() throws {
        let page = PageRequest(
            from: UTCInstant(seconds: 1_000), through: UTCInstant(seconds: 2_800), pageSize: 100)
        #expect(
            try sent(.list(.ordersChanged, page: page)) == [
                "type": "pdd.order.number.list.increment.get", "access_token": "token",
                "start_updated_at": "1000", "end_updated_at": "2800", "order_status": "5",
                "refund_status": "5", "is_lucky_flag": "0", "page": "1", "page_size": "100",
                "use_has_next": "true",
            ])
        var counted = page
        (counted.wantsTotal, counted.pageNumber) = (true, 3)
        #expect(
            try sent(.list(.ordersCreated, page: counted)) == [
                "type": "pdd.order.list.get", "access_token": "token",
                "start_confirm_at": "1000", "end_confirm_at": "2800", "order_status": "5",
                "refund_status": "5", "page": "3", "page_size": "100", "use_has_next": "false",
            ])
        #expect(
            try sent(.list(.refundsChanged, page: counted)) == [
                "type": "pdd.refund.list.increment.get", "access_token": "token",
                "start_updated_at": "1000", "end_updated_at": "2800", "after_sales_type": "1",
                "after_sales_status": "1", "page": "3", "page_size": "100",
            ])
    }

    /// The token goes only where it is needed.
    @Test func theAdapterAsksForSingleThings() throws {
        #expect(
            try sent(.order("o")) == [
                "type": "pdd.order.information.get", "access_token": "token", "order_sn": "o",
            ])
        #expect(
            try sent(.single(.refundDetail, .refund("9", order: "o"))) == [
                "type": "pdd.refund.information.get", "access_token": "token",
                "after_sales_id": "9", "order_sn": "o",
            ])
        let key = ParcelKey(order: "o", trackingNumber: "SF1")
        #expect(
            try sent(.single(.parcelTrace, .trace(key, items: [], carrier: "SF"))) == [
                "type": "pdd.logistics.ordertrace.get", "company_code": "SF", "mail_no": "SF1",
            ])
        #expect(
            try sent(.single(.carriers, .carriers)) == ["type": "pdd.logistics.companies.get"])
        #expect(try sent(.list(.serverTime)) == ["type": "pdd.time.get"])
    }

    @Test(
        arguments: [
            ("1699963205", 1_699_963_205), ("\"1699963205\"", 1_699_963_205),
            ("\"2023-11-14 20:00:05\"", 1_699_963_205), ("1699963205123", 1_699_963_205),
        ] as [(String, Int64)])
    func theAdapterReadsThePlatformsTime(json: String, seconds: Int64) throws {
        let body = Array(#"{"time_get_response":{"time":\#(json)}}"#.utf8)
        guard case .serverTime(let time) = try adapter.answer(body, to: .list(.serverTime)) else {
            return #expect(Bool(false))
        }
        #expect(time.seconds == seconds)
        #expect(adapter.failure("{}", to: .list(.serverTime))?.code == "broken answer")
    }
}
