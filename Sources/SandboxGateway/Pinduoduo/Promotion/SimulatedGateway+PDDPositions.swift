internal import SyncCore
internal import WireFormat

/// Promotion positions (PIDs), and whether they are bound for authority.
extension SimulatedGateway {
    mutating func generatePIDs(
        _ call: PDDCall, into response: inout PDDResponse
    ) throws(PDDError) {
        guard let count = try call.number("number", in: 1...100) else {
            throw .parameter("number")
        }
        let names = try call.list("p_id_name_list") ?? []
        guard names.isEmpty || names.count == Int(count) else {
            throw .parameter("p_id_name_list")
        }
        let first = promotion.positions.count
        for place in 0..<Int(count) {
            promotion.addPosition(name: names.isEmpty ? "" : names[place], at: now)
        }
        let made = Array(promotion.positions[first...])
        let left = 500_000 - Int64(promotion.positions.count)
        response.members = { json in
            SimulatedGateway.write(made, &json)
            json.member("remain_pid_count", left)
        }
    }

    func listPIDs(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        let page = try call.page(sizes: 10...100, counts: true)
        let wanted = try call.list("pid_list")
        // None is banned.
        let isBanned = try call.number("status", in: 0...1) == 1
        let found = promotion.positions.filter { wanted?.contains($0.pid) ?? true && !isBanned }
        let shown = Array(found.dropFirst(page.offset).prefix(page.size))
        response.members = { json in
            SimulatedGateway.write(shown, &json)
            json.member("total_count", Int64(found.count))
        }
    }

    private static func write(
        _ positions: [PromotionWorld.Position], _ json: inout JSONWriter
    ) {
        json.key("p_id_list")
        json.array { json in
            for position in positions {
                json.object {
                    $0.member("create_time", position.created.seconds)
                    $0.member("media_id", 0)
                    $0.member("pid_name", position.name)
                    $0.member("p_id", position.pid)
                }
            }
        }
    }

    func queryAuthority(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        guard let place = promotion.position(call.text("pid") ?? "") else { throw .foreignPID }
        let parameters = call.text("custom_parameters") ?? ""
        let isBound = promotion.positions[place].bound.contains(parameters)
        response.members = { $0.member("bind", Int64(isBound ? 1 : 0)) }
    }

    /// With `channel_type=10`, the page on which the promoter binds a PID: here GET /bind, which
    /// asks nothing.
    func makePromotionURL(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        guard let pids = try call.list("p_id_list"), pids.count == 1 else {
            throw .parameter("p_id_list")
        }
        guard promotion.position(pids[0]) != nil else { throw .foreignPID }
        let query = FormEncoding.encode([
            (name: "pid", value: pids[0]),
            (name: "custom_parameters", value: call.text("custom_parameters") ?? ""),
        ])
        let isBinding = try call.number("channel_type") == 10
        let url =
            "http://\(call.host)/\(isBinding ? "bind" : "red")?"
            + String(decoding: query, as: UTF8.self)
        response.members = { json in
            json.key("url_list")
            json.array { json in
                json.object {
                    $0.member("mobile_url", url)
                    $0.member("url", url)
                }
            }
        }
    }

    mutating func bindPID(_ query: [(name: String, value: String)]) -> GatewayAnswer {
        func value(_ name: String) -> String {
            query.first { $0.name == name }?.value ?? ""
        }
        guard promotion.bind(value("pid"), value("custom_parameters")) else {
            return answer(Array("unknown pid\n".utf8), status: 404)
        }
        var answer = answer(Array("备案成功\n".utf8))
        answer.contentType = "text/plain;charset=UTF-8"
        return answer
    }
}
