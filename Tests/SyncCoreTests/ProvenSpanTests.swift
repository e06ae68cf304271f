import Testing

@testable import SyncCore

/// The time of which an answer shows every row.
@Suite struct ProvenSpanTests {
    private func reader(_ mode: WindowReader.Mode) -> WindowReader {
        WindowReader(
            window: TimeWindow(start: UTCInstant(seconds: 100), end: UTCInstant(seconds: 200)),
            policy: WindowReader.Policy(spanMax: 1_000, pageSize: 3, mode: mode))
    }

    private func page(
        _ times: [Int64], hasNext: Bool?, total: Int? = nil, rejected: Int = 0
    ) -> PageSummary {
        let rows = times.enumerated().map { index, time in
            RowKey(idHash: UInt64(index + 1), at: UTCInstant(seconds: time))
        }
        return PageSummary(
            rows: rows, hasNext: hasNext, total: total,
            rejected: Array(repeating: 9, count: rejected))
    }

    /// - Returns: its start and end.
    private func proven(_ mode: WindowReader.Mode, _ page: PageSummary) -> [Int64]? {
        var reader = reader(mode)
        _ = reader.accept(page)
        return reader.provenSpan.map { [$0.start.seconds, $0.end.seconds] }
    }

    @Test func aLastPageProvesTheWholeSpan() {
        #expect(proven(.seek, page([150], hasNext: false)) == [100, 200])
        #expect(proven(.seek, page([], hasNext: false, rejected: 1)) == [100, 200])
    }

    /// The page ends within the second of its oldest row.
    @Test func aFullPageProvesWhatIsNewerThanItsOldestRow() {
        #expect(proven(.seek, page([190, 180, 170], hasNext: true)) == [171, 200])
    }

    @Test func aPageWithoutAnOrderProvesNothing() {
        #expect(proven(.seek, page([170, 180, 190], hasNext: true)) == nil)
    }

    @Test func aDoubtProvesNothing() {
        #expect(proven(.seek, page([150], hasNext: true)) == nil)
        #expect(proven(.counted, page([150], hasNext: nil, total: 2)) == nil)
    }

    @Test func aCountProvesItsSpan() {
        #expect(proven(.counted, page([150], hasNext: nil, total: 1)) == [100, 200])
        #expect(proven(.counted, page([150], hasNext: nil, total: 2, rejected: 1)) == [100, 200])
        #expect(proven(.counted, page([150, 160, 170], hasNext: nil, total: 9)) == nil)
    }
}
