import Platforms
import SyncCore
import Testing

@testable import Configuration
@testable import OrderSync

/// What `check` notes, and what it says as a failure.
@Suite struct CheckNotesTests {
    @Test(
        arguments: [
            ("", 0), ("overlap_max = \"20m\"", 1), ("sweep = [\"5m\"]", 1),
            ("overlap_max = \"5m\"", 0), ("sweep = [\"30m\"]", 0), ("sweep = []", 0),
        ])
    func onlyWhatWasSetIsNoted(shop: String, count: Int) throws {
        let configuration = try ConfigurationReader.parse(
            ConfigurationTests.file(shop: shop), file: "test.toml")
        // Another note is about the quota.
        let notes = ConfigurationTraps.notes(configuration)
            .filter { $0.hasPrefix("the first sweep") }
        #expect(notes.count == count, "\(notes)")
    }

    /// `check` calls an answer good only if the daemon would rely on it.
    @Test(
        arguments: [
            (false, nil, 0, nil), (nil, 0, 0, nil), (nil, nil, 0, "no_completeness"),
            (true, nil, 0, "more_after_short_page"), (nil, 3, 0, "more_after_short_page"),
            (false, nil, 1, "rows_rejected"),
        ] as [(Bool?, Int?, Int, String?)])
    func doubtfulAnswersAreNotGood(
        hasNext: Bool?, total: Int?, rejected: Int, expected: String?
    ) {
        let request = PageRequest(
            from: UTCInstant(seconds: 100), through: UTCInstant(seconds: 700), pageSize: 1)
        let summary = PageSummary(
            rows: [], hasNext: hasNext, total: total,
            rejected: Array(repeating: 1, count: rejected))
        let answer = PlatformAnswer.orders(OrderPage(bytes: []), summary)
        #expect(GatewayProber.doubt(of: answer, to: .list(request)) == expected)
        #expect(GatewayProber.doubt(of: .order(OrderPage(bytes: [])), to: .order("1")) == nil)
    }

    /// `check` asks for the daemon's page size: rows on a page that is not full are no excuse for
    /// a wrong count or a `has_next` that is stuck.
    @Test(
        arguments: [
            (false, 1, nil), (nil, 1, nil), (nil, 2, "more_after_short_page"),
            (true, nil, "more_after_short_page"), (nil, nil, "no_completeness"),
        ] as [(Bool?, Int?, String?)])
    func rowsExcuseNoWrongCount(hasNext: Bool?, total: Int?, expected: String?) {
        let request = PageRequest(
            from: UTCInstant(seconds: 100), through: UTCInstant(seconds: 700), pageSize: 100)
        let row = RowKey(idHash: 1, at: UTCInstant(seconds: 300))
        let summary = PageSummary(rows: [row], hasNext: hasNext, total: total)
        let answer = PlatformAnswer.orders(OrderPage(bytes: []), summary)
        #expect(GatewayProber.doubt(of: answer, to: .list(request)) == expected)
    }

    /// Every refusal of the list of refunds is reported, unless it is temporary.
    @Test(
        arguments: [
            (.badRequest, true, false), (.notFound, true, false), (.misconfigured, true, true),
            (.unauthorised, true, true), (.retry(afterSeconds: nil), false, false),
            (.throttled(.method, seconds: nil), false, false), (.empty, false, false),
        ] as [(Disposition, Bool, Bool)])
    func lastingRefusalsAreReported(disposition: Disposition, ofList: Bool, ofOrder: Bool) {
        let failure = CallFailure(disposition, code: "1", line: "")
        let page = PageRequest(
            from: UTCInstant(seconds: 0), through: UTCInstant(seconds: 1), pageSize: 1)
        #expect(GatewayProber.isLasting(failure, of: .list(page)) == ofList)
        #expect(GatewayProber.isLasting(failure, of: .order("1")) == ofOrder)
        var unknown = failure
        unknown.isUnknownCode = true
        if case .retry = disposition {
            #expect(GatewayProber.isLasting(unknown, of: .list(page)))
        }
    }
}
