internal import SyncCore
internal import WireFormat

/// Writes those members of a row that a call asks for. Values are made only if they are.
struct RowWriter<Field: RowField> {
    var json: JSONWriter
    let fields: FieldSet<Field>

    mutating func put(_ field: Field, _ text: @autoclosure () -> String) {
        if fields.contains(field) { json.member(field.name, text()) }
    }

    mutating func put(_ field: Field, _ number: @autoclosure () -> Int64) {
        if fields.contains(field) { json.member(field.name, number()) }
    }

    mutating func put(_ field: Field, _ flag: @autoclosure () -> Bool) {
        if fields.contains(field) { json.member(field.name, flag()) }
    }

    /// Money as yuan with two decimals.
    mutating func put(_ field: Field, fen: @autoclosure () -> Int64) {
        if fields.contains(field) { json.member(field.name, Fen.yuanText(fen())) }
    }

    /// Beijing time; a moment that has not come is left out.
    mutating func put(_ field: Field, _ instant: UTCInstant?) {
        guard let instant, fields.contains(field) else { return }
        json.member(field.name, BeijingTime.text(instant))
    }
}
