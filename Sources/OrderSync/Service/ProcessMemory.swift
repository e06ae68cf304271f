import CMemory

/// Keeps the process small: pages of half a megabyte come and go, and a daemon idles for days.
enum ProcessMemory {
    /// Once, before threads start. Few arenas, so that freed memory is found again; page buffers
    /// are mapped on their own, so that they go back to the system at once.
    static func configure() {
        cmemory_set_arena_max(2)
        cmemory_set_mmap_threshold(256 << 10)
    }

    /// Gives freed memory back to the system, and lets go of code that only the start or a load
    /// needed: half of what is resident.
    static func release() {
        cmemory_trim()
        cmemory_drop_code()
    }
}
