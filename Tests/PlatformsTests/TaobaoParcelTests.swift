import SyncCore
import Testing

@testable import Platforms

@Suite struct TaobaoParcelTests {
    private let adapter = TaobaoAdapter()
    private let order = "3147029749005308888"

    private func trace(_ body: [UInt8], _ order: String) throws -> ParcelTrace {
        guard case .trace(let trace) = try adapter.answer(body, to: .trace(order)) else {
            preconditionFailure("a trace")
        }
        return trace
    }

    private func trace(_ body: String) throws -> ParcelTrace {
        try trace(Array(body.utf8), order)
    }

    private func listing(_ body: String) throws -> ParcelListing {
        guard case .parcels(let listing) = try adapter.answer(Array(body.utf8), to: .parcels("1"))
        else { preconditionFailure("parcels") }
        return listing
    }

    private func parcels(_ body: String) throws -> [ParcelRow] {
        let listing = try listing(body)
        #expect(listing.rejected == [])
        return listing.rows
    }

    // MARK: Traces

    @Test func theDecoderReadsASignedParcel() throws {
        let trace = try trace(try Fixture.bytes("parcels/logistics_trace_signed.json"), order)
        #expect(
            trace
                == ParcelTrace(
                    trackingNumber: "SF1234567890123", company: "顺丰速运", status: .delivered,
                    platformStatus: "对方已签收",
                    events: [
                        ParcelEvent(
                            at: UTCInstant(seconds: 1_762_823_520), text: "已揽收", action: "GOT"),
                        ParcelEvent(
                            at: UTCInstant(seconds: 1_762_943_400), text: "已签收",
                            action: "SIGNED"),
                    ]))
    }

    /// The documented sample's status is no text of any table: the steps decide.
    @Test func theDecoderReadsTheDocumentedSample() throws {
        let body = try Fixture.bytes("parcels/taobao.logistics.trace.search.response.json")
        let trace = try trace(body, "1324657987")
        #expect(trace.trackingNumber == "1324657987")
        #expect(trace.company == "中通速递")
        #expect(trace.status == .inTransit)
        #expect(trace.platformStatus == "1")
        #expect(trace.unknownCount == 0)
        #expect(trace.events.map(\.action) == ["ARRIVE"])
    }

    @Test func theDecoderSortsStepsAndKeepsThoseOfOneSecond() throws {
        let trace = try trace(
            #"""
            {"status":"物流公司揽收成功","trace_list":{"transit_step_info":[
            {"status_time":"2025-11-12 08:00:00","status_desc":"c"},
            {"status_time":"2025-11-11 08:00:00","status_desc":"a","action":"GOT"},
            {"status_time":"2025-11-12 08:00:00","status_desc":"d"},
            {"status_time":"2025-11-11 09:00:00","action":"DEPARTURE"},
            {"status_time":"some day","status_desc":"no time"}]}}
            """#)
        #expect(trace.events.map(\.text) == ["a", "", "c", "d"])
        #expect(trace.status == .inTransit)
        #expect(trace.trackingNumber == nil)
    }

    @Test(arguments: [
        #"{"logistics_trace_search_response":{"trace_list":{"transit_step_info":[STEP]}}}"#,
        #"{"logistics_trace_search_response":{"trace_list":{"transit_step_info":STEP}}}"#,
        #"{"trace_list":[STEP],"request_id":"x"}"#,
    ])
    func theDecoderReadsEveryForm(form: String) throws {
        let step = #"{"status_time":"2025-11-11 08:00:00","status_desc":"x","action":"SENT_SCAN"}"#
        let trace = try trace(form.replacing("STEP", with: step))
        #expect(trace.status == .outForDelivery)
        #expect(trace.platformStatus.isEmpty)
        #expect(trace.events.count == 1)
        #expect(trace.unknownCount == 0)
    }

    @Test(arguments: [
        "", "{}", "null", "[]", "<html></html>", #"{"logistics_trace_search_response":{}}"#,
        #"{"logistics_trace_search_response":{"out_sid":"1","tid":1,"company_name":"x"}}"#,
        #"{"status":"","trace_list":null}"#,
    ])
    func aBrokenAnswerIsNoTrace(body: String) {
        let failure = adapter.failure(body, to: .trace(order))
        #expect(failure?.code == "broken answer")
        #expect(failure?.disposition == .retry(afterSeconds: nil))
    }

    /// The way of another order's parcel must not be stored as this one's.
    @Test func theWayOfAnotherOrderIsRefused() {
        let body = #"{"tid":1,"status":"对方已签收","trace_list":{}}"#
        #expect(adapter.failure(body, to: .trace("2"))?.code == "broken answer")
        #expect(adapter.failure(body, to: .trace("1")) == nil)
        #expect(adapter.failure(#"{"status":"对方已签收"}"#, to: .trace("2")) == nil)
    }

    @Test func anEmptyTraceIsATrace() throws {
        let trace = try trace(#"{"status":"物流公司已接单","trace_list":{}}"#)
        #expect(trace.status == .pending)
        #expect(trace.events.isEmpty)
    }

    // MARK: Parcels of an order

    @Test(arguments: [
        "parcels/taobao.logistics.orders.get.response.json",
        "parcels/taobao.logistics.orders.detail.get.response.json",
    ])
    func theDecoderReadsTheParcelsOfAnOrder(file: String) throws {
        let body = String(decoding: try Fixture.bytes(file), as: UTF8.self)
        #expect(
            try parcels(body) == [
                ParcelRow(
                    trackingNumber: "1455858255", company: "申通快递", items: ["1234567890"],
                    isSplit: false)
            ])
    }

    @Test(
        arguments: [
            (
                #"{"shippings":{"single_result_dto":[{"out_sid":"A","#
                    + #""sub_tids":{"number":[1,2]}}]}}"#,
                ["A:1,2"]
            ),
            (#"{"shippings":{"shipping":{"out_sid":"A","sub_tids":{"number":3}}}}"#, ["A:3"]),
            (#"{"shippings":[{"out_sid":"A","sub_tids":[1]},{"out_sid":"B"}]}"#, ["A:1", "B:"]),
            // Not sent yet: a row without a number is no parcel.
            (#"{"shippings":{"shipping":[{"status":"CREATED"},{"out_sid":""}]}}"#, []),
            (#"{"shippings":{}}"#, []), (#"{"total_results":0}"#, []),
            (#"{"logistics_orders_get_response":{"total_results":0,"request_id":"x"}}"#, []),
        ] as [(String, [String])])
    func theDecoderReadsEveryFormOfParcels(body: String, expected: [String]) throws {
        let rows = try parcels(body)
        #expect(
            rows.map { "\($0.trackingNumber):\($0.items.joined(separator: ","))" } == expected)
    }

    /// One parcel that cannot be read is recorded, and the others are stored.
    @Test(
        arguments: [
            (#"{"out_sid":{"no":"B"}}"#, .unusableID), (#"{"out_sid":[7]}"#, .unusableID),
            (#"{"out_sid":true}"#, .unusableID), (#"{"out_sid":7.8123E+14}"#, .unusableID),
            (#"{"out_sid":"7.8123E+14"}"#, .unusableID), ("[]", .notAnObject), ("7", .notAnObject),
        ] as [(String, RejectedRow.Reason)])
    func aParcelWithoutAReadableNumberIsRejected(
        row: String, reason: RejectedRow.Reason
    ) throws {
        let listing = try listing(
            #"{"shippings":{"shipping":[{"out_sid":"E4821"},\#(row),{"out_sid":78123456}]}}"#)
        #expect(listing.rows.map(\.trackingNumber) == ["E4821", "78123456"])
        #expect(listing.rejected.map(\.entity) == [.parcel])
        #expect(listing.rejected.map(\.reason) == [reason])
        #expect(listing.rejected.map(\.order) == ["1"])
        #expect(listing.rejected.map { String(decoding: $0.raw, as: UTF8.self) } == [row])
    }

    @Test(arguments: [
        "", "{}", "[]", "<html></html>", #"{"shippings":7}"#, #"{"shippings":{"shipping":"x"}}"#,
        #"{"logistics_orders_get_response":{}}"#,
        #"{"total_results":2}"#, #"{"request_id":"x"}"#,
    ])
    func aBrokenAnswerIsNoListOfParcels(body: String) {
        #expect(adapter.failure(body, to: .parcels("1"))?.code == "broken answer")
    }
}
