internal import Glibc
internal import Synchronization

/// The files that this process is writing under their own name, and that must not stay behind
/// when a signal ends it.
///
/// A signal's handler reads this: it may take no lock and allocate nothing. So the table has a
/// fixed size, a name in it stays, and `changing` makes the handler wait for a thread that is
/// creating or renaming a file at that moment.
public enum UnfinishedFiles {
    private static let slotsMax = 64
    // Written under the lock of `slots`, within `change`; a handler reads them when no thread is
    // there.
    private nonisolated(unsafe) static let names =
        UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: slotsMax)
    private nonisolated(unsafe) static let isUnfinished =
        UnsafeMutablePointer<Bool>.allocate(capacity: slotsMax)
    private static let slots = Mutex<[String: Int]>([:])
    private static let changing = Atomic<Int>(0)
    private static let ending = Atomic<Bool>(false)

    /// To be called once, before a handler can run.
    public static func prepare() {
        names.initialize(repeating: nil, count: slotsMax)
        isUnfinished.initialize(repeating: false, count: slotsMax)
        isPrepared.store(true, ordering: .sequentiallyConsistent)
        _ = (changing.load(ordering: .relaxed), ending.load(ordering: .relaxed))
    }

    /// Without handlers (in tests of this target) nothing needs the table.
    private static let isPrepared = Atomic<Bool>(false)

    /// Runs `create`; if it succeeds, the files are removed when a signal ends the process.
    static func add<Value>(_ paths: [String], _ create: () -> Value?) -> Value? {
        change {
            guard let value = create() else { return nil }
            mark(paths, true)
            return value
        }
    }

    /// Runs `complete`; if it succeeds, the files are no longer unfinished.
    static func remove(_ paths: [String], _ complete: () -> Bool) -> Bool {
        change {
            guard complete() else { return false }
            mark(paths, false)
            return true
        }
    }

    private static func change<Value>(_ body: () -> Value) -> Value {
        // A handler in this thread would wait for itself.
        var every = sigset_t()
        var before = sigset_t()
        sigfillset(&every)
        pthread_sigmask(SIG_BLOCK, &every, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        changing.add(1, ordering: .sequentiallyConsistent)
        if ending.load(ordering: .sequentiallyConsistent) {
            changing.subtract(1, ordering: .sequentiallyConsistent)
            waitForEnd()
        }
        defer { changing.subtract(1, ordering: .sequentiallyConsistent) }
        return body()
    }

    private static func mark(_ paths: [String], _ value: Bool) {
        guard isPrepared.load(ordering: .sequentiallyConsistent) else { return }
        slots.withLock { slots in
            for path in paths {
                if slots[path] == nil, slots.count < slotsMax {
                    names[slots.count] = strdup(path)
                    slots[path] = slots.count
                }
                if let slot = slots[path] { isUnfinished[slot] = value }
            }
        }
    }

    // MARK: The end

    /// Removes the files; from now on no other is created. For a signal's handler.
    public static func removeAll() {
        guard !ending.exchange(true, ordering: .sequentiallyConsistent) else { return }
        while changing.load(ordering: .sequentiallyConsistent) > 0 { sched_yield() }
        guard isPrepared.load(ordering: .sequentiallyConsistent) else { return }
        for slot in 0..<slotsMax where isUnfinished[slot] {
            if let name = names[slot] { unlink(name) }
        }
    }

    /// Does not return while a signal ends the process: what then fails is no failure to report.
    public static func waitForEnd() {
        while ending.load(ordering: .sequentiallyConsistent) { pause() }
    }
}
