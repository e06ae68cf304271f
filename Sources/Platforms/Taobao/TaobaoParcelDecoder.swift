internal import SyncCore
internal import WireFormat

/// Decodes where parcels are (api:10463) and which parcels an order has (api:235).
enum TaobaoParcelDecoder {
    static func trace(
        _ response: PlatformResponse, order: String
    ) throws(CallFailure) -> ParcelTrace {
        let content = try TaobaoDocument.content(response)
        // A gateway may have rounded it on its way, and no text of it was asked for.
        if let stated = content["tid"]?.plain,
            RowIdentifier.verdict(stated, order, .number) != .usable(order)
        {
            throw BrokenAnswer.failure(response, "not the order that was asked for")
        }
        let status = content["status"]?.text
        guard status != nil || content["trace_list"] != nil else {
            throw BrokenAnswer.failure(response, "no trace in it")
        }
        var events: [ParcelEvent] = []
        var rejected: [RejectedRow] = []
        guard let steps = content["trace_list"].map({ $0.rows("transit_step_info") }) ?? [] else {
            throw BrokenAnswer.failure(response, "no list of scans")
        }
        for step in steps {
            guard let at = instant(step["status_time"]) else {
                rejected.append(.scan(step, response, order: order))
                continue
            }
            events.append(
                ParcelEvent(
                    at: at, text: step["status_desc"]?.text ?? "",
                    action: step["action"]?.text ?? ""))
        }
        let sorted = CourierStatus.chronological(events)
        let verdict = CourierStatus.unified(status: status ?? "", events: sorted)
        var trace = ParcelTrace(
            trackingNumber: trimmed(content["out_sid"]), company: trimmed(content["company_name"]),
            status: verdict.status, platformStatus: status ?? "",
            unknownCount: verdict.unknownCount, events: sorted)
        trace.rejected = rejected
        return trace
    }

    private static func instant(_ value: JSONValue?) -> UTCInstant? {
        value?.plain.flatMap { BeijingTime.parse($0) }
    }

    static func parcels(
        _ response: PlatformResponse, order: String
    ) throws(CallFailure) -> ParcelListing {
        let content = try TaobaoDocument.content(response)
        guard let shippings = content["shippings"] else {
            guard content["total_results"]?.whole == 0 else {
                throw BrokenAnswer.failure(response, "no parcels and no count in it")
            }
            return ParcelListing(rows: [])
        }
        // The catalogue types the items of a sibling method otherwise (api:234).
        let names = ["shipping", "single_result_dto"]
        guard let rows = shippings.rows(names.first { shippings[$0] != nil } ?? names[0]) else {
            throw BrokenAnswer.failure(response, "no list of parcels")
        }
        var listing = ParcelListing(rows: [])
        for row in rows {
            var faults = RowFaults(of: row)
            let number = faults.parcelNumber(row["out_sid"])
            if faults.reason != nil {
                listing.rejected.append(
                    RejectedRow(.parcel, faults, row, response, order: order))
            } else if let number {
                listing.rows.append(
                    ParcelRow(
                        trackingNumber: number, company: trimmed(row["company_name"]),
                        items: (row["sub_tids"]?.list("number") ?? []).compactMap(\.text),
                        isSplit: row["is_split"]?.truth))
            }
        }
        return listing
    }

    /// Without blanks around it; nil for an empty one.
    private static func trimmed(_ value: JSONValue?) -> String? {
        value?.plain
    }
}
