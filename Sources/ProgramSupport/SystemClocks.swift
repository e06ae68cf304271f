import Glibc
public import SyncCore

/// The machine's clocks.
public enum SystemClocks {
    /// Steady milliseconds; sleep of the machine counts.
    public static func ticks() -> MonotonicInstant {
        let time = read(CLOCK_BOOTTIME)
        return MonotonicInstant(
            milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public static func wall() -> UTCInstant {
        UTCInstant(seconds: Int64(read(CLOCK_REALTIME).tv_sec))
    }

    public static func wallMilliseconds() -> Int64 {
        let time = read(CLOCK_REALTIME)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    public static func now() -> Now {
        Now(ticks: ticks(), wall: wall())
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
