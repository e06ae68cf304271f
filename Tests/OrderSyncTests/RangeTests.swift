import ArgumentParser
import SyncCore
import Testing

@testable import Configuration
@testable import OrderStore
@testable import OrderSync
@testable import ProgramSupport

/// The days that `backfill` and `verify` take, and the progress that they show.
@Suite struct RangeTests {
    /// 2025-11-11 08:00:00 in Beijing.
    private let now = UTCInstant(seconds: 1_762_819_200)
    private let midnight: Int64 = 1_762_790_400

    private func options(_ from: String, _ to: String, shop: String = "flagship") throws
        -> RangeOptions
    {
        try RangeOptions.parse([shop, "--from", from, "--to", to])
    }

    @Test func daysAreBeijingDaysAndBothCount() throws {
        let range = try options("2025-11-09", "2025-11-10").range(now: now)
        #expect(range.start == UTCInstant(seconds: midnight - 2 * 86_400))
        #expect(range.end == UTCInstant(seconds: midnight))
    }

    @Test func theFutureIsCutOff() throws {
        let range = try options("2025-11-11", "2025-12-31").range(now: now)
        #expect(range == TimeWindow(start: UTCInstant(seconds: midnight), end: now))
    }

    @Test func whatThePlatformNoLongerShowsIsCutOff() throws {
        let range = try options("2020-01-01", "2025-11-10").range(now: now)
        #expect(range.start == now.advanced(bySeconds: -90 * 86_400))
        #expect(range.end == UTCInstant(seconds: midnight))
    }

    @Test(arguments: [
        ("2025-11-12", "2025-11-13", "--from lies in the future"),
        ("2025-01-01", "2025-08-12", "the platform shows the last 90 days only"),
    ])
    func nothingIsLeft(from: String, to: String, line: String) throws {
        let options = try options(from, to)
        do throws(CommandFailure) {
            _ = try options.range(now: now)
            Issue.record("a range of nothing")
        } catch {
            #expect(error.status == .failed)
            #expect(error.line == line)
        }
    }

    @Test(arguments: [
        ("2025-11-10", "2025-11-09", "--from is after --to"), ("2025-11-1", "2025-11-09", "days"),
        ("2025-11-10 00:00:00", "2025-11-11", "days"), ("yesterday!", "2025-11-09", "days"),
        ("2025-13-01", "2025-11-09", "days"), ("2025-02-30", "2025-11-09", "days"),
        ("2025-11-01", "", "days"),
    ])
    func wrongTextIsNoRange(from: String, to: String, words: String) {
        do {
            _ = try options(from, to)
            Issue.record("\(from) to \(to) is no range")
        } catch {
            let said = RangeOptions.message(for: error)
            #expect(said.contains(words), "\(said)")
        }
    }

    @Test func theShopIsFoundOrSaidWhichThereAre() throws {
        let configuration = try ConfigurationReader.parse(
            ConfigurationTests.file(), file: "test.toml")
        let day = "2025-11-10"
        #expect(try options(day, day).configured(configuration).name == "flagship")
        let other = try options(day, day, shop: "other")
        do throws(CommandFailure) {
            _ = try other.configured(configuration)
            Issue.record("there is no such shop")
        } catch {
            #expect(error.status == .configurationWrong)
            #expect(error.line == "no [[shop]] is named \"other\"; there are: flagship")
        }
    }

    // MARK: Progress

    private func progress(
        open: Int64, windows: Int64 = 1, error: String = ""
    ) -> RangeProgress {
        var progress = RangeProgress()
        (progress.openSeconds, progress.windows, progress.lastError) = (open, windows, error)
        return progress
    }

    private func line(
        _ display: RangeDisplay, _ progress: RangeProgress, at milliseconds: Int64
    ) -> String {
        display.text(progress, callsLeft: 4_321, at: MonotonicInstant(milliseconds: milliseconds))
    }

    @Test func progressIsABarAndAnEstimate() {
        var display = RangeDisplay(title: "backfill s", total: 1_000, isQuiet: true)
        let empty = String(repeating: ".", count: 24)
        let bar = String(repeating: "#", count: 12) + String(repeating: ".", count: 12)
        let full = String(repeating: "#", count: 24)
        display.begin(progress(open: 1_000), at: MonotonicInstant(milliseconds: 0))
        // Nothing done yet: no one knows how long.
        #expect(
            line(display, progress(open: 1_000), at: 500)
                == "backfill s [\(empty)] 0%, 4,321 calls left today")
        #expect(
            line(display, progress(open: 500), at: 300_000)
                == "backfill s [\(bar)] 50%, 5m left, 4,321 calls left today")
        #expect(
            line(display, progress(open: 0, windows: 0), at: 600_000)
                == "backfill s [\(full)] 100%, 4,321 calls left today")
        #expect(
            line(display, progress(open: 1_000, error: "7 limited"), at: 1)
                == "backfill s [\(empty)] 0%, 4,321 calls left today — 7 limited")
    }

    /// A range that was half read by an earlier command: only what is done since decides the pace.
    @Test func theEstimateBeginsWithTheCommand() {
        var display = RangeDisplay(title: "t", total: 1_000, isQuiet: true)
        display.begin(progress(open: 500), at: MonotonicInstant(milliseconds: 0))
        let said = line(display, progress(open: 400), at: 10_000)
        #expect(said.hasSuffix("60%, 40s left, 4,321 calls left today"), "\(said)")
    }

    /// Windows of an earlier, longer request overlap the range: more is open than it has.
    @Test func moreOpenThanTheRangeIsNothingDone() {
        var display = RangeDisplay(title: "t", total: 0, isQuiet: true)
        display.begin(progress(open: 5_000), at: MonotonicInstant(milliseconds: 0))
        #expect(line(display, progress(open: 5_000), at: 9).contains("] 0%,"))
    }
}
