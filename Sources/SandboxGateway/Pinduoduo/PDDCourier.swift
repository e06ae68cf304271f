internal import WireFormat

/// A courier as Pinduoduo numbers it.
struct PDDCourier: Sendable {
    let id: Int64
    let code: String
    let name: String

    /// In the order of the catalogue's couriers.
    private static let couriers = [
        PDDCourier(id: 44, code: "SF", name: "顺丰快递"),
        PDDCourier(id: 115, code: "ZTO", name: "中通快递"),
        PDDCourier(id: 85, code: "YTO", name: "圆通快递"),
        PDDCourier(id: 121, code: "YUNDA", name: "韵达快递"),
        PDDCourier(id: 1, code: "STO", name: "申通快递"),
        PDDCourier(id: 132, code: "YZXB", name: "邮政快递包裹"),
        PDDCourier(id: 384, code: "JTSD", name: "极兔速递"),
    ]

    /// Couriers that carry nothing here; a code can be empty.
    private static let idle = [
        PDDCourier(id: 2, code: "SHHT", name: "上海汇通"),
        PDDCourier(id: 86, code: "", name: "内部员工自提"),
    ]

    static func of(_ parcel: ParcelRecord) -> PDDCourier {
        let name = parcel.company.name
        let place = Catalogue.couriers.firstIndex { $0.name == name } ?? 0
        return couriers[place]
    }

    static func writeAll(_ json: inout JSONWriter) {
        json.key("logistics_companies")
        json.array { json in
            for (courier, isIdle) in couriers.map({ ($0, false) }) + idle.map({ ($0, true) }) {
                json.object {
                    $0.member("code", courier.code)
                    $0.member("available", Int64(isIdle ? 0 : 1))
                    $0.member("logistics_company", courier.name)
                    $0.member("id", courier.id)
                }
            }
        }
    }
}
