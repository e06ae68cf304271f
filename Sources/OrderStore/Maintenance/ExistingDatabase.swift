internal import Glibc

/// Opens databases for upkeep, which never makes a new one.
enum ExistingDatabase {
    static func open(path: String, isReadOnly: Bool = false) throws(StoreError) -> Database {
        guard access(path, F_OK) == 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        let database = try Database(path: path, isReadOnly: isReadOnly)
        guard try Migrations.check(database) > 0 else {
            throw .cannotOpen(path: path, reason: "it holds no orders yet")
        }
        if !isReadOnly { database.watchFiles() }
        return database
    }
}
