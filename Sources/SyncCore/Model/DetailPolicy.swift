/// Which orders of a shop are read in full.
public enum DetailPolicy: String, CaseIterable, Sendable {
    /// Those that are new or changed; history last, with calls that nothing else needs.
    case changed
    /// Only those whose list row came without money and items.
    case never
}
