/// Reads one window `[start, end)` of a list without page numbers. More than 400 lines, because
/// both ways of reading share one state and its invariants.
///
/// The rows of every answer are stored at once, whatever it proves. An answer that proves that a
/// span is complete moves the reader on; one that does not (a doubt) leaves the span open.
///
/// Of a list that comes newest first (mode `seek`):
///
///     seek: ask [max(readStart, through − span), through], first page
///       │ nothing follows         ──▶ that span is stored; continue below it, or complete
///       │ full page, more follow  ──▶ all newer than its oldest row's second t is stored:
///       │                             through = t (t again: the page may cut it)
///       │ full page, not in order ──▶ a shorter span: the page's end is unknown
///       │ full page within second t, or no span is shorter ──▶ sweep [t − 1, t] by page numbers
///       └ doubt ──▶ count: the next spans are asked for with their count
///
/// Of a list in no promised order, where a proof is wanted, or after a doubt (mode `counted`):
///
///     count: ask the span with its count
///       │ as many rows as counted ──▶ that span is stored; continue below it, or complete
///       │ full page, more counted ──▶ a shorter span
///       │ page not full, more counted than a page holds ──▶ ask for the second page:
///       │   it has other rows ──▶ a shorter span; else a doubt: the count is wrong
///       │ full page, no more counted ──▶ the same; without other rows that span is stored
///       │ more than a page in the shortest span ──▶ sweep it by page numbers
///       └ doubt ──▶ the same again, then ever shorter spans, each after a pause
///                    ├ no span is shorter and passes show the same rows ──▶ stuck: quarantined,
///                    │   asked for again at growing pauses, accepted in doubt after
///                    │   `quarantinePasses` more passes without a new row
///                    └ lenient (the feed's other spans are doubtful too) ──▶ accepted in doubt
///                        after `lenientPasses` passes without a new row
///
/// A platform may find rows by an index that is behind, and return them as they are now: newer than
/// the index sorts them. So a row can be newer than `through`: it belongs to a later window, where
/// it will be found again, and decides nothing here.
///
/// Invariants:
/// 1. Every row with `openEnd <= at < end` was in an answer that proved its span complete, or its
///    span was accepted in doubt, which the verdict says.
/// 2. `openEnd` only falls; the window is complete when it reaches `start`.
/// 3. `from < through` in every request: the platforms refuse an empty span.
/// 4. A request's span never exceeds `spanMax`.
/// 5. `through` moves only to the second of a row within the request, of a page in order; or to
///    the request's start.
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

    /// What an answer proves. Its rows are stored in each case.
    public enum Verdict: Equatable, Sendable {
        /// Everything from `openEnd` on is now stored; continue at once.
        case believed
        /// The whole window is now stored.
        case complete
        /// Nothing is proven: ask `nextRequest` after a pause.
        case doubted(Doubt)
        /// A pass over the pages of a second ended without a proof: the next one after a pause.
        case passEnded
        /// The span counts as stored, because further answers show nothing else.
        case acceptedInDoubt(Doubt, isComplete: Bool)
    }

    /// Passes without a new row before the shortest span is quarantined, and before a span is
    /// accepted whose neighbours are doubtful too.
    static let stuckPasses = 3
    static let lenientPasses = 3
    /// Passes over a span whose neighbours are doubtful too before it is cut after all.
    static let lenientPassesMax = 12
    /// Of a second that is swept by pages, where one pass can miss what the next finds.
    static let stuckSweeps = 6
    /// Passes of a quarantined span without a new row before it is accepted.
    static let quarantinePasses = 6
    /// Passes that may find new rows each before the shortest span is quarantined.
    static let passesMax = 30
    /// Answers in a row without a count before a second that needs one is quarantined.
    static let uncountedMax = 6
    /// Spans that are counted after a doubt, before `has_next` is relied on again.
    static let countedSpansMax = 16

    public private(set) var window: TimeWindow
    /// Where reading stops: `window.start` less an overlap that is read once more.
    public private(set) var readStart: UTCInstant
    public private(set) var openEnd: UTCInstant
    /// Length of the next request at most, in seconds: halved on trouble, doubled on success.
    public private(set) var span: Int64
    /// The platform leaves out the second that a request ends in; found out by the seam check.
    public private(set) var endIsExclusive: Bool
    /// Answers so far.
    public private(set) var pageCount = 0
    /// Some of them held not all of what was asked for.
    private(set) var hasFullPages = false

    private let policy: Policy
    /// Times before the window that are left out: another reader's.
    private let holes: [TimeWindow]
    /// Inclusive end of the next request.
    private var through: UTCInstant
    /// The first page that announced more than a page though it was not full: the second page shows
    /// whether the platform cut it off.
    private var cutPage: PageSummary?
    /// The second page of the present span was asked for, and added nothing.
    private var nothingFollows = false
    /// The second `through` held rows, and should be seen again.
    private var seamIsOpen = false
    private var seamIsProbed = false
    private var sweep: CrowdedSecondReader?
    /// What the answers to the present span have shown, since one of them was doubted.
    private var passes = RowUnion()
    /// The span was cut because of a doubt.
    private var isNarrowed = false
    /// The latest doubt, until the span is stored.
    private(set) var doubt: Doubt?
    /// Spans of a list to seek in that are counted instead, because of a doubt.
    private(set) var countedSpans: Int
    /// The latest answer showed rows that the ones before it did not, or moved the reader on.
    private(set) var hasProgressed = false
    /// The latest answer proved a span that holds rows.
    private(set) var hasProvenRows = false
    /// The latest answer shows every row of this time.
    private(set) var provenSpan: TimeWindow?
    /// The feed's other spans are doubtful too: shorter ones do not show where the fault is.
    var isLenient = false
    /// Passes without a new row when the span was quarantined; nil while it is not.
    private(set) var quarantinedAt: Int?
    /// Spans to be stored before the next may be longer again: growing at once would run into
    /// the same refusal every second time.
    private(set) var growthHoldoff: Int
    static let cautionMax = 8
    /// After a doubt spans grow again sooner: one second's fault is no refusal of long spans.
    static let cautionAfterDoubt = 1

    /// - Parameters:
    ///   - openEnd: where an earlier run stopped; nil for a window not begun.
    ///   - overlap: seconds before the window that are read again.
    ///   - span: length of the first request at most; nil for the policy's longest.
    ///   - holes: parts of the overlap that are left out, in ascending order.
    public init(
        window: TimeWindow, openEnd: UTCInstant? = nil, overlap: Int64 = 0, span: Int64? = nil,
        policy: Policy, growthHoldoff: Int = 0, endIsExclusive: Bool = false,
        holes: [TimeWindow] = [],
        countedSpans: Int = 0
    ) {
        self.growthHoldoff = growthHoldoff
        self.countedSpans = countedSpans
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
            from: spanStart, through: through, pageNumber: cutPage == nil ? 1 : 2,
            wantsTotal: isCounting, pageSize: policy.pageSize)
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
        pageCount += 1
        (hasProgressed, hasProvenRows, provenSpan) = (false, false, nil)
        if sweep != nil { return acceptSweepPage(page) }
        if let first = cutPage { return acceptSecond(page, after: first, request) }
        return isCounting ? acceptCounted(page, request) : acceptSought(page, request)
    }

    /// The platform found the span too heavy: time-outs, `isv.trade-service-rejection`.
    public mutating func narrow() {
        shorten()
        growthHoldoff = Self.cautionMax
    }

    /// A request failed again and again: a shorter span may leave out what the platform fails at.
    mutating func shorten() {
        span = max(1, min(span, through.seconds(since: spanStart)) / 2)
        if sweep == nil { passes = RowUnion() }
        (cutPage, nothingFollows) = (nil, false)
    }

    /// No request could be shorter.
    var isNarrowest: Bool { sweep != nil || through.seconds(since: spanStart) <= 1 }

    /// A shorter span or a repeated answer would show nothing new.
    var isStuck: Bool {
        guard isNarrowest, doubt != nil, quarantinedAt == nil else { return false }
        let shown = sweep?.shown ?? passes
        let wanted = sweep == nil ? Self.stuckPasses : Self.stuckSweeps
        return shown.stableCount >= wanted || shown.passCount >= Self.passesMax
            || sweep?.uncountedInRow ?? 0 >= Self.uncountedMax
    }

    /// The present span is quarantined.
    mutating func quarantine() {
        quarantinedAt = (sweep?.shown ?? passes).stableCount
    }

    /// Shorter spans do not help after all: the next request spans as much as the platform bears.
    mutating func widen(to span: Int64) {
        guard isNarrowed, sweep == nil else { return }
        self.span = max(self.span, min(policy.spanMax, span))
        (growthHoldoff, isNarrowed, passes) = (0, false, RowUnion())
        (cutPage, nothingFollows) = (nil, false)
    }

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
            overlap: window.start.seconds(since: readStart),
            span: isNarrowed ? policy.spanMax : span, policy: policy,
            growthHoldoff: isNarrowed ? 0 : growthHoldoff, endIsExclusive: endIsExclusive,
            holes: holes,
            countedSpans: countedSpans)
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
        if isNarrowed { (span, growthHoldoff) = (policy.spanMax, 0) }
        forgetDoubt()
        through = start
        return (hole, through <= readStart)
    }

    /// A reader that has read its window, extended to `end`.
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

    private var isCounting: Bool { policy.mode == .counted || countedSpans > 0 }

    private mutating func forgetDoubt() {
        (passes, doubt, isNarrowed, quarantinedAt) = (RowUnion(), nil, false, nil)
        (seamIsOpen, seamIsProbed) = (false, false)
        (cutPage, nothingFollows) = (nil, false)
    }

    private mutating func spanIsStored(_ request: PageRequest) -> Verdict {
        forgetDoubt()
        hasProgressed = true
        countedSpans = max(0, countedSpans - 1)
        if growthHoldoff > 0 {
            growthHoldoff -= 1
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

    private mutating func beginSweep(after page: PageSummary? = nil) {
        let second = TimeWindow(
            start: through.advanced(bySeconds: -1), end: through.advanced(bySeconds: 1))
        sweep = CrowdedSecondReader(
            window: second, pageSize: policy.pageSize,
            endIsExclusive: endIsExclusive || seamIsOpen,
            expectsMore: page?.hasNext == true)
    }

    // MARK: Seeking

    private mutating func acceptSought(_ page: PageSummary, _ request: PageRequest) -> Verdict {
        guard let doubt = Self.doubt(about: page, for: request) else {
            return acceptInOrder(page, request)
        }
        // A count may show what the answer does not.
        countedSpans = Self.countedSpansMax
        return doubted(doubt, page, request)
    }

    private mutating func acceptInOrder(_ page: PageSummary, _ request: PageRequest) -> Verdict {
        // A full page may be cut off, even if the platform denies it or counts no more rows. It
        // costs one more call where a list ends with a full page.
        let mayBeCutOff = page.shownCount >= request.pageSize
        let isCutOff = mayBeCutOff || Self.announcesMore(page) ?? false
        let oldest = Self.oldest(of: page, in: request)
        if seamWantsProbe(page, isWhole: !isCutOff || oldest != nil) { return .believed }
        guard isCutOff else {
            hasProvenRows = page.shownCount > 0
            provenSpan = TimeWindow(start: request.from, end: request.through)
            return spanIsStored(request)
        }
        hasFullPages = true
        guard let oldest else { return split(by: 2) }
        if oldest >= through {
            beginSweep(after: page)
            return .believed
        }
        hasProgressed = true
        provenSpan = TimeWindow(start: oldest.advanced(bySeconds: 1), end: request.through)
        through = oldest
        openEnd = min(openEnd, oldest.advanced(bySeconds: 1))
        seamIsOpen = true
        return .believed
    }

    /// The second that the request ends in held rows: is it left out of the answer?
    /// - Parameter isWhole: what the page does not show at that end is not there. Of any other page
    ///   only a row of that second decides.
    /// - Returns: whether one more request, which ends a second later, has to decide.
    private mutating func seamWantsProbe(_ page: PageSummary, isWhole: Bool) -> Bool {
        if seamIsOpen {
            // Any row of the second will do: how rows of one second are ordered can change.
            let isSeen = page.rows.contains { $0.at == through }
            guard isSeen || isWhole else { return false }
            if !isSeen, !seamIsProbed, !endIsExclusive {
                // Either those rows have changed since, or the platform's end is exclusive.
                seamIsProbed = true
                return true
            }
            if isSeen, seamIsProbed { endIsExclusive = true }
        }
        (seamIsOpen, seamIsProbed) = (false, false)
        return false
    }

    /// Of a page in order: the time that it reaches down to. Rows newer than the request are left
    /// out, because their place in the order is not their time's. Nil where none is left.
    private static func oldest(of page: PageSummary, in request: PageRequest) -> UTCInstant? {
        var oldest: UTCInstant?
        for at in page.rows.compactMap(\.at) where at <= request.through {
            guard at <= oldest ?? at else { return nil }
            oldest = at
        }
        return oldest
    }

    /// Asks for less at once; what cannot be cut is swept.
    private mutating func split(by parts: Int64) -> Verdict {
        hasFullPages = true
        let length = through.seconds(since: spanStart)
        if length <= 1 {
            beginSweep()
            return .believed
        }
        span = max(1, length / parts)
        growthHoldoff = max(growthHoldoff, 3)
        return .believed
    }

    // MARK: Counting

    /// Only an answer with as many rows as it counts is whole. A page that is cut off is asked for
    /// in parts. The count alone proves no cut: it may count what the list does not select.
    private mutating func acceptCounted(_ page: PageSummary, _ request: PageRequest) -> Verdict {
        let distinct = Set(page.rows.map(\.idHash)).count + page.rejectedCount
        let isOld = page.rows.contains { $0.at.map { $0 < request.from } ?? false }
        if isOld { return doubted(.rowOutsideWindow, page, request) }
        let isFull = page.shownCount >= policy.pageSize
        let uncounted = page.hasNext.map { $0 || isFull ? .max : page.shownCount }
        guard let total = page.total ?? uncounted else {
            return doubted(.noCompleteness, page, request)
        }
        // Where counts are wrong elsewhere, a full page may be cut off.
        let isCutOff = isLenient && isFull
        let isWhole = distinct == total && !isCutOff
        if seamWantsProbe(page, isWhole: isWhole) { return .believed }
        if isWhole {
            // A count that is too small hides rows behind a full page.
            if page.shownCount == policy.pageSize, !nothingFollows {
                cutPage = page
                return .believed
            }
            hasProvenRows = total > 0
            provenSpan = TimeWindow(start: request.from, end: request.through)
            return spanIsStored(request)
        }
        if isFull, total > policy.pageSize || isCutOff { return cut(page, total: total) }
        let isShort = page.shownCount < total
        // The next answers like this one would be accepted: rows behind it would be lost.
        let isAcceptable = isLenient || quarantinedAt != nil
        if page.shownCount > 0, !nothingFollows,
            total > policy.pageSize || isShort && isAcceptable
        {
            cutPage = page
            return .believed
        }
        return doubted(isShort ? .moreAfterShortPage : .countDiffers, page, request)
    }

    /// Asks for a span that is not whole in parts.
    private mutating func cut(_ page: PageSummary, total: Int) -> Verdict {
        // Aimed at three quarters of a page, because orders are not spread evenly.
        let length = through.seconds(since: spanStart)
        let rows = Int64(min(total, 1_000_000_000))
        let share = length * 3 / 4 * Int64(policy.pageSize) / max(1, rows)
        let isVague = page.total == nil || total <= policy.pageSize || isLenient
        let verdict = split(by: 2)
        if sweep == nil, !isVague { span = max(1, min(span, share)) }
        return verdict
    }

    /// The second page shows whether the first, which was not full, was cut off: a platform may
    /// hold its pages shorter, or leave rows out of a page after it was cut.
    private mutating func acceptSecond(
        _ page: PageSummary, after first: PageSummary, _ request: PageRequest
    ) -> Verdict {
        cutPage = nil
        if !page.shownIDs.isSubset(of: first.shownIDs) {
            return cut(first, total: first.total ?? .max)
        }
        nothingFollows = true
        return acceptCounted(first, request)
    }

    private mutating func acceptSweepPage(_ page: PageSummary) -> Verdict {
        guard var running = sweep else { preconditionFailure("no sweep is under way") }
        let progress = running.accept(page)
        sweep = running
        let request = PageRequest(
            from: running.window.start, through: through, pageSize: policy.pageSize)
        switch progress {
        case .more:
            return .believed
        case .passEnded(let hasGrown):
            hasProgressed = hasGrown
            if running.shown.stableCount > 1 || running.shown.passCount > 4
                || running.uncountedInRow > 1
            {
                doubt = .sweepsDisagree
            }
            if let doubt,
                isAccepted(running.shown, after: Self.stuckSweeps)
                    || isUncounted(running)
            {
                sweep = nil
                return acceptInDoubt(doubt, request)
            }
            return .passEnded
        case .complete:
            sweep = nil
            hasProvenRows = true
            return spanIsStored(request)
        }
    }

    // MARK: Doubts

    private mutating func doubted(
        _ doubt: Doubt, _ page: PageSummary, _ request: PageRequest
    ) -> Verdict {
        let isFirst = self.doubt == nil
        hasProgressed = passes.add(page.rows.map(\.idHash)) && !isFirst
        self.doubt = doubt
        if isAccepted(passes, after: Self.lenientPasses) { return acceptInDoubt(doubt, request) }
        let isCut = isLenient ? passes.passCount >= Self.lenientPassesMax : !isFirst
        guard isCut, quarantinedAt == nil, !isNarrowest else { return .doubted(doubt) }
        span = max(1, min(span, through.seconds(since: spanStart)) / 8)
        growthHoldoff = Self.cautionAfterDoubt
        isNarrowed = true
        passes = RowUnion()
        nothingFollows = false
        return .doubted(doubt)
    }

    private func isAccepted(_ shown: RowUnion, after passes: Int) -> Bool {
        if let quarantinedAt {
            let more = isLenient ? 1 : Self.quarantinePasses
            return shown.stableCount >= max(passes, min(quarantinedAt + more, passes + more))
        }
        return isLenient && shown.stableCount >= passes
    }

    /// The platform does not count the rows of a second at all.
    private func isUncounted(_ sweep: CrowdedSecondReader) -> Bool {
        let most = Self.uncountedMax + (isLenient ? 0 : Self.quarantinePasses)
        return (isLenient || quarantinedAt != nil) && sweep.uncountedInRow >= most
    }

    private mutating func acceptInDoubt(_ doubt: Doubt, _ request: PageRequest) -> Verdict {
        if seamIsOpen, !seamIsProbed, !endIsExclusive {
            // None of these answers held a row of the second that they end in.
            (seamIsProbed, passes) = (true, RowUnion())
            return .doubted(doubt)
        }
        return .acceptedInDoubt(doubt, isComplete: spanIsStored(request) == .complete)
    }

    /// Whether more rows follow the page; nil when it does not say.
    private static func announcesMore(_ page: PageSummary) -> Bool? {
        let counted = page.total.map { $0 > page.shownCount }
        return page.hasNext.map { $0 || counted ?? false } ?? counted
    }

    /// Why an answer proves nothing about its span: a row is older than that, it does not say
    /// whether more follow, or more should follow a page that is not full.
    public static func doubt(about page: PageSummary, for request: PageRequest) -> Doubt? {
        if page.rows.contains(where: { $0.at.map { $0 < request.from } ?? false }) {
            return .rowOutsideWindow
        }
        guard let more = announcesMore(page) else { return .noCompleteness }
        return more && page.shownCount < request.pageSize ? .moreAfterShortPage : nil
    }
}
