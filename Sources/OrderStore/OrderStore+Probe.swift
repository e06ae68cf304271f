internal import Glibc

extension OrderStore {
    /// Looks whether a database can be written at `path`, and changes nothing.
    /// - Returns: true if there is no file yet.
    public static func probe(path: String) throws(StoreError) -> Bool {
        if access(path, F_OK) != 0 {
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard access(folder.isEmpty ? "/" : folder, W_OK | X_OK) == 0 else {
                throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
            }
            return true
        }
        let database = try Database(path: path)
        _ = try Migrations.check(database)
        try database.execute("BEGIN IMMEDIATE; ROLLBACK")
        return false
    }
}
