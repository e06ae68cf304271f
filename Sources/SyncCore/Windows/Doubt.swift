/// Why an answer does not prove that its span is complete. Its rows are stored all the same.
public enum Doubt: String, CaseIterable, Sendable {
    /// A row is older than the span that was asked for: an old version was read.
    case rowOutsideWindow = "row_outside_window"
    /// More rows are announced than the answer holds, though a page has room for them.
    case moreAfterShortPage = "more_after_short_page"
    /// Neither `has_next` nor a total: nothing says whether the answer is whole.
    case noCompleteness = "no_completeness"
    /// The answer holds more rows than it counts, or one row twice.
    case countDiffers = "count_differs"
    /// Passes over the pages of one second do not add up to the platform's count.
    case sweepsDisagree = "sweeps_disagree"
}
