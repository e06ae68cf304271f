/// Reads one window `[start, end)` of a list without page numbers.
///
/// Of a list that comes newest first (mode `seek`):
///
///     seek: ask [max(readStart, through − span), through], first page
///       │ rows, nothing follows  ──▶ that span is stored; go on below it, or complete
///       │ full page, more follow ──▶ all newer than its oldest row's second t is stored:
///       │                            through = t (t again: the page may cut it)
///       │ full page within second t ──▶ sweep the two seconds [t − 1, t] by page numbers
///       └ an answer that breaks a rule ──▶ doubted: same again, then half the span
///
/// Of a list in no promised order, or where a proof is wanted (mode `counted`):
///
///     ask the span with its count
///       │ as many rows as counted ──▶ that span is stored; go on below it, or complete
///       │ more counted than a page holds ──▶ a shorter span
///       └ more than a page in the shortest span ──▶ sweep it by page numbers
///
/// Invariants:
/// 1. Every row with `openEnd <= at < end` was in an answer that was believed.
/// 2. `openEnd` only falls; the window is complete when it reaches `start`.
/// 3. `from < through` in every request: the platforms refuse an empty span.
/// 4. A request's span never exceeds `spanMax`.
public struct WindowReader: Equatable, Sendable {
    public enum Mode: Equatable, Sendable {
        case seek
        case counted
    }

    public struct Policy: Equatable, Sendable {
        /// Longest interval asked for at once, in seconds.
        public var spanMax: Int64
        /// Rows asked for in a page.
        public var pageSize: Int
        public var mode: Mode

        public init(spanMax: Int64, pageSize: Int, mode: Mode = .seek) {
            self.spanMax = spanMax
            self.pageSize = pageSize
            self.mode = mode
        }
    }

    /// What became of an answer.
    public enum Verdict: Equatable, Sendable {
        /// Store its rows; everything from `openEnd` on is now stored.
        case believed
        /// Store its rows; the whole window is now stored.
        case complete
        /// Store nothing of it; ask `nextRequest` later.
        case doubted(Doubt)
    }

    public private(set) var window: TimeWindow
    /// Where reading stops: `window.start` less an overlap that is read once more.
    public private(set) var readStart: UTCInstant
    public private(set) var openEnd: UTCInstant
    /// Length of the next request at most, in seconds: halved on trouble, doubled on success.
    public private(set) var span: Int64
    /// The platform leaves out the second that a request ends in; found out by the seam check.
    public private(set) var endIsExclusive: Bool
    /// Believed answers so far.
    public private(set) var pageCount = 0
    /// Some of them held not all of what was asked for.
    private(set) var hasFullPages = false

    private let policy: Policy
    /// Times before the window that are left out: another reader's.
    private let holes: [TimeWindow]
    /// Inclusive end of the next request.
    private var through: UTCInstant
    /// The second `through` held rows, and should be seen again.
    private var seamIsOpen = false
    private var seamIsProbed = false
    private var doubtCount = 0
    private var sweep: SecondSweep?
    /// Spans to be stored before the next may be longer again: growing at once would run into
    /// the same refusal every second time.
    private(set) var caution: Int
    static let cautionMax = 8

    /// - Parameters:
    ///   - openEnd: where an earlier run stopped; nil for a window not begun.
    ///   - overlap: seconds before the window that are read again.
    ///   - span: length of the first request at most; nil for the policy's longest.
    ///   - holes: parts of the overlap that are left out, in ascending order.
    public init(
        window: TimeWindow, openEnd: UTCInstant? = nil, overlap: Int64 = 0, span: Int64? = nil,
        policy: Policy, caution: Int = 0, endIsExclusive: Bool = false, holes: [TimeWindow] = []
    ) {
        self.caution = caution
        precondition(policy.spanMax >= 2 && policy.pageSize >= 1 && overlap >= 0)
        self.window = window
        self.policy = policy
        self.holes = holes
        self.endIsExclusive = endIsExclusive
        readStart = window.start.advanced(bySeconds: -overlap)
        self.openEnd = openEnd ?? window.end
        through = self.openEnd  // The boundary second is read twice rather than never.
        self.span = min(policy.spanMax, span ?? policy.spanMax)
    }

    public var nextRequest: PageRequest {
        if let sweep { return sweep.nextRequest }
        var request = PageRequest(
            from: spanStart, through: through, wantsTotal: policy.mode == .counted,
            pageSize: policy.pageSize)
        if endIsExclusive || seamIsProbed {
            request.through = request.through.advanced(bySeconds: 1)
            let spanMaxStart = request.through.advanced(bySeconds: -policy.spanMax)
            request.from = min(
                max(request.from, spanMaxStart), through.advanced(bySeconds: -1))
        }
        return request
    }

    /// Takes in the answer to `nextRequest`.
    public mutating func accept(_ page: PageSummary) -> Verdict {
        let request = nextRequest
        if let doubt = Self.doubt(about: page, for: request, policy.mode) { return doubted(doubt) }
        if sweep != nil { return acceptSweepPage(page) }
        if policy.mode == .counted { return acceptCounted(page, request) }
        if seamIsOpen {
            // Any row of the second will do: how rows of one second are ordered can change.
            let isSeen = page.rows.contains { $0.at == through }
            if !isSeen, !seamIsProbed, !endIsExclusive {
                // Either those rows have changed since, or the platform's end is exclusive. One
                // more request that ends a second later tells.
                seamIsProbed = true
                pageCount += 1
                doubtCount = 0
                return .believed
            }
            if isSeen, seamIsProbed { endIsExclusive = true }
        }
        seamIsOpen = false
        seamIsProbed = false
        doubtCount = 0
        pageCount += 1
        let more = page.hasNext ?? ((page.total ?? 0) > page.rows.count)
        guard more, let oldest = page.rows.last?.at else { return spanIsStored(request) }
        hasFullPages = true
        if oldest >= through {
            beginSweep()
            return .believed
        }
        through = oldest
        openEnd = min(openEnd, oldest.advanced(bySeconds: 1))
        seamIsOpen = true
        return .believed
    }

    /// The platform found the span too heavy: time-outs, `isv.trade-service-rejection`.
    public mutating func narrow() {
        shorten()
        caution = Self.cautionMax
    }

    /// A request failed again and again: a shorter span may leave out what the platform fails at.
    mutating func shorten() {
        span = max(1, min(span, through.seconds(since: spanStart)) / 2)
    }

    /// No request could be shorter.
    var isNarrowest: Bool { sweep != nil || through.seconds(since: spanStart) <= 1 }

    /// Leaves what is older than the next request's seconds to another reader.
    /// - Returns: that reader; nil if nothing of the window is older.
    mutating func splitOff() -> WindowReader? {
        // The second before the request's first too: answers may take in the one before.
        let end = through.advanced(bySeconds: -2)
        guard end > window.start else {
            readStart = window.start
            return nil
        }
        let older = WindowReader(
            window: TimeWindow(start: window.start, end: end),
            overlap: window.start.seconds(since: readStart), span: span, policy: policy,
            caution: caution, endIsExclusive: endIsExclusive, holes: holes)
        window.start = end
        readStart = end
        return older
    }

    /// Goes on behind the next request's seconds, without them.
    /// - Returns: what is left out, and whether nothing is left to be read.
    mutating func skip() -> (hole: TimeWindow, isComplete: Bool) {
        let start = through.advanced(bySeconds: -2)
        let hole = TimeWindow(start: start, end: through.advanced(bySeconds: 1))
        sweep = nil
        (seamIsOpen, seamIsProbed) = (false, false)
        through = start
        return (hole, through <= readStart)
    }

    /// A reader that has read its window, for one that goes on to `end`.
    func extended(to end: UTCInstant) -> WindowReader {
        var reader = self
        reader.window.end = end
        return reader
    }

    /// Takes over what another reader learned of the spans that the platform bears.
    mutating func limitSpan(to span: Int64) {
        self.span = max(1, min(self.span, span))
    }

    // MARK: Helpers

    private var spanStart: UTCInstant {
        var start = max(readStart, through.advanced(bySeconds: -span))
        if let hole = nextHole { start = max(start, hole.end) }
        return min(start, through.advanced(bySeconds: -1))
    }

    /// The newest hole that reading has not passed.
    private var nextHole: TimeWindow? {
        holes.last { $0.end < through && readStart < $0.end }
    }

    private mutating func spanIsStored(_ request: PageRequest) -> Verdict {
        if caution > 0 {
            caution -= 1
        } else {
            span = min(policy.spanMax, span * 2)
        }
        guard request.from > readStart else { return windowIsStored() }
        through = request.from  // Shared boundary second.
        while let hole = holes.last(where: { $0.start < through && through <= $0.end }) {
            through = hole.start
        }
        guard through > readStart else { return windowIsStored() }
        openEnd = min(openEnd, max(window.start, request.from))
        return .believed
    }

    private mutating func windowIsStored() -> Verdict {
        openEnd = window.start
        return .complete
    }

    private mutating func beginSweep() {
        let second = TimeWindow(
            start: through.advanced(bySeconds: -1), end: through.advanced(bySeconds: 1))
        sweep = SecondSweep(
            window: second, pageSize: policy.pageSize, endIsExclusive: endIsExclusive,
            isOrdered: policy.mode == .seek)
    }

    /// Only an answer with as many rows as it counts is whole; of a longer one the rows are
    /// stored, and its span is asked for in parts.
    private mutating func acceptCounted(_ page: PageSummary, _ request: PageRequest) -> Verdict {
        let total = page.total ?? (page.hasNext == true ? .max : page.rows.count)
        guard total > policy.pageSize else {
            let ids = Set(page.rows.map(\.idHash))
            guard ids.count == total else { return doubted(.sweepsDisagree) }
            doubtCount = 0
            pageCount += 1
            return spanIsStored(request)
        }
        doubtCount = 0
        pageCount += 1
        hasFullPages = true
        let length = through.seconds(since: spanStart)
        if length <= 1 {
            beginSweep()
            return .believed
        }
        // Aimed at three quarters of a page, for orders are not spread evenly.
        let share = length * 3 / 4 * Int64(policy.pageSize) / Int64(min(total, 1_000_000_000))
        span = page.total == nil ? length / 2 : max(1, min(length / 2, share))
        caution = max(caution, 3)
        return .believed
    }

    private mutating func acceptSweepPage(_ page: PageSummary) -> Verdict {
        guard var running = sweep else { preconditionFailure("no sweep is under way") }
        switch running.accept(page) {
        case .more:
            sweep = running
            pageCount += 1
            return .believed
        case .disagree:
            sweep = nil
            return doubted(.sweepsDisagree)
        case .complete:
            pageCount += 1
            sweep = nil
            doubtCount = 0
            return spanIsStored(
                PageRequest(
                    from: running.window.start, through: through, pageSize: policy.pageSize))
        }
    }

    private mutating func doubted(_ doubt: Doubt) -> Verdict {
        doubtCount += 1
        if doubtCount > 1 {
            sweep = nil
            narrow()
        }
        return .doubted(doubt)
    }

    /// The first rule that an answer breaks: rows inside the bounds, newest first where that is
    /// promised, no more than a page of them, and `has_next` only with a full page.
    static func doubt(
        about page: PageSummary, for request: PageRequest, _ mode: Mode = .seek
    ) -> Doubt? {
        if page.rows.count > request.pageSize { return .tooManyRows }
        var previous = request.through
        for row in page.rows {
            guard let at = row.at else {
                if mode == .seek { return .rowsOutOfOrder }
                continue
            }
            if at > request.through || at < request.from { return .rowOutsideWindow }
            if at > previous, mode == .seek { return .rowsOutOfOrder }
            previous = at
        }
        if page.hasNext == nil, page.total == nil { return .noCompleteness }
        if page.hasNext == true, page.rows.count < request.pageSize { return .moreAfterShortPage }
        if let total = page.total, request.pageNumber == 1, page.hasNext == nil,
            page.rows.count < min(total, request.pageSize)
        {
            return .moreAfterShortPage
        }
        return nil
    }
}
