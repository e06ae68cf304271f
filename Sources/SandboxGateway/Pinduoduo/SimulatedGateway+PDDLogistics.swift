internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The trace of a parcel, for every caller who knows its number. One that was not
    /// scanned yet, or that does not exist, is an error.
    mutating func traceParcel(
        _ call: PDDCall, into response: inout PDDResponse
    ) throws(PDDError) {
        guard let place = waybills.place(of: call.text("mail_no") ?? "", in: world) else {
            throw .noTrace
        }
        let order = world.shops[place.shop].orders[place.serial]
        let parcel = order.parcels[place.parcel]
        let trace = trace(parcel, order)
        guard parcel.waybill == call.text("mail_no"),
            PDDCourier.of(parcel).code == call.text("company_code"), !trace.steps.isEmpty
        else { throw .noTrace }
        let city = BuyerFacts(salt: order.salt).place.city
        response.members = { json in
            json.key("trace_list")
            json.array { json in
                for step in trace.steps {
                    json.object {
                        $0.member("action", step.action)
                        $0.member("desc", step.text)
                        $0.member("node_description", city)
                        $0.member("status_desc", step.text)
                        $0.member("status_time", step.at)
                        $0.member("time", step.at)
                    }
                }
            }
        }
    }
}
