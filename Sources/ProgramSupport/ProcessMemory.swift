import CMemory
import Glibc

/// Keeps the process small: pages of half a megabyte come and go, and a daemon idles for days.
public enum ProcessMemory {
    /// Once, before threads start. Few arenas, so that freed memory is found again; page buffers
    /// are mapped on their own, so that they go back to the system at once.
    public static func configure() {
        cmemory_set_arena_max(2)
        cmemory_set_mmap_threshold(256 << 10)
    }

    /// Gives freed memory back to the system, and lets go of code that only the start or a load
    /// needed: half of what is resident.
    public static func release() {
        cmemory_trim()
        dropCode()
    }

    /// Code is mapped from the program's file and never written: pages that are dropped come back
    /// from the file when they are run again.
    private static func dropCode() {
        guard let file = fopen("/proc/self/maps", "r") else { return }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        var program: Substring?
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let fields = text.split(whereSeparator: \.isWhitespace)
            guard fields.count >= 6 else { continue }
            // The first file that is mapped is the program itself.
            if program == nil { program = fields[5] }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard fields[5] == program, fields[1] == "r-xp", bounds.count == 2 else { continue }
            madvise(
                UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]),
                MADV_DONTNEED)
        }
    }
}
