struct OrderedField: Sendable, CustomStringConvertible {
    let index: Int
    let value: LogField

    var description: String { value.description }
}
