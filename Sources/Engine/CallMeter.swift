import CoreMetrics
import Observability
public import SyncCore

/// Counts what the engine does, through swift-metrics. Labels come from closed sets.
public final class CallMeter: Sendable {
    private let registry: MetricRegistry

    init(_ registry: MetricRegistry) {
        self.registry = registry
    }

    public func record(_ result: CallResult, of call: Call, app: String, method: String, ms: Int64)
    {
        counter(.calls, [app, method, Self.name(result.outcome)])
        counter(.classCalls, [app, call.callClass.name])
        CoreMetrics.Timer(
            label: Metric.callDuration.rawValue,
            dimensions: dimensions(.callDuration, [app, method]), factory: registry
        ).recordMilliseconds(ms)
    }

    func recordRetry(app: String, method: String) {
        counter(.retries, [app, method])
    }

    public func record(_ doubt: Doubt) {
        counter(.doubts, [doubt.rawValue])
    }

    public func recordRequest(path: String, code: Int) {
        counter(.pageRequests, [path, "\(code)"])
    }

    // MARK: Helpers

    private func counter(_ metric: Metric, _ values: [String]) {
        Counter(
            label: metric.rawValue, dimensions: dimensions(metric, values), factory: registry
        ).increment()
    }

    private func dimensions(_ metric: Metric, _ values: [String]) -> [(String, String)] {
        Array(zip(metric.labels, values))
    }

    private static func name(_ outcome: CallResult.Outcome) -> String {
        switch outcome {
        case .page, .detail, .trace, .parcels, .goods, .carriers, .serverTime, .seller: "ok"
        case .failure(let failure):
            switch failure.disposition {
            case .retry: "retry"
            case .narrow: "too_slow"
            case .throttled: "throttled"
            case .unauthorised: "unauthorized"
            case .misconfigured: "misconfigured"
            case .clockSkew: "clock_skew"
            case .badRequest: "bad_request"
            case .notFound: "not_found"
            case .empty: "empty"
            }
        }
    }
}
