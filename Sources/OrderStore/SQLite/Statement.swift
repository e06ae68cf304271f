internal import CSQLite
internal import SyncCore

/// A prepared statement, used again and again. Parameters have names, which are looked up once,
/// when it is prepared. Texts are bound in place: they must live until the next `reset`.
final class Statement {
    private let handle: OpaquePointer
    private unowned let database: Database
    /// By parameter its number in the statement; 0 where the statement does not have it. A pointer:
    /// every value of every row passes here.
    private let numbers: UnsafeMutablePointer<UInt8>
    /// Parameters that may be bound although the statement does not have them.
    private let ignored: Set<Parameter>
    /// A bit for each number: what is not bound yet. Maintained in debug builds only.
    private var unbound: UInt64 = 0

    /// - Parameter ignored: names that may be bound although the statement does not have them.
    init(_ handle: OpaquePointer, database: Database, ignoring ignored: [String] = []) {
        self.handle = handle
        self.database = database
        self.ignored = Set(ignored.map { Parameter(named: $0) })
        let count = sqlite3_bind_parameter_count(handle)
        precondition(count < UInt64.bitWidth, "a statement has too many parameters")
        numbers = .allocate(capacity: Parameter.allCases.count)
        numbers.initialize(repeating: 0, count: Parameter.allCases.count)
        for number in 0..<count {
            guard let name = sqlite3_bind_parameter_name(handle, number + 1),
                let parameter = Parameter(sqlName: String(cString: name + 1))
            else { preconditionFailure("parameter \(number + 1) has no name that is known") }
            numbers[parameter.rawValue] = UInt8(number + 1)
        }
        unbound = every
    }

    private var every: UInt64 { (1 << UInt64(sqlite3_bind_parameter_count(handle))) - 1 }

    deinit {
        numbers.deallocate()
        sqlite3_finalize(handle)
    }

    /// Steps once: true while there is a row.
    func step() throws(StoreError) -> Bool {
        assert(unbound == 0, "unbound: \(names(of: unbound)) of \(sql)")
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
        // A transaction checks the files at its beginning and its end.
        if !database.isInTransaction { try database.checkFiles() }
        while try step() {}
        sqlite3_reset(handle)
    }

    func reset() {
        sqlite3_reset(handle)
    }

    /// Releases every text bound in place.
    func clear() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        #if DEBUG
            unbound = every
        #endif
    }

    // MARK: Binding

    /// Whether the statement has a parameter.
    func has(_ parameter: Parameter) -> Bool {
        numbers[parameter.rawValue] != 0
    }

    /// The number of a parameter; 0, which SQLite ignores, where it is ignored.
    @inline(__always)
    private func number(_ parameter: Parameter) -> Int32 {
        assert(
            has(parameter) || ignored.contains(parameter), "no parameter \(parameter) in \(sql)")
        let number = numbers[parameter.rawValue]
        #if DEBUG
            if number > 0 { unbound &= ~(1 << UInt64(number - 1)) }
        #endif
        return Int32(number)
    }

    private var sql: String { sqlite3_sql(handle).map { String(cString: $0) } ?? "" }

    private func names(of numbers: UInt64) -> String {
        (1...Int32(UInt64.bitWidth)).filter { numbers >> UInt64($0 - 1) & 1 == 1 }
            .compactMap { sqlite3_bind_parameter_name(handle, $0) }
            .map { String(cString: $0) }.joined(separator: ", ")
    }

    func bind(_ parameter: Parameter, _ value: Int64) {
        sqlite3_bind_int64(handle, number(parameter), value)
    }

    func bind(_ parameter: Parameter, _ value: Int64?) {
        if let value {
            sqlite3_bind_int64(handle, number(parameter), value)
        } else {
            sqlite3_bind_null(handle, number(parameter))
        }
    }

    func bind(_ parameter: Parameter, _ value: UTCInstant?) {
        bind(parameter, value?.seconds)
    }

    /// Binds bytes of a page in place; NULL when absent.
    func bind(_ parameter: Parameter, _ slot: ByteRange, in page: UnsafeRawBufferPointer) {
        guard !slot.isAbsent, let base = page.baseAddress else {
            sqlite3_bind_null(handle, number(parameter))
            return
        }
        let text = (base + Int(slot.offset)).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, number(parameter), text, Int32(slot.count), nil)
    }

    func bind(_ parameter: Parameter, _ text: StaticString) {
        let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, number(parameter), start, Int32(text.utf8CodeUnitCount), nil)
    }

    /// NULL when nil.
    func bind(_ parameter: Parameter, text: String?) {
        if let text { bind(parameter, text) } else { sqlite3_bind_null(handle, number(parameter)) }
    }

    func bind(_ parameter: Parameter, _ text: String) {
        sqlite3_bind_text(handle, number(parameter), text, -1, csqlite_transient())
    }

    /// Binds a copy of text in UTF-8; NULL for nil.
    func bind(_ parameter: Parameter, _ text: [UInt8]?) {
        guard let text else {
            sqlite3_bind_null(handle, number(parameter))
            return
        }
        // An empty array has no address, and no address is NULL.
        if text.isEmpty { return bind(parameter, StaticString("")) }
        text.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(
                handle, number(parameter), start, Int32(bytes.count), csqlite_transient())
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
