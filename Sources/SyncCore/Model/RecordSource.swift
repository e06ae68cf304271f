/// Where a version of an order came from. A detail answer states more than a row of a list.
public enum RecordSource: String, Sendable {
    case list
    case detail
}
