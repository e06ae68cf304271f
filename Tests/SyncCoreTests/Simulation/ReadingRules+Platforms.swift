@testable import SyncCore

extension ReadingRules {
    /// Every list newest first, in long spans, without content at times: like Taobao's.
    static let seeking: ReadingRules = {
        let changed = List(spanMax: 1_800, mode: .seek)
        var rules = ReadingRules(
            changed: changed, swept: List(spanMax: 21_600, spanFirst: 1_800, mode: .seek),
            created: List(spanMax: 30 * 86_400, spanFirst: 86_400, mode: .seek),
            refunds: List(spanMax: 86_400, mode: .counted))
        rules.listsParcels = true
        return rules
    }()

    /// Short spans, three minutes behind, history by count, rows that state all, and carriers that
    /// have to be known: like Pinduoduo's.
    static let counting: ReadingRules = {
        let changed = List(spanMax: 1_800, mode: .seek)
        var rules = ReadingRules(
            changed: changed, swept: changed, created: List(spanMax: 86_400, mode: .counted),
            refunds: List(spanMax: 1_800, mode: .counted))
        rules.affiliate = List(spanMax: 86_400, mode: .counted, horizon: 90 * 86_400)
        rules.settleMin = 180
        rules.listsAreComplete = true
        rules.tracesNeedCarrier = true
        return rules
    }()
}
