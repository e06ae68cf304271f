internal import CSQLite
internal import SyncCore

/// A prepared statement, used again and again. Texts are bound in place: they must live until the
/// next `reset`.
final class Statement {
    private let handle: OpaquePointer
    private unowned let database: Database

    init(_ handle: OpaquePointer, database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Steps once: true while there is a row.
    func step() throws(StoreError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = database.error(code)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement that answers no rows.
    func run() throws(StoreError) {
        // Within a transaction its beginning and its end look at the files.
        if !database.isInTransaction { try database.checkFiles() }
        while try step() {}
        sqlite3_reset(handle)
    }

    func reset() {
        sqlite3_reset(handle)
    }

    /// Lets go of every text bound in place.
    func clear() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    // MARK: Binding, first parameter 1

    func bind(_ index: Int32, _ value: Int64) {
        sqlite3_bind_int64(handle, index, value)
    }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value {
            sqlite3_bind_int64(handle, index, value)
        } else {
            sqlite3_bind_null(handle, index)
        }
    }

    func bind(_ index: Int32, _ value: UTCInstant?) {
        bind(index, value?.seconds)
    }

    /// Binds bytes of a page in place; NULL when absent.
    func bind(_ index: Int32, _ slot: ByteRange, in page: UnsafeRawBufferPointer) {
        guard !slot.isAbsent, let base = page.baseAddress else {
            sqlite3_bind_null(handle, index)
            return
        }
        let text = (base + Int(slot.offset)).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, index, text, Int32(slot.count), nil)
    }

    func bind(_ index: Int32, _ text: StaticString) {
        let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, index, start, Int32(text.utf8CodeUnitCount), nil)
    }

    /// NULL when nil.
    func bind(_ index: Int32, text: String?) {
        if let text { bind(index, text) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ index: Int32, _ text: String) {
        sqlite3_bind_text(handle, index, text, -1, csqlite_transient())
    }

    /// Binds a copy of text in UTF-8; NULL for nil.
    func bind(_ index: Int32, _ text: [UInt8]?) {
        guard let text else {
            sqlite3_bind_null(handle, index)
            return
        }
        // An empty array has no address, and no address is NULL.
        if text.isEmpty { return bind(index, StaticString("")) }
        text.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(handle, index, start, Int32(bytes.count), csqlite_transient())
        }
    }

    // MARK: Columns, first 0

    func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    func optionalInteger(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
    }

    func text(_ column: Int32) -> String {
        sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
    }

    func optionalText(_ column: Int32) -> String? {
        sqlite3_column_text(handle, column).map { String(cString: $0) }
    }

    /// A copy of the column's text as it is stored; nil for NULL.
    func bytes(_ column: Int32) -> [UInt8]? {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        let start = sqlite3_column_blob(handle, column)
        return Array(
            UnsafeRawBufferPointer(
                start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// True if the column's text is exactly `text`; reads without a copy.
    func isText(_ column: Int32, _ text: StaticString) -> Bool {
        guard let start = sqlite3_column_text(handle, column),
            Int(sqlite3_column_bytes(handle, column)) == text.utf8CodeUnitCount
        else { return false }
        let bytes = UnsafeBufferPointer(start: start, count: text.utf8CodeUnitCount)
        return bytes.elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
