import Testing

@testable import StatusPage

@Suite struct FreshnessRingTests {
    @Test func theRingKeepsTheWorstOfAQuarter() {
        var ring = FreshnessRing()
        for (minute, lag) in [(150, 3), (151, 900), (152, nil), (164, 2), (165, 5)]
            as [(Int64, Int64?)]
        {
            ring.record(minute: minute, ["a": lag])
        }
        let bars = ring.bars(of: "a", minute: 170)
        #expect(bars.count == 96)
        #expect(bars.prefix(94).allSatisfy { $0 == nil })
        // A byte holds it to six percent.
        #expect(abs((bars[94] ?? 0) - 900) < 55)
        #expect(bars[95] == 5)
        #expect(ring.bars(of: "b", minute: 170).allSatisfy { $0 == nil })
    }

    @Test func aDayIsKept() {
        var ring = FreshnessRing()
        for minute in 0..<3_000 as Range<Int64> { ring.record(minute: minute, ["a": 4]) }
        let bars = ring.bars(of: "a", minute: 2_999)
        #expect(bars.allSatisfy { $0 == 4 })
        // After a pause of half a day, half of it is unknown.
        ring.record(minute: 2_999 + 720, ["a": 4])
        let later = ring.bars(of: "a", minute: 2_999 + 720)
        #expect(later.count { $0 == nil } == 47)
        #expect(later.last == 4)
        ring.record(minute: 9_000, ["a": nil])
        #expect(ring.bars(of: "a", minute: 9_000).allSatisfy { $0 == nil })
    }

    @Test func aClockThatWasSetBackBeginsAnew() {
        var ring = FreshnessRing()
        ring.record(minute: 5_000, ["a": 9])
        ring.record(minute: 100, ["a": 7])
        let bars = ring.bars(of: "a", minute: 100)
        #expect(bars.last == 7)
        #expect(bars.count { $0 != nil } == 1)
    }

    @Test func shopsComeAndGo() {
        var ring = FreshnessRing()
        ring.record(minute: 1, ["a": 1, "b": 1])
        ring.record(minute: 2, ["b": 2])
        #expect(ring.bars(of: "a", minute: 2).allSatisfy { $0 == nil })
        #expect(ring.bars(of: "b", minute: 2).last == 2)
    }

    @Test(arguments: [0, 1, 2, 3, 5, 10, 60, 299, 301, 3_600, 86_400, 1_000_000] as [Int64])
    func aByteIsEnough(seconds: Int64) {
        let decoded = FreshnessRing.decode(FreshnessRing.encode(seconds))
        #expect(abs(Double(decoded - seconds)) <= Double(seconds) * 0.06 + 0.5)
    }
}
