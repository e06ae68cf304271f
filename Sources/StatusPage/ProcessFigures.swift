import Glibc

/// What the kernel says of this process.
struct ProcessFigures {
    var residentBytes: Int64 = 0
    var cpuSeconds: Double = 0
    var openFiles: Int64 = 0

    init() {
        residentBytes = Self.resident()
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        for time in [usage.ru_utime, usage.ru_stime] {
            cpuSeconds += Double(time.tv_sec) + Double(time.tv_usec) / 1e6
        }
        openFiles = Self.countFiles()
    }

    private static func resident() -> Int64 {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func countFiles() -> Int64 {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count: Int64 = 0
        while readdir(folder) != nil { count += 1 }
        // Its own descriptor, and the two names of folders.
        return max(0, count - 3)
    }
}
