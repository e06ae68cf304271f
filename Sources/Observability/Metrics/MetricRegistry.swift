public import CoreMetrics
internal import Synchronization

/// Keeps swift-metrics' counters and timers of this process and writes them for Prometheus.
///
/// Only names of `Metric` are known, with their labels in their order; what else a library asks
/// for goes nowhere, so that no caller can create series without bound.
public final class MetricRegistry: MetricsFactory {
    private struct Key: Hashable {
        var metric: Metric
        var values: [String]
    }

    private struct Handlers {
        var counters: [Key: CountingHandler] = [:]
        var timers: [Key: HistogramHandler] = [:]
    }

    private let handlers = Mutex(Handlers())

    /// Series of one process; far above what apps, methods and results can make.
    static let seriesMax = 5_000

    public init() {}

    /// Adds to a counter of ours; `values` in the order of the metric's labels.
    public func count(_ metric: Metric, _ values: [String], by amount: Int64 = 1) {
        counter(Key(metric: metric, values: values))?.increment(by: amount)
    }

    /// Adds a time to a histogram of ours.
    public func time(_ metric: Metric, _ values: [String], milliseconds: Int64) {
        timer(Key(metric: metric, values: values))?.recordNanoseconds(milliseconds * 1_000_000)
    }

    /// Writes the families of this process.
    public func write(to text: inout MetricsText) {
        let (counters, timers) = handlers.withLock { ($0.counters, $0.timers) }
        for metric in Metric.allCases {
            text.family(metric) { text in
                for (key, handler) in counters.filter({ $0.key.metric == metric })
                    .sorted(by: { $0.key.values.lexicographicallyPrecedes($1.key.values) })
                {
                    text.sample(key.values, handler.total)
                }
                for (key, handler) in timers.filter({ $0.key.metric == metric })
                    .sorted(by: { $0.key.values.lexicographicallyPrecedes($1.key.values) })
                {
                    let (counts, sum) = handler.contents
                    text.histogram(
                        key.values, bounds: HistogramHandler.bounds, counts: counts, sum: sum)
                }
            }
        }
    }

    // MARK: swift-metrics

    public func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        guard let key = key(label, dimensions), key.metric.kind == .counter,
            let counter = counter(key)
        else { return NOOPMetricsHandler.instance }
        return counter
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard let key = key(label, dimensions), key.metric.kind == .histogram,
            let timer = timer(key)
        else { return NOOPMetricsHandler.instance }
        return timer
    }

    /// Gauges are in the database; nothing in the process records any.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        NOOPMetricsHandler.instance
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}

    // MARK: Helpers

    private func key(_ label: String, _ dimensions: [(String, String)]) -> Key? {
        guard let metric = Metric(rawValue: label), metric.labels == dimensions.map(\.0) else {
            return nil
        }
        return Key(metric: metric, values: dimensions.map(\.1))
    }

    private func counter(_ key: Key) -> CountingHandler? {
        handlers.withLock { handlers in
            if let known = handlers.counters[key] { return known }
            guard handlers.counters.count < Self.seriesMax else { return nil }
            let made = CountingHandler()
            handlers.counters[key] = made
            return made
        }
    }

    private func timer(_ key: Key) -> HistogramHandler? {
        handlers.withLock { handlers in
            if let known = handlers.timers[key] { return known }
            guard handlers.timers.count < Self.seriesMax else { return nil }
            let made = HistogramHandler()
            handlers.timers[key] = made
            return made
        }
    }
}
