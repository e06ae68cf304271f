public import Logging

/// A field's value that keeps its type: numbers and booleans are JSON's own.
public enum LogField: Sendable, CustomStringConvertible, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral
{
    case text(String)
    case number(Int64)
    case decimal(Double)
    case flag(Bool)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .number(value) }
    public init(floatLiteral value: Double) { self = .decimal(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }

    public var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .decimal(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        }
    }
}

extension Logger {
    /// Writes one event: a constant message, and fields in the order given.
    public func event(
        _ level: Logger.Level, _ message: StaticString, _ fields: [(String, LogField)] = []
    ) {
        guard logLevel <= level else { return }
        var metadata: Logger.Metadata = [:]
        for (index, field) in fields.enumerated() {
            // swift-log's metadata has no order; the index gives it one, and is not written.
            metadata[field.0] = .stringConvertible(OrderedField(index: index, value: field.1))
        }
        log(level: level, "\(message)", metadata: metadata)
    }
}
