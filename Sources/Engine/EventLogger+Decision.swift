import Logging
import Observability
import Platforms
import SyncCore

extension EventLogger {
    /// One line about the traced shop. The user asked for all of them, so none is left out.
    func write(_ decision: Decision) {
        var fields: [(String, LogField)] = [
            ("shop", .text(dependencies.shop(decision.shop).name)),
            ("verdict", .text(decision.obstacle?.rawValue ?? "call")),
        ]
        if let call = decision.call {
            fields.append(("stream", .text(call.stream.kind.rawValue)))
            fields.append(("class", .text(call.callClass.name)))
            if let waited = call.waitedMs { fields.append(("waited_ms", .number(waited))) }
        }
        if let method = decision.method {
            let app = dependencies.app(dependencies.shop(decision.shop).app)
            fields.append(("method", .text(app.adapter.methodName(method))))
        }
        if !decision.ready.isEmpty {
            let names = decision.ready.map(\.name).joined(separator: ",")
            fields.append(("ready_classes", .text(names)))
        }
        if let rival = decision.rival {
            fields.append(("rival_shop", .text(dependencies.shop(rival.stream.shop).name)))
            fields.append(("rival_stream", .text(rival.stream.kind.rawValue)))
            if let waited = rival.waitedMs { fields.append(("rival_waited_ms", .number(waited))) }
        }
        if let timer = decision.timer { fields.append(("next", .text(timer))) }
        if let again = decision.againMs { fields.append(("next_ms", .number(again))) }
        dependencies.log.event(.info, "decision", fields)
    }
}
