import CoreMetrics
import Testing

@testable import Observability

@Suite struct MetricsTextTests {
    @Test func theTextWritesFamilies() {
        var text = MetricsText()
        text.family(.streamLag) { text in
            text.sample(["a", "orders"], 4 as Int64)
            text.sample(["b\\\"\n", "店"], -1 as Int64)
        }
        text.family(.refunds) { _ in }
        text.family(.cpu) { $0.sample([], 1.25) }
        text.family(.healthy) { $0.sample([], true) }
        #expect(
            text.text == """
                # HELP ordersync_stream_lag_seconds How far a stream is behind what it is for.
                # TYPE ordersync_stream_lag_seconds gauge
                ordersync_stream_lag_seconds{shop="a",stream="orders"} 4
                ordersync_stream_lag_seconds{shop="b\\\\\\"\\n",stream="店"} -1
                # HELP process_cpu_seconds_total User and system CPU time spent.
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 1.25
                # HELP ordersync_healthy 1 if /healthz answers 200, else 0.
                # TYPE ordersync_healthy gauge
                ordersync_healthy 1

                """)
    }

    @Test(
        arguments: [
            (0.5, "0.5"), (3, "3"), (-2, "-2"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"), (1e20, "1e+20"), (0.000_01, "1e-05"),
        ] as [(Double, String)])
    func theTextWritesNumbers(value: Double, expected: String) {
        var text = MetricsText()
        text.family(.cpu) { $0.sample([], value) }
        #expect(text.text.split(separator: "\n").last == "process_cpu_seconds_total \(expected)")
    }

    /// promtool says the rest.
    @Test(arguments: Metric.allCases)
    func namesFollowTheRules(metric: Metric) {
        let name = metric.rawValue
        #expect(name.hasPrefix("ordersync_") || name.hasPrefix("process_"))
        #expect(name.utf8.allSatisfy { $0 == 95 || (97...122).contains($0) })
        #expect(metric.help.hasSuffix("."))
        #expect(!metric.help.contains("\n"))
        #expect(Set(metric.labels).count == metric.labels.count)
    }

    @Test func theTextCountsThroughSwiftMetrics() {
        let registry = MetricRegistry()
        let labels = [("app", "main"), ("method", "m"), ("result", "ok")]
        for _ in 0..<3 {
            Counter(label: "ordersync_calls_total", dimensions: labels, factory: registry)
                .increment()
        }
        CoreMetrics.Timer(
            label: "ordersync_call_duration_seconds", dimensions: Array(labels.prefix(2)),
            factory: registry
        ).recordMilliseconds(250)
        // Of names and labels that no one knows, nothing is kept.
        Counter(label: "other_total", dimensions: [], factory: registry).increment()
        Counter(
            label: "ordersync_calls_total", dimensions: [("buyer", "tb1")], factory: registry
        ).increment()
        Gauge(label: "ordersync_healthy", dimensions: [], factory: registry).record(1)
        var text = MetricsText()
        registry.write(to: &text)
        let lines = text.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines.contains("ordersync_calls_total{app=\"main\",method=\"m\",result=\"ok\"} 3"))
        let head = "ordersync_call_duration_seconds"
        let series = "{app=\"main\",method=\"m\""
        #expect(lines.contains("\(head)_bucket\(series),le=\"0.1\"} 0"))
        #expect(lines.contains("\(head)_bucket\(series),le=\"0.25\"} 1"))
        #expect(lines.contains("\(head)_bucket\(series),le=\"+Inf\"} 1"))
        #expect(lines.contains("\(head)_sum\(series)} 0.25"))
        #expect(lines.contains("\(head)_count\(series)} 1"))
        #expect(lines.count == 1 + HistogramHandler.bounds.count + 3)
    }
}
