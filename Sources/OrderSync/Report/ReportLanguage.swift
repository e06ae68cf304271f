import ArgumentParser

/// The language of what people read; CSV and JSON are the same in both.
enum ReportLanguage: String, CaseIterable, ExpressibleByArgument {
    case zh, en

    /// After the environment, as POSIX weighs it: the first of these that is set decides.
    init(environment: (String) -> String?) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
        let value = names.lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        self = value.lowercased().hasPrefix("zh") ? .zh : .en
    }
}
