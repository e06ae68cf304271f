public import Logging
internal import SyncCore
internal import WireFormat

/// Writes swift-log's events to stderr, one line each: JSON for machines, text for a terminal.
public struct EventLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let sink: LogSink
    private let isJSON: Bool

    public init(level: Logger.Level, format: LogFormat, sink: LogSink) {
        logLevel = level
        self.sink = sink
        isJSON =
            switch format {
            case .auto: !sink.isTerminal
            case .json: true
            case .text: false
            }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let fields = all.map { (key: $0.key, field: Self.field($0.value)) }
            .sorted { ($0.field.index, $0.key) < ($1.field.index, $1.key) }
        let milliseconds = sink.wallMilliseconds()
        let line =
            isJSON
            ? json(event, fields.map { ($0.key, $0.field.value) }, milliseconds)
            : text(event, fields.map { ($0.key, $0.field.value) }, milliseconds)
        sink.write(line, priority: Self.priority(event.level))
    }

    // MARK: Forms

    private func json(
        _ event: LogEvent, _ fields: [(String, LogField)], _ milliseconds: Int64
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("ts", UTCText.rfc3339(milliseconds: milliseconds))
            json.member("level", event.level.rawValue)
            json.member("msg", "\(event.message)")
            for (name, value) in fields {
                switch value {
                case .text(let text): json.member(name, text)
                case .number(let number): json.member(name, number)
                case .flag(let flag): json.member(name, flag)
                case .decimal(let number):
                    json.key(name)
                    json.raw("\(number.isFinite ? number : 0)".utf8)
                }
            }
        }
        return json.text
    }

    /// `2025-11-11 20:00:03 +0800 notice  window stored shop=flagship rows=42`, in local time.
    private func text(
        _ event: LogEvent, _ fields: [(String, LogField)], _ milliseconds: Int64
    ) -> String {
        let seconds = milliseconds / 1_000
        let clock = LocalTime.text(
            UTCInstant(seconds: seconds), offsetSeconds: LocalTime.offsetSeconds(at: seconds))
        let level = event.level.rawValue
        let padding = String(repeating: " ", count: max(1, 8 - level.utf8.count))
        var line = "\(clock) \(level)\(padding)\(Self.oneLine("\(event.message)"))"
        for (name, value) in fields {
            let text = value.description
            let isPlain =
                !text.isEmpty && !text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
            if isPlain {
                line += " \(name)=\(text)"
            } else {
                var quoted: [UInt8] = []
                JSONWriter.appendQuoted(text, to: &quoted)
                line += " \(name)=\(String(decoding: quoted, as: UTF8.self))"
            }
        }
        return line
    }

    /// A message of a library may hold line feeds, or what a terminal obeys.
    private static func oneLine(_ message: String) -> String {
        guard message.utf8.contains(where: { $0 < 0x20 }) else { return message }
        var quoted: [UInt8] = []
        JSONWriter.appendQuoted(message, to: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }

    private static func field(
        _ value: Logger.Metadata.Value
    ) -> (index: Int, value: LogField) {
        if case .stringConvertible(let some) = value, let field = some as? OrderedField {
            return (field.index, field.value)
        }
        return (.max, .text("\(value)"))
    }

    /// Syslog's numbers, as journald reads them from the start of a line.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
