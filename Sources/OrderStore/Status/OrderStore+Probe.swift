internal import Glibc

extension OrderStore {
    /// What is at a path where a database can be written.
    public enum Probe: Equatable, Sendable {
        /// No file yet, or an empty one.
        case new
        case current
        /// Of an earlier version of this program.
        case older(found: Int64, newest: Int64)
    }

    /// Looks whether a database can be written at `path`, and changes nothing.
    public static func probe(path: String) throws(StoreError) -> Probe {
        if access(path, F_OK) != 0 {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard access(folder.isEmpty ? "/" : folder, W_OK | X_OK) == 0 else {
                throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
            }
            return .new
        }
        let database = try Database(path: path)
        let found = try Migrations.check(database)
        try database.execute("BEGIN IMMEDIATE; ROLLBACK")
        if found == 0 { return .new }
        return found == Migrations.latest
            ? .current : .older(found: found, newest: Migrations.latest)
    }
}
