import TOMLKit
import WireFormat

/// Reads one table of the configuration, key by key; what was never asked for is unknown.
struct TOMLTableReader {
    let file: String
    /// For messages: `[store]`, `[[app]]`.
    let title: String
    /// For lines: `store`, `app#0`.
    let place: String
    let table: TOMLTable
    let lines: TOMLLines
    /// Relative paths in the file are relative to this folder.
    let folder: String
    let allowsReadableSecrets: Bool
    private var known: [String] = []
    /// Keys that are wrong, and are read as if they were not there.
    private var dropped: Set<String> = []
    /// Texts for keys that must be there and are not, so that the others can be read.
    private var placeholders: [String: String] = [:]

    init(
        file: String, title: String, place: String, table: TOMLTable, lines: TOMLLines,
        folder: String = "/", allowsReadableSecrets: Bool = false
    ) {
        self.file = file
        self.title = title
        self.place = place
        self.table = table
        self.lines = lines
        self.folder = folder
        self.allowsReadableSecrets = allowsReadableSecrets
    }

    /// Lets the rest of the table be read after a fault: the key is left out, or gets a text if it
    /// must be there.
    /// - Returns: false if that has been done before.
    mutating func skip(_ key: String, faults: Int) -> Bool {
        if has(key), placeholders[key] == nil {
            dropped.insert(key)
            return true
        }
        guard placeholders[key] == nil else { return false }
        placeholders[key] = "placeholder-\(faults)"
        return true
    }

    private func has(_ key: String) -> Bool {
        table.contains(key: key) && !dropped.contains(key)
    }

    func error(_ key: String, _ expectation: String) -> ConfigurationError {
        ConfigurationError(
            file: file, line: lines.line(of: key, in: place),
            key: title.isEmpty ? key : "\(title) \(key)", expectation: expectation, name: key)
    }

    mutating func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let value = value(key) else { return placeholders[key] }
        guard let text = value.string else { throw mismatch(key, "a text in quotes", value) }
        return text
    }

    /// A file's path; a relative one is relative to the configuration's folder.
    mutating func path(_ key: String) throws(ConfigurationError) -> String? {
        guard let text = try text(key) else { return nil }
        guard !text.isEmpty else { throw error(key, "expected a file's path") }
        return text.hasPrefix("/") ? text : folder == "/" ? "/\(text)" : "\(folder)/\(text)"
    }

    mutating func requiredText(_ key: String) throws(ConfigurationError) -> String {
        guard let text = try text(key), !text.isEmpty else {
            throw error(key, "expected a text, but it is missing")
        }
        return text
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type = Value.self
    ) throws(ConfigurationError) -> Value? where Value.RawValue == String {
        guard let text = try text(key) else { return nil }
        guard let value = Value(rawValue: text) else {
            let choices = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw error(key, "expected one of \(choices), got \"\(text)\"")
        }
        return value
    }

    mutating func integer(
        _ key: String, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int? {
        guard let value = value(key) else { return nil }
        let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = value.int else { throw mismatch(key, expectation, value) }
        guard range.contains(number) else {
            throw error(key, "expected \(expectation), got \(number)")
        }
        return number
    }

    mutating func number(
        _ key: String, in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Double? {
        guard let value = value(key) else { return nil }
        let expectation = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = value.double ?? value.int.map({ Double($0) }) else {
            throw mismatch(key, expectation, value)
        }
        guard range.contains(number) else {
            throw error(key, "expected \(expectation), got \(number)")
        }
        return number
    }

    /// A duration such as `"500ms"`, `"10s"`, `"5m"` or `"1h"`, in milliseconds.
    mutating func duration(
        _ key: String, in range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> Int64? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw mismatch(key, Self.durationForm, value) }
        return try milliseconds(text, key, range)
    }

    mutating func durations(
        _ key: String, in range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> [Int64]? {
        guard let texts = try texts(key) else { return nil }
        var durations: [Int64] = []
        for text in texts { durations.append(try milliseconds(text, key, range)) }
        return durations
    }

    private static let durationForm =
        "a duration such as \"500ms\", \"10s\", \"5m\" or \"1h\""

    private func milliseconds(
        _ text: String, _ key: String, _ range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> Int64 {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit: Int64? =
            switch text.dropFirst(digits.count) {
            case "ms": 1
            case "s": 1_000
            case "m": 60_000
            case "h": 3_600_000
            default: nil
            }
        guard let unit, let count = Int64(digits), count <= 1_000_000 else {
            throw error(key, "expected \(Self.durationForm), got \"\(text)\"")
        }
        guard range.contains(count * unit) else {
            throw error(
                key,
                "expected \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound)), "
                    + "got \"\(text)\"")
        }
        return count * unit
    }

    mutating func flag(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { throw mismatch(key, "true or false", value) }
        return flag
    }

    mutating func texts(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw mismatch(key, "a list of texts", value) }
        var texts: [String] = []
        for element in array {
            guard let text = element.string else {
                throw mismatch(key, "a list of texts", element)
            }
            texts.append(text)
        }
        return texts
    }

    /// As `secret`, but never inline, and nil if none of its keys is there.
    mutating func optionalSecret(_ name: String) throws(ConfigurationError) -> SecretSource? {
        let keys = [name, "\(name)_file", "\(name)_env", "\(name)_credential"]
        guard keys.contains(where: { has($0) }) else {
            known += keys
            return nil
        }
        return try secret(name, isInlineAllowed: false)
    }

    /// A secret from exactly one of `NAME_file`, `NAME_env`, `NAME_credential` or `NAME`.
    /// - Parameter fallback: where it is if none of them is there.
    mutating func secret(
        _ name: String, isInlineAllowed: Bool, otherwise fallback: SecretSource? = nil
    ) throws(ConfigurationError) -> SecretSource {
        var found: [SecretSource] = []
        if let path = try path("\(name)_file") {
            found.append(.file(path, allowsReadable: allowsReadableSecrets))
        }
        if let variable = try text("\(name)_env") { found.append(.environment(variable)) }
        if let credential = try text("\(name)_credential") { found.append(.credential(credential)) }
        if let secret = try text(name) {
            guard isInlineAllowed else {
                throw error(
                    name,
                    "a bare \(name) is for gateways on loopback only; put it in a file of mode "
                        + "600 and name it in \(name)_file")
            }
            found.append(.inline(Secret(secret)))
        }
        guard let source = found.first ?? fallback else {
            throw error(
                "\(name)_file",
                "expected a file with the \(name) (or \(name)_env, \(name)_credential), but it "
                    + "is missing")
        }
        guard found.count <= 1 else {
            throw error(name, "expected one of \(name)_file, \(name)_env, \(name)_credential")
        }
        return source
    }

    /// Refuses keys that no reader asked for.
    func finish() throws(ConfigurationError) {
        let unknown = table.keys.sorted().first { !known.contains($0) && !dropped.contains($0) }
        guard let unknown else { return }
        throw error(
            unknown, "unknown key; expected one of \(known.sorted().joined(separator: ", "))")
    }

    // MARK: Helpers

    private mutating func value(_ key: String) -> (any TOMLValueConvertible)? {
        known.append(key)
        guard has(key) else { return nil }
        let value: (any TOMLValueConvertible)? = table[key]
        return value
    }

    private func mismatch(
        _ key: String, _ expectation: String, _ value: any TOMLValueConvertible
    ) -> ConfigurationError {
        error(key, "expected \(expectation), got a value of type \(value.type)")
    }

    private static func text(_ milliseconds: Int64) -> String {
        if milliseconds % 3_600_000 == 0 { return "\(milliseconds / 3_600_000)h" }
        if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000)m" }
        if milliseconds % 1_000 == 0 { return "\(milliseconds / 1_000)s" }
        return "\(milliseconds)ms"
    }
}
