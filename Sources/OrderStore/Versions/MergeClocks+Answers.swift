internal import SyncCore

extension MergeClocks {
    /// The clocks of an answer, whose time of request is from now on the later of both.
    init(_ change: LedgerChange, _ content: inout AnswerContent?) {
        self.init(
            answeredAt: change.answeredAt, askedAt: change.askedAt,
            askedMilliseconds: content?.askedMilliseconds ?? 0)
        stamp(&content)
    }

    /// Of an answer about one order or refund.
    init(_ change: WorkChange, _ content: inout AnswerContent?) {
        self.init(
            answeredAt: change.answeredAt, askedAt: change.askedAt,
            askedMilliseconds: content?.askedMilliseconds ?? 0)
        isDirect = true
        stamp(&content)
    }

    private func stamp(_ content: inout AnswerContent?) {
        if let askedMilliseconds { content?.stamp(askedMilliseconds: askedMilliseconds) }
    }
}
