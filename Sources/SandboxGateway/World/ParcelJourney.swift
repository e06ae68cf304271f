internal import SyncCore

/// The way of a parcel, as the courier reports it: it grows as time passes.
struct ParcelJourney: Sendable {
    struct Step: Sendable {
        let at: UTCInstant
        let action: String
        let text: String
    }

    /// What has happened until `now`, oldest first.
    let steps: [Step]
    let isSigned: Bool

    /// - Parameter speed: how many times faster than in the world the parcel travels.
    init(_ parcel: ParcelRecord, to place: Catalogue.Place, speed: Int64, now: UTCInstant) {
        var random = SplitMix64(seed: parcel.salt, 8)
        var steps: [Step] = []
        var seconds: Int64 = 0
        let courier = parcel.company.name
        func step(_ delay: ClosedRange<Int64>, _ action: String, _ text: String) {
            seconds += random.within(delay)
            let at = parcel.consigned.advanced(bySeconds: seconds / max(1, speed))
            if at <= now { steps.append(Step(at: at, action: action, text: text)) }
        }
        step(1_200...10_800, "GOT", "【杭州市】\(courier) 杭州余杭营业部 已揽收，揽投员：王师傅")
        step(3_600...14_400, "DEPARTURE", "【杭州市】快件离开 杭州转运中心，已发往 \(place.city)转运中心")
        step(36_000...100_000, "ARRIVAL", "【\(place.city)】快件到达 \(place.city)转运中心")
        step(
            1_800...10_800, "DEPARTURE",
            "【\(place.city)】快件离开 \(place.city)转运中心，已发往 \(place.district)营业部")
        step(7_200...30_000, "ARRIVAL", "【\(place.city)】快件到达 \(place.district)\(place.town)营业部")
        step(
            1_800...7_200, "SENT_SCAN",
            "【\(place.city)】\(place.district)\(place.town)营业部 派件员 李师傅 正在派件")
        step(1_800...14_400, "SIGNED", "【\(place.city)】已签收，签收人：本人，感谢使用\(courier)")
        self.steps = steps
        isSigned = steps.last?.action == "SIGNED"
    }

    /// `status` of `taobao.logistics.trace.search`.
    var statusText: String {
        isSigned ? "对方已签收" : "物流公司揽收成功"
    }

    /// `status` of `taobao.logistics.orders.get`.
    var shippingStatus: String {
        if isSigned { return "ACCEPTED_BY_RECEIVER" }
        return steps.isEmpty ? "ACCEPTED" : "PICK_UP"
    }
}
