/// Which part of a list a call asks for.
struct ListPage: Sendable {
    let offset: Int
    let size: Int
    /// True for `has_next` in the answer, false for `total_results`. Never both.
    let wantsHasNext: Bool
}
