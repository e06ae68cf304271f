/// The language of what people read; CSV and JSON are the same in both.
public enum ReportLanguage: String, CaseIterable, Sendable {
    case zh, en

    /// After the environment, as POSIX weighs it: the first of these that is set decides.
    public init(environment: (String) -> String?) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
        let value = names.lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        self = value.lowercased().hasPrefix("zh") ? .zh : .en
    }
}
