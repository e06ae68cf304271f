/// Writes Prometheus' text format, version 0.0.4: families with HELP and TYPE, then samples.
///
///     var text = MetricsText()
///     text.family(.streamLag) { $0.sample(["flagship", "orders"], 4) }
public struct MetricsText: Sendable {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public private(set) var bytes: [UInt8] = []
    private var metric = Metric.healthy

    public init() {}

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// All samples of a metric stand together; one without samples is left out.
    public mutating func family(_ metric: Metric, _ body: (inout MetricsText) -> Void) {
        self.metric = metric
        let start = bytes.count
        append("# HELP \(metric.rawValue) ")
        appendEscaped(metric.help, quotes: false)
        append("\n# TYPE \(metric.rawValue) \(metric.kind.rawValue)\n")
        let samples = bytes.count
        body(&self)
        if bytes.count == samples { bytes.removeSubrange(start...) }
    }

    /// - Parameter labels: the values, in the order of the metric's labels.
    public mutating func sample(_ labels: [String], _ value: Int64) {
        head("", labels, bound: nil)
        append(String(value))
        append("\n")
    }

    public mutating func sample(_ labels: [String], _ value: Double) {
        head("", labels, bound: nil)
        append(Self.number(value))
        append("\n")
    }

    public mutating func sample(_ labels: [String], _ flag: Bool) {
        sample(labels, flag ? 1 as Int64 : 0)
    }

    /// - Parameter counts: for each bound those at most as great, and finally all.
    mutating func histogram(
        _ labels: [String], bounds: [Double], counts: [Int64], sum: Double
    ) {
        for (index, count) in counts.enumerated() {
            let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
            head("_bucket", labels, bound: bound)
            append("\(count)\n")
        }
        head("_sum", labels, bound: nil)
        append("\(Self.number(sum))\n")
        head("_count", labels, bound: nil)
        append("\(counts.last ?? 0)\n")
    }

    // MARK: Helpers

    private mutating func head(_ suffix: String, _ values: [String], bound: String?) {
        precondition(values.count == metric.labels.count, "\(metric.rawValue) \(values)")
        append(metric.rawValue)
        append(suffix)
        if !values.isEmpty || bound != nil {
            append("{")
            for (index, value) in values.enumerated() {
                if index > 0 { append(",") }
                append(metric.labels[index])
                append("=\"")
                appendEscaped(value, quotes: true)
                append("\"")
            }
            if let bound { append("\(values.isEmpty ? "" : ",")le=\"\(bound)\"") }
            append("}")
        }
        append(" ")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }
}
