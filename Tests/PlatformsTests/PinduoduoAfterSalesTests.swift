import SyncCore
import Testing
import WireFormat

@testable import Platforms

@Suite struct PinduoduoAfterSalesTests {
    private let adapter = PinduoduoAdapter()

    private func refunds(_ body: [UInt8]) throws -> (RefundPage, PageSummary) {
        guard
            case .refunds(let page, let summary) = try adapter.answer(
                body, to: .list(.refundsChanged))
        else { preconditionFailure("a list of refunds") }
        return (page, summary)
    }

    @Test func theAdapterReadsTheList() throws {
        let body = try Fixture.bytes("pinduoduo/pdd.refund.list.increment.get.response.json")
        let (page, summary) = try refunds(body)
        #expect(summary.total == 1)
        #expect(summary.hasNext == nil)
        #expect(page.source == .list)
        let row = try #require(page.refunds.first)
        #expect(row.id == "1")
        #expect(row.order == "190228-355530178612389")
        #expect(row.item == "1")
        // Yuan, as text.
        #expect(row.refundFen == 100)
        #expect(row.paymentFen == 100)
        #expect(row.modifiedAt.seconds == 1_551_612_204)
        #expect(row.createdAt?.seconds == 1_551_612_204)
        #expect(row.kind == "1")
        #expect(row.platformStatus == "1")
        #expect(row.status == .unknown)
        #expect(row.reason == "不想要了")
        #expect(row.title == "1")
        #expect(row.returnCompany == "str")
        #expect(row.returnTrackingNumber == "1")
        #expect(row.raw.hasPrefix("{"))
        #expect(row.raw.contains("speed_refund_flag"))
        #expect(!row.lacksEssentials)
        #expect(summary.rows == [RowKey(idHash: summary.rows[0].idHash, at: row.modifiedAt)])
    }

    /// No envelope, fen instead of yuan, and kinds that count from one less.
    @Test func theAdapterReadsOneInFull() throws {
        var text = String(
            decoding: Fixture.compact(
                try Fixture.bytes("pinduoduo/pdd.refund.information.get.response.json")),
            as: UTF8.self)
        // Of the sample, the order's number and the time of the last change are placeholders.
        text.replace(#""order_sn":"str""#, with: #""order_sn":"190228-1""#)
        let call = Call.single(.refundDetail, .refund("10", order: "190228-1"))
        guard case .refund(let placeholder) = try adapter.answer(Array(text.utf8), to: call) else {
            return #expect(Bool(false))
        }
        #expect(placeholder.refunds.isEmpty)
        #expect(placeholder.rejected.map(\.reason) == [.unreadableTime])
        text.replace(#""updated_time":"str""#, with: #""updated_time":"2023-11-14 20:00:05""#)
        guard case .refund(let page) = try adapter.answer(Array(text.utf8), to: call) else {
            return #expect(Bool(false))
        }
        let row = page.refunds[0]
        #expect(page.source == .detail)
        #expect(row.id == "10")
        #expect(row.order == "190228-1")
        #expect(row.refundFen == 1)
        #expect(row.paymentFen == 100)
        #expect(row.kind == "2")
        #expect(row.platformStatus == "0")
        #expect(row.status == .closed)
        #expect(row.text == "联系卖家多次，一直不发货，申请仅退款处理")
        #expect(row.returnTrackingNumber == "str")
        #expect(row.modifiedAt == beijing("2023-11-14 20:00:05"))
        let other = Call.single(.refundDetail, .refund("11", order: "190228-1"))
        #expect(adapter.failure(text, to: other)?.code == "broken answer")
    }

    /// docs/PLATFORMS.md, States.
    @Test(
        arguments: [
            (.requested, [2, 3, 8]), (.refunding, [4, 5]), (.returning, [7, 31, 33]),
            (.refused, [6]), (.exchanging, [14, 15, 18, 21, 22, 27, 32]), (.completed, [10]),
            (.closed, [0, 9, 11, 12, 13, 16, 17, 24, 25]), (.unknown, [1, 19, 34, -1]),
        ] as [(RefundStatus, [Int64])])
    func everyStateHasItsMeaning(status: RefundStatus, codes: [Int64]) {
        for code in codes {
            #expect(PinduoduoRefundDecoder.unified(code) == status, "\(code)")
        }
    }

    @Test func everyDocumentedStateIsKnown() {
        let known: [Int64] = [
            0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 24, 25, 27, 31,
            32, 33,
        ]
        for status in known {
            #expect(PinduoduoRefundDecoder.unified(status) != .unknown, "\(status)")
        }
        #expect(PinduoduoRefundDecoder.unified(10) == .completed)
        #expect(PinduoduoRefundDecoder.unified(99) == .unknown)
        // Only where the money went back.
        #expect(known.filter { PinduoduoRefundDecoder.unified($0) == .completed } == [10])
    }

    @Test func idsStayExact() throws {
        let json = """
            {"refund_increment_get_response":{"refund_list":[{"id":9007199254740993,\
            "order_sn":"1","refund_amount":"12.30","updated_time":1699963205}],"total_count":1}}
            """
        let row = try refunds(Array(json.utf8)).0.refunds[0]
        #expect(row.id == "9007199254740993")
        #expect(row.refundFen == 1_230)
        #expect(row.lacksEssentials)  // No state was said.
    }

    // MARK: Parcels

    private func trace(_ json: String) throws -> ParcelTrace {
        guard case .trace(let trace) = try adapter.answer(Array(json.utf8), to: .trace("o")) else {
            preconditionFailure("a trace")
        }
        return trace
    }

    @Test func theAdapterReadsATrace() throws {
        let body = try Fixture.bytes(
            "pinduoduo/pdd.logistics.ordertrace.get.synthetic.response.json")
        let read = try trace(String(decoding: body, as: UTF8.self))
        #expect(read.status == .collected)
        #expect(read.unknownCount == 0)
        #expect(
            read.events == [
                ParcelEvent(at: beijing("2023-11-14 21:00:00"), text: "已揽收", action: "GOT")
            ])
    }

    /// Whatever the node and the list are called, and in whatever order steps come.
    @Test(arguments: ["logistics_ordertrace_get_resposne", "logistics_ordertrace_get_response"])
    func theAdapterReadsTracesOfAnyForm(node: String) throws {
        let read = try trace(
            #"{"\#(node)":{"trace":[{"time":"2023-11-14 22:00:00","action":"SIGN","desc":"b"},"#
                + #"{"status_time":1699966800,"action":"GOT","status_desc":"a"},{"desc":"?"}]}}"#)
        #expect(read.events.map(\.text) == ["a", "b"])
        #expect(read.status == .delivered)
        #expect(adapter.failure(#"{"\#(node)":{}}"#, to: .trace("o"))?.code == "broken answer")
    }

    @Test func aTraceThatTheCourierDoesNotHaveIsEmpty() {
        let json =
            #"{"error_response":{"error_code":50001,"sub_code":"ISV_TRACK_ERROR","error_msg":"x"}}"#
        #expect(adapter.failure(json, to: .trace("o"))?.disposition == .empty)
    }

    @Test func theAdapterReadsTheCarriers() throws {
        let body = try Fixture.bytes("pinduoduo/pdd.logistics.companies.get.response.json")
        guard
            case .carriers(let rows) = try adapter.answer(
                body, to: .single(.carriers, .carriers))
        else { return #expect(Bool(false)) }
        #expect(rows.count == 13)
        #expect(rows[0] == CarrierRow(id: "1", code: "STO", name: "申通快递"))
        #expect(rows.first { $0.id == "44" }?.code == "SF")
        #expect(rows.first { $0.id == "86" }?.code == "")
        let empty = #"{"logistics_companies_get_response":{"logistics_companies":[]}}"#
        #expect(
            adapter.failure(empty, to: .single(.carriers, .carriers))?.code == "broken answer")
    }

    // MARK: Authorisation

    private let platform = PinduoduoAuthorisation()
    private let app = AuthorisationApp(
        key: "k", secret: "s", redirectURI: "https://shop.example/back")
    private let now = UTCInstant(seconds: 1_700_000_000)

    @Test func theAdapterShowsThePage() {
        #expect(
            platform.page(authorizeURL: platform.authorizeURL, app: app, state: "a.b")
                == "https://fuwu.pinduoduo.com/service-market/auth?response_type=code&client_id=k"
                + "&redirect_uri=https%3A%2F%2Fshop.example%2Fback&state=a.b&view=web")
    }

    /// Signed like any call; the secret itself is never sent.
    @Test func theAdapterAsksForTokensAtTheGateway() throws {
        let made = try PinduoduoRequestTests.parameters(
            platform.request(code: "c", app: app, now: now))
        #expect(made["type"] == "pdd.pop.auth.token.create")
        #expect(made["code"] == "c")
        #expect(made["timestamp"] == "1700000000")
        #expect(made["client_id"] == "k")
        #expect(made["sign"] == PinduoduoSignature.sign(made, secret: "s"))
        #expect(!made.values.contains("s"))
        #expect(made["access_token"] == nil)
        let renewed = try PinduoduoRequestTests.parameters(
            platform.request(refreshToken: "r", app: app, now: now))
        #expect(renewed["type"] == "pdd.pop.auth.token.refresh")
        #expect(renewed["refresh_token"] == "r")
        #expect(platform.tokenURL == nil)
        #expect(platform.redirectURI == nil)
    }

    @Test func theAdapterReadsAGrant() throws {
        let body = try Fixture.bytes("pinduoduo/pdd.pop.auth.token.create.synthetic.response.json")
        let grant = try platform.decode(PlatformResponse(status: 200, body: body), now: now)
        #expect(grant.accessToken == "tok0123456789abcdef0123456789abcdef012345")
        #expect(grant.refreshToken == "ref0123456789abcdef0123456789abcdef012345")
        #expect(grant.expiresAt?.seconds == 1_700_086_400)
        #expect(grant.refreshUntil?.seconds == 1_702_592_000)
        #expect(grant.userID == "100000001")
        #expect(grant.nick == "pdd10000000100")
        #expect(grant.levels.isEmpty)
        #expect(grant.isRefreshable)
    }

    @Test func theAdapterReadsALeanGrant() throws {
        let json = """
            {"pop_auth_token_refresh_response":{"access_token":"t","expires_at":1700000900,\
            "owner_id":9007199254740993,"w2_expires_at":1700000100,"r2_expires_at":1700000200}}
            """
        let grant = try platform.decode(
            PlatformResponse(status: 200, body: Array(json.utf8)), now: now)
        #expect(grant.expiresAt?.seconds == 1_700_000_900)
        #expect(!grant.isRefreshable)
        #expect(grant.userID == "9007199254740993")
        #expect(grant.levels == ["r2": UTCInstant(seconds: 1_700_000_200)])
    }

    /// What is down for now has not used the token up; a method that is withdrawn never works
    /// again.
    @Test(arguments: [
        (10_019, AuthorisationFailure.Kind.refused), (20_032, .refused), (50_001, .unknown),
        (52_101, .later), (20_004, .misconfigured), (10_001, .clockOff), (70_036, .later),
        (52_102, .later), (52_103, .later), (70_033, .later), (50_000, .unknown),
        (20_034, .refused), (20_000, .refused),
    ])
    func theAdapterSaysWhyNoGrantCame(code: Int, kind: AuthorisationFailure.Kind) {
        let json = #"{"error_response":{"error_code":\#(code),"error_msg":"m"}}"#
        do {
            _ = try platform.decode(
                PlatformResponse(status: 200, body: Array(json.utf8)), now: now)
            Issue.record("a grant")
        } catch {
            #expect(error.kind == kind)
        }
        #expect(
            platform.refreshMayMend(code: "\(code)") == ([10_019, 20_000, 20_032].contains(code)))
    }

    @Test func aBrokenAnswerProvesNothing() {
        for body in ["", "<html></html>", "{}", #"{"pop_auth_token_create_response":{}}"#] {
            do {
                _ = try platform.decode(
                    PlatformResponse(status: 200, body: Array(body.utf8)), now: now)
                Issue.record("a grant from \(body)")
            } catch {
                #expect(error.kind == .unknown)
            }
        }
    }

    // MARK: Privacy

    /// Every member that a policy hides is gone from the JSON of a real shape, sealed texts too.
    @Test func theMaskHidesBuyersInTheJSON() throws {
        let body = try Fixture.bytes(
            "pinduoduo/pdd.order.number.list.increment.get.synthetic-count.response.json")
        var page = try adapter.orders(body).page
        let filter = PersonalFilter(
            policy: PrivacyPolicy(receiver: .drop, raw: .mask),
            members: Platform.pinduoduo.personalMembers)
        filter.apply(to: &page)
        let order = page.orders[0]
        #expect(order.receiverName.isAbsent)
        #expect(order.receiverPhone.isAbsent)
        let raw = try #require(page.text(order.raw))
        for needle in ["~AgAAAAAexample", "静安区", "示例路", "张"] {
            #expect(!raw.contains(needle), "\(needle)")
        }
        #expect(raw.contains("SKU-1"))
        #expect(raw.contains(#""pay_amount": 36.8"#))
    }
}
