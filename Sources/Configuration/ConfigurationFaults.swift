/// What is wrong in a configuration file. After a fault the rest is read all the same, so that one
/// run reports all of them.
struct ConfigurationFaults {
    private var found: [ConfigurationError] = []

    /// Faults that are reported at most.
    private static let countMax = 50

    mutating func add(_ error: ConfigurationError) {
        if found.count < Self.countMax { found.append(error) }
    }

    /// Nil after a fault, which is noted.
    mutating func collect<Value>(_ body: () throws(ConfigurationError) -> Value) -> Value? {
        do throws(ConfigurationError) {
            return try body()
        } catch {
            add(error)
            return nil
        }
    }

    /// Reads a table again after each fault, without the key at fault, until it has no other.
    /// - Returns: the keys at fault. What was read then is not what the file says: other tables
    ///   must not be compared with it.
    mutating func read(
        _ table: TOMLTableReader, _ body: (TOMLTableReader) throws(ConfigurationError) -> Void
    ) -> Set<String> {
        var reader = table
        var names: Set<String> = []
        while true {
            do throws(ConfigurationError) {
                try body(reader)
                return names
            } catch {
                if names.insert(error.name).inserted { add(error) }
                guard found.count < Self.countMax, reader.skip(error.name, faults: found.count)
                else { return names }
            }
        }
    }

    /// In the order of the file; what has no line comes last.
    func throwIfAny() throws(ConfigurationError) {
        let sorted = found.enumerated().sorted { left, right in
            let lines = [left, right].map { $0.element.line > 0 ? $0.element.line : .max }
            return (lines[0], left.offset) < (lines[1], right.offset)
        }.map(\.element)
        guard var first = sorted.first else { return }
        first.others = Array(sorted.dropFirst())
        throw first
    }
}
