internal import SyncCore
internal import WireFormat

/// Decodes where parcels are, and which companies carry them. The documents do not show a whole
/// answer of pdd.logistics.ordertrace.get, and clients differ: any of the known names will do.
enum PinduoduoParcelDecoder {
    static func trace(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> ParcelTrace {
        let content = try PinduoduoDocument.content(response, at: time)
        guard let list = content["trace_list"] ?? content["trace"] else {
            throw BrokenAnswer.failure(response, "no trace in it")
        }
        var events: [ParcelEvent] = []
        var rejected: [RejectedRow] = []
        guard let steps = list.rows("trace") else {
            throw BrokenAnswer.failure(response, "no list of scans")
        }
        for step in steps {
            let at = PinduoduoTime.parse(step["status_time"]) ?? PinduoduoTime.parse(step["time"])
            guard let at else {
                rejected.append(.scan(step, response))
                continue
            }
            let text = step["desc"]?.text ?? step["status_desc"]?.text ?? ""
            events.append(ParcelEvent(at: at, text: text, action: step["action"]?.text ?? ""))
        }
        let sorted = CourierStatus.chronological(events)
        let verdict = CourierStatus.unified(status: "", events: sorted)
        var trace = ParcelTrace(
            trackingNumber: nil, company: nil, status: verdict.status,
            platformStatus: sorted.last?.action ?? "", unknownCount: verdict.unknownCount,
            events: sorted)
        trace.rejected = rejected
        return trace
    }

    static func carriers(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> [CarrierRow] {
        let content = try PinduoduoDocument.content(response, at: time)
        guard case .array(let rows) = content["logistics_companies"], !rows.isEmpty else {
            throw BrokenAnswer.failure(response, "no carriers in it")
        }
        return rows.compactMap { row in
            guard let id = row["id"]?.text else { return nil }
            return CarrierRow(
                id: id, code: row["code"]?.text ?? "", name: row["logistics_company"]?.text ?? "")
        }
    }
}
