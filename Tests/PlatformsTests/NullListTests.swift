import SyncCore
import Testing

@testable import Platforms

/// Null where the list belongs is no proof that there are no rows: a count has to say so.
@Suite struct NullListTests {
    private static let request = PageRequest(
        from: UTCInstant(seconds: 0), through: UTCInstant(seconds: 1_800), pageSize: 100)

    private func doubt(
        _ adapter: any PlatformAdapter, _ method: CallMethod, _ body: String
    ) throws -> Doubt? {
        let response = PlatformResponse(status: 200, body: Array(body.utf8))
        let answer = try adapter.decode(response, to: .list(method))
        guard case .page(let summary) = answer.outcome else {
            preconditionFailure("a list answers with a page")
        }
        #expect(summary.rows.isEmpty)
        #expect(summary.rejectedCount == 0)
        return WindowReader.doubt(about: summary, for: Self.request)
    }

    private static let taobaoLists = [
        #""trades":null"#, #""trades":"""#, #""trades":{"trade":null}"#,
        #""trades":{"trade":""}"#, #""trade":null"#,
    ]

    @Test(arguments: [CallMethod.ordersChanged, .ordersCreated], taobaoLists)
    func aTaobaoListOfOrdersIsDoubted(method: CallMethod, list: String) throws {
        func doubt(_ members: String) throws -> Doubt? {
            try self.doubt(TaobaoAdapter(), method, #"{"r_response":{\#(members),\#(list)}}"#)
        }
        #expect(try doubt(#""has_next":false"#) == .noCompleteness)
        #expect(try doubt(#""has_next":true"#) == .moreAfterShortPage)
        #expect(try doubt(#""has_next":false,"total_results":5"#) == .moreAfterShortPage)
        #expect(try doubt(#""total_results":5"#) == .moreAfterShortPage)
        #expect(try doubt(#""total_results":0"#) == nil)
    }

    @Test(arguments: [#""refunds":null"#, #""refunds":{"refund":null}"#, #""refunds":"""#])
    func aTaobaoListOfRefundsIsDoubted(list: String) throws {
        func doubt(_ members: String) throws -> Doubt? {
            try self.doubt(
                TaobaoAdapter(), .refundsChanged, #"{"r_response":{\#(members),\#(list)}}"#)
        }
        #expect(try doubt(#""has_next":false"#) == .noCompleteness)
        #expect(try doubt(#""has_next":false,"total_results":5"#) == .moreAfterShortPage)
        #expect(try doubt(#""total_results":0"#) == nil)
    }

    @Test(
        arguments: [
            (.ordersChanged, "order_sn_list"), (.ordersCreated, "order_list"),
            (.refundsChanged, "refund_list"),
        ] as [(CallMethod, String)], ["null", #""""#])
    func aPinduoduoListIsDoubted(kind: (method: CallMethod, list: String), value: String) throws {
        func doubt(_ members: String) throws -> Doubt? {
            let json = #"{"r_response":{\#(members),"\#(kind.list)":\#(value)}}"#
            return try self.doubt(PinduoduoAdapter(), kind.method, json)
        }
        #expect(try doubt(#""has_next":false"#) == .noCompleteness)
        #expect(try doubt(#""has_next":false,"total_count":5"#) == .moreAfterShortPage)
        #expect(try doubt(#""total_count":0"#) == nil)
    }

    @Test func aPromotersListIsDoubted() throws {
        func doubt(_ members: String) throws -> Doubt? {
            let json = #"{"order_list_get_response":{"order_list":null\#(members)}}"#
            return try self.doubt(PinduoduoAdapter(), .affiliateChanged, json)
        }
        #expect(try doubt("") == .noCompleteness)
        #expect(try doubt(#","total_count":5"#) == .moreAfterShortPage)
        #expect(try doubt(#","total_count":0"#) == nil)
    }

    /// Real answers without rows leave the list out, or contain an empty one.
    @Test(arguments: ["", #","trades":{}"#, #","trades":[]"#, #","trades":{"trade":[]}"#])
    func anEmptyListIsBelieved(list: String) throws {
        #expect(
            try doubt(
                TaobaoAdapter(), .ordersChanged, #"{"r_response":{"has_next":false\#(list)}}"#)
                == nil)
    }
}
