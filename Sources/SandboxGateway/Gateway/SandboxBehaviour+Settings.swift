extension SandboxBehaviour {
    /// Sets one property by its name in snake case, as `POST /_control` and command lines do:
    /// `reset_rate=0.1`, `calls_per_second=5`; `chaos=SEED` sets them all, `calm=true` none.
    /// - Returns: false for an unknown name or a value that is none.
    public mutating func set(_ name: String, to value: String) -> Bool {
        switch name {
        case "chaos":
            guard let seed = UInt64(value) else { return false }
            self = .chaos(seed: seed)
            return true
        case "calm":
            self = SandboxBehaviour()
            return true
        default:
            break
        }
        if let property = SandboxBehaviour.rates[name] {
            guard let rate = Double(value), (0...1).contains(rate) else { return false }
            self[keyPath: property] = rate
        } else if let property = SandboxBehaviour.durations[name] {
            guard let duration = Int64(value), abs(duration) < 1 << 40,
                duration >= 0 || name == "clock_skew_seconds" || name == "totals_off"
            else { return false }
            self[keyPath: property] = duration
        } else if let property = SandboxBehaviour.counts[name] {
            guard let count = Int(value), count >= 0 else { return false }
            self[keyPath: property] = count
        } else {
            return false
        }
        return true
    }

    private typealias Property<Value> = any WritableKeyPath<SandboxBehaviour, Value> & Sendable

    private static let rates: [String: Property<Double>] = [
        "server_error_rate": \.serverErrorRate,
        "reset_rate": \.resetRate,
        "hang_rate": \.hangRate,
        "truncated_rate": \.truncatedRate,
        "garbage_rate": \.garbageRate,
        "html_page_rate": \.htmlPageRate,
        "hollow_rate": \.hollowRate,
        "empty_envelope_rate": \.emptyEnvelopeRate,
        "shuffled_rate": \.shuffledRate,
        "out_of_window_rate": \.outOfWindowRate,
        "service_fault_rate": \.serviceFaultRate,
        "ban_rate": \.banRate,
        "session_loss_rate": \.sessionLossRate,
    ]

    private static let durations: [String: Property<Int64>] = [
        "hang_milliseconds": \.hangMilliseconds,
        "latency_milliseconds": \.latencyMilliseconds,
        "ban_seconds_max": \.banSecondsMax,
        "window_seconds_max": \.windowSecondsMax,
        "session_loss_seconds": \.sessionLossSeconds,
        "index_lag_seconds_max": \.indexLagSecondsMax,
        "clock_skew_seconds": \.clockSkewSeconds,
        "code_life_seconds": \.codeLifeSeconds,
        "token_life_seconds": \.tokenLifeSeconds,
        "refresh_life_seconds": \.refreshLifeSeconds,
        "offer_seconds": \.offerSeconds,
        "totals_off": \.totalsOff,
    ]

    private static let counts: [String: Property<Int>] = [
        "calls_per_second": \.callsPerSecond,
        "calls_per_day": \.callsPerDay,
        "calls_until_hang": \.callsUntilHang,
        "refund_lists_max": \.refundListsMax,
        "next_stuck": \.nextStuck,
        "authorisations_refused": \.authorisationsRefused,
        "refreshes_refused": \.refreshesRefused,
        "gone_goods_refused": \.goneGoodsRefused,
        "token_answers_lost": \.tokenAnswersLost,
    ]
}
