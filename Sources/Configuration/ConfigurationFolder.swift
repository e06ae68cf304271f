import Glibc

/// Where a configuration's relative paths begin: they mean the same files wherever a command is
/// run.
enum ConfigurationFolder {
    /// The absolute path of the folder that a file is in.
    static func of(_ file: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) }
        if file.hasPrefix("/") { return folder.flatMap { $0.isEmpty ? nil : $0 } ?? "/" }
        guard let pointer = getcwd(nil, 0) else { return folder ?? "." }
        defer { free(pointer) }
        let current = String(cString: pointer)
        return folder.map { "\(current == "/" ? "" : current)/\($0)" } ?? current
    }
}
