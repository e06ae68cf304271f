import ProgramSupport
import SyncCore
import WireFormat

/// `/healthz`: 200 while all data is as fresh as it should be, else 503 and why.
struct HealthJSON {
    let snapshot: StatusSnapshot

    /// Reasons returned at most; their total number is returned, too.
    private static let reasonsMax = 20

    var status: Int { snapshot.isHealthy ? 200 : 503 }

    var text: String {
        var json = JSONWriter()
        json.object { json in
            json.member("status", word)
            json.member("version", orderSyncVersion)
            json.member("uptime_s", max(0, snapshot.now.seconds(since: snapshot.startedAt)))
            json.member("shops", Int64(snapshot.health.count) - snapshot.count(.off))
            json.member("shops_unhealthy", snapshot.count(.bad))
            json.member("worst_lag_s", snapshot.worstLagSeconds)
            write(to: &json)
        }
        return json.text + "\n"
    }

    var word: String {
        if !snapshot.isHealthy { return "unhealthy" }
        return snapshot.count(.starting) > 0 || snapshot.health.isEmpty ? "starting" : "ok"
    }

    /// The members that state why.
    func write(to json: inout JSONWriter) {
        let reasons = snapshot.reasons
        json.member("reason_count", Int64(reasons.count))
        json.key("reasons")
        json.array { json in
            for reason in reasons.prefix(Self.reasonsMax) { Self.write(reason, to: &json) }
        }
    }

    static func write(_ problem: Problem, to json: inout JSONWriter) {
        json.object { json in
            json.member("code", problem.kind.rawValue)
            json.member("bad", problem.kind.isBad)
            if !problem.shop.isEmpty { json.member("shop", problem.shop) }
            if !problem.stream.isEmpty { json.member("stream", problem.stream) }
            json.member("text", problem.text)
            json.member("remedy", problem.remedy)
            if !problem.detail.isEmpty { json.member("detail", problem.detail) }
            if problem.amount != 0 { json.member("amount", problem.amount) }
            if problem.limit != 0 { json.member("limit", problem.limit) }
        }
    }
}
