import SyncCore
import Testing
import WireFormat

@testable import Platforms

/// Every scalar of every fixture becomes every hostile value. Nothing may end the process, each row
/// is decoded or rejected with a reason, and the rows beside it are decoded as always.
@Suite struct HostileValueTests {
    /// JSON that no decoder expects in place of a value.
    private static let values: [[UInt8]] =
        [
            "9223372036854775807", "-9223372036854775808", "9223372036854775808",
            "18446744073709551616", "1e-9223372036854775808", "1e9223372036854775807", "1e400",
            "3.1e18", "0", "-0", "-1", "1.5", "99999999999999",
            #""9223372036854775807""#, #""-9223372036854775808""#, #""1e-9223372036854775808""#,
            #""92233720368547758.07""#, #""""#, #"" ""#, #"" 5""#, #""5 ""#, #""\u00a05\t""#,
            #""NaN""#, #""-inf""#, #""true""#, "true", "false", "null", "{}", "[]", "[[1]]",
            #"[{"a":null}]"#, #"{"a":[1,{"b":null}]}"#, #""\ud800""#, #""x\udc00""#, #""\u0000""#,
            "\"\u{1}\"", #""0000-00-00 00:00:00""#, #""9999-12-31 23:59:59""#,
            #""2025-02-30 00:00:00""#, #""2025-11-11 00:00:00""#,
        ].map { Array($0.utf8) } + [[34, 0xFF, 0xC0, 34]]

    /// For members that no decoder reads.
    private static let fewValues: [[UInt8]] =
        [#"{"a":[1,{"b":null}]}"#, #""\ud800""#, "1e400"].map { Array($0.utf8) }

    private static let digits = [UInt8](repeating: UInt8(ascii: "7"), count: 100_000)

    static let fixtures: [HostileFixture] = [
        list("answers/taobao.trades.sold.increment.get", .taobao, .ordersChanged, "trade"),
        list("answers/taobao.trades.sold.get", .taobao, .ordersCreated, "trade", stride: 5),
        list("answers/taobao.trades.sold.get.2012", .taobao, .ordersCreated, "trade", stride: 10),
        list(
            "answers/taobao.trades.sold.incrementv.get", .taobao, .ordersChanged, "trade",
            stride: 10),
        list("refunds/taobao.refunds.receive.get", .taobao, .refundsChanged, "refund"),
        one("answers/taobao.trade.fullinfo.get", .taobao, .order("2231958349"), stride: 5),
        one("refunds/taobao.refund.get", .taobao, .refund("2231958349")),
        one("answers/taobao.time.get", .taobao, .list(.serverTime)),
        scans("parcels/taobao.logistics.trace.search", .taobao, "transit_step_info"),
        one("parcels/taobao.logistics.orders.get", .taobao, .parcels("125555221")),
        list(
            "pinduoduo/pdd.order.number.list.increment.get.synthetic-count", .pinduoduo,
            .ordersChanged, "order_sn_list"),
        list(
            "pinduoduo/pdd.order.number.list.increment.get.synthetic-hasnext", .pinduoduo,
            .ordersChanged, "order_sn_list", stride: 10),
        list("pinduoduo/pdd.order.list.get", .pinduoduo, .ordersCreated, "order_list", stride: 5),
        list(
            "pinduoduo/pdd.order.basic.list.get", .pinduoduo, .ordersChanged, "order_list",
            stride: 10),
        list(
            "pinduoduo/pdd.refund.list.increment.get", .pinduoduo, .refundsChanged, "refund_list"),
        one("pinduoduo/pdd.order.information.get.synthetic", .pinduoduo, .order("1"), stride: 5),
        one("pinduoduo/pdd.refund.information.get", .pinduoduo, .refund("10")),
        scans("pinduoduo/pdd.logistics.ordertrace.get.synthetic", .pinduoduo, "trace_list"),
        one("pinduoduo/pdd.logistics.companies.get", .pinduoduo, .single(.carriers, .carriers)),
        list(
            "pinduoduo/pdd.ddk.order.list.increment.get", .pinduoduo, .affiliateChanged,
            "order_list", stride: 3),
        list(
            "pinduoduo/pdd.ddk.order.list.increment.get.real-2018", .pinduoduo, .affiliateChanged,
            "order_list", stride: 10),
        list(
            "pinduoduo/pdd.ddk.all.order.list.increment.get", .pinduoduo, .affiliateChanged,
            "order_list", stride: 10),
        goods("pinduoduo/pdd.ddk.goods.search.real-2018", "goods_list", stride: 10),
        goods("pinduoduo/pdd.ddk.goods.search", "goods_list", stride: 10),
        goods("pinduoduo/pdd.ddk.goods.detail", "goods_details", stride: 3),
        goods("pinduoduo/pdd.ddk.goods.detail.shape-2026", "goods_details", stride: 5),
    ]

    private static func list(
        _ file: String, _ platform: Platform, _ method: CallMethod, _ rows: String,
        stride: Int = 1
    ) -> HostileFixture {
        HostileFixture(
            file: "\(file).response.json", platform: platform, call: .list(method), list: rows,
            stride: stride)
    }

    private static func one(
        _ file: String, _ platform: Platform, _ call: Call, stride: Int = 1
    ) -> HostileFixture {
        HostileFixture(
            file: "\(file).response.json", platform: platform, call: call, stride: stride)
    }

    private static func scans(
        _ file: String, _ platform: Platform, _ rows: String
    ) -> HostileFixture {
        HostileFixture(
            file: "\(file).response.json", platform: platform, call: .trace("1324657987"),
            list: rows, identity: ["tid"])
    }

    private static func goods(
        _ file: String, _ rows: String, stride: Int = 1
    ) -> HostileFixture {
        let query = GoodsQuery(goods: ["x"], pid: "", isDetail: rows == "goods_details")
        return HostileFixture(
            file: "\(file).response.json", platform: .pinduoduo,
            call: .single(.goodsSearch, .goods(query)), list: rows, stride: stride)
    }

    /// The members that the decoders of whole pages read; those of small answers read most.
    private static let readNames: Set<String> = Set(
        TaobaoTradeDecoder.Field.allCases.map(\.rawValue)
            + TaobaoTradeDecoder.ItemField.allCases.map(\.rawValue)
            + TaobaoTradeDecoder.ParcelField.allCases.map(\.rawValue)
            + PinduoduoOrderDecoder.Field.allCases.map(\.rawValue)
            + PinduoduoOrderDecoder.ItemField.allCases.map(\.rawValue))

    private static func values(for name: String, of fixture: HostileFixture) -> [[UInt8]] {
        let all = fixture.stride == 1 ? values : everyFew(fixture.stride, name)
        let isOrder = [.ordersChanged, .ordersCreated, .orderDetail].contains(fixture.call.method)
        return isOrder && !readNames.contains(name) ? fewValues : all
    }

    /// Other values for other names.
    private static func everyFew(_ stride: Int, _ name: String) -> [[UInt8]] {
        values.indices.filter { ($0 + name.utf8.count) % stride == 0 }.map { values[$0] }
    }

    // MARK: Rows

    /// All rows of one value are in one answer, between two copies of the rows as they are.
    @Test(arguments: fixtures.filter { $0.list != nil })
    func everyRowIsDecodedOrRejected(fixture: HostileFixture) throws {
        let text = Fixture.compact(try Fixture.bytes(fixture.file))
        let places = try JSONPlaces(text, list: fixture.list)
        let first = try #require(places.rows.first)
        let last = try #require(places.rows.last)
        let good = Array(text[first.lowerBound..<last.upperBound])
        let outcome = try fixture.decode(text)
        #expect(outcome.count + outcome.rejected.count == places.rows.count)
        func body(_ rows: [[UInt8]]) -> [UInt8] {
            let all = ([good] + rows + [good]).joined(separator: [UInt8(ascii: ",")])
            return Array(text[..<first.lowerBound] + all + text[last.upperBound...])
        }
        func isSound(_ rows: [[UInt8]]) -> Bool {
            guard let answer = try? fixture.decode(body(rows)) else { return false }
            let count = answer.count + answer.rejected.count
            return count == rows.count + 2 * places.rows.count
                && outcome.decoded.allSatisfy { answer.decoded[$0.key, default: 0] >= 2 * $0.value }
        }
        var rows: [(name: String, json: [UInt8])] = []
        for scalar in places.scalars {
            guard
                let row = places.rows.first(where: {
                    $0.lowerBound <= scalar.range.lowerBound
                        && scalar.range.upperBound <= $0.upperBound
                })
            else { continue }
            for value in Self.values(for: scalar.name, of: fixture) {
                let head = text[row.lowerBound..<scalar.range.lowerBound]
                let tail = text[scalar.range.upperBound..<row.upperBound]
                rows.append((scalar.name, Array(head + value + tail)))
            }
        }
        var start = 0
        while start < rows.count {
            let group = rows[start..<min(start + 100, rows.count)]
            start += 100
            if isSound(group.map(\.json)) { continue }
            for row in group where !isSound([row.json]) {
                let json = String(decoding: row.json.prefix(2_000), as: UTF8.self)
                Issue.record("\(fixture) does not survive \(row.name): \(json)")
                return
            }
        }
    }

    /// The members beside the rows cost no row.
    @Test(arguments: fixtures.filter { $0.list != nil })
    func membersBesideTheRowsCostNone(fixture: HostileFixture) throws {
        let text = Fixture.compact(try Fixture.bytes(fixture.file))
        let places = try JSONPlaces(text, list: fixture.list)
        let expected = try fixture.decode(text)
        for scalar in places.scalars where !fixture.identity.contains(scalar.name) {
            if places.rows.contains(where: { $0.overlaps(scalar.range) }) { continue }
            for value in Self.values {
                var body = text
                body.replaceSubrange(scalar.range, with: value)
                let outcome = try? fixture.decode(body)
                #expect(
                    outcome?.decoded == expected.decoded,
                    "\(scalar.name): \(String(decoding: value, as: UTF8.self))")
                #expect(
                    outcome?.rejected.count == expected.rejected.count,
                    "\(scalar.name): \(String(decoding: value, as: UTF8.self))")
            }
        }
    }

    // MARK: Answers about one thing

    /// It is decoded, rejected, or no answer.
    @Test(arguments: fixtures.filter { $0.list == nil })
    func anAnswerAboutOneThingEndsNothing(fixture: HostileFixture) throws {
        let text = Fixture.compact(try Fixture.bytes(fixture.file))
        for scalar in try JSONPlaces(text, list: nil).scalars {
            for value in Self.values(for: scalar.name, of: fixture) {
                var body = text
                body.replaceSubrange(scalar.range, with: value)
                do throws(CallFailure) {
                    let outcome = try fixture.decode(body)
                    for row in outcome.rejected { #expect(!row.raw.isEmpty) }
                } catch {
                    #expect(error.line.utf8.count < 2_000)
                }
            }
        }
    }

    /// Numbers of 100,000 digits, as a number and as a text.
    @Test(arguments: fixtures.filter { $0.stride <= 3 && $0.list != nil })
    func longNumbersAreRead(fixture: HostileFixture) throws {
        let text = Fixture.compact(try Fixture.bytes(fixture.file))
        let places = try JSONPlaces(text, list: fixture.list)
        guard let row = places.rows.first else { return }
        let expected = try fixture.decode(text)
        for quote in [[], [UInt8(ascii: "\"")]] {
            for scalar in places.scalars
            where row.overlaps(scalar.range)
                && (scalar.name.hasSuffix("id") || scalar.name.hasSuffix("time")
                    || scalar.name.hasSuffix("amount") || scalar.name == "modified")
            {
                let value = quote + Self.digits + quote
                let bad =
                    text[row.lowerBound..<scalar.range.lowerBound] + value
                    + text[scalar.range.upperBound..<row.upperBound] + [UInt8(ascii: ",")]
                let body = text[..<row.lowerBound] + bad + text[row.lowerBound...]
                let outcome = try fixture.decode(Array(body))
                #expect(outcome.count + outcome.rejected.count == places.rows.count + 1)
                #expect(
                    expected.decoded.allSatisfy {
                        outcome.decoded[$0.key, default: 0] >= $0.value
                    })
            }
        }
    }

    // MARK: Errors and sessions

    /// An error stays an error, or becomes an answer that cannot be read.
    @Test(arguments: [Platform.taobao, .pinduoduo])
    func errorsStayErrors(platform: Platform) throws {
        let names =
            platform == .taobao
            ? try Fixture.names(in: "errors")
            : try Fixture.names(in: "pinduoduo").filter { $0.contains("/error.") }
        #expect(names.count > 10)
        for name in names {
            let text = try Fixture.bytes(name)
            for call in [Call.list(), .list(.refundsChanged)] {
                let fixture = HostileFixture(file: name, platform: platform, call: call)
                for scalar in try JSONPlaces(text, list: nil).scalars {
                    for value in Self.values {
                        var body = text
                        body.replaceSubrange(scalar.range, with: value)
                        #expect(throws: CallFailure.self) { try fixture.decode(body) }
                    }
                }
            }
        }
    }

    /// The times of a session can be reckoned with and printed.
    @Test func sessionsHaveTimesOrNone() throws {
        let now = UTCInstant(seconds: 1_762_790_401)
        for name in try Fixture.names(in: "authorisation")
            + ["pinduoduo/pdd.pop.auth.token.create.synthetic.response.json"]
        {
            let text = try Fixture.bytes(name)
            for scalar in try JSONPlaces(text, list: nil).scalars {
                for value in Self.values {
                    var body = text
                    body.replaceSubrange(scalar.range, with: value)
                    let response = PlatformResponse(status: 200, body: body)
                    for platform in Platform.allCases {
                        let grant = try? platform.authorisation.decode(response, now: now)
                        let times = [grant?.expiresAt, grant?.refreshUntil].compactMap(\.self)
                        #expect(times.allSatisfy { (1..<100_000_000_000).contains($0.seconds) })
                    }
                }
            }
        }
    }
}
