internal import WireFormat

/// What the gateway has seen and done since its start.
struct SandboxStatistics: Sendable {
    var calls = 0
    var callsByMethod: [String: Int] = [:]
    var answersByCode: [String: Int] = [:]
    var injectedByFault: [String: Int] = [:]
    var pagesServed = 0
    var rowsServed = 0
    /// The most calls within any 1000 ms.
    private(set) var callsPerSecondMax = 0
    private var recentMilliseconds: [Int64] = []

    mutating func countCall(at now: Int64) {
        calls += 1
        recentMilliseconds.removeAll { $0 <= now - 1_000 }
        recentMilliseconds.append(now)
        callsPerSecondMax = max(callsPerSecondMax, recentMilliseconds.count)
    }

    func json() -> [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.member("calls", Int64(calls))
            SandboxStatistics.write("calls_by_method", callsByMethod, &$0)
            $0.member("calls_per_second_max", Int64(callsPerSecondMax))
            SandboxStatistics.write("answers_by_code", answersByCode, &$0)
            SandboxStatistics.write("injected_by_fault", injectedByFault, &$0)
            $0.member("pages_served", Int64(pagesServed))
            $0.member("rows_served", Int64(rowsServed))
        }
        return json.bytes
    }

    private static func write(
        _ name: String, _ counts: [String: Int], _ json: inout JSONWriter
    ) {
        json.key(name)
        json.object {
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
                $0.member(name, Int64(count))
            }
        }
    }
}
