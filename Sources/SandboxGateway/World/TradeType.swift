/// The trade types that the sandbox sells (open.taobao.com, api 46).
enum TradeType: String, CaseIterable, Hashable, Sendable {
    case fixed, auction, step, cod
    case autoDelivery = "auto_delivery"
    case eticket, nopaid
    case tmallInternational = "tmall_i18n"
    case supermarket = "super_market_trade"

    /// What a list holds if `type` is left out: `guarantee_trade,auto_delivery,ec,cod,step`.
    static let listedByDefault: TradeTypeSet = [.fixed, .auction, .autoDelivery, .cod, .step]

    /// True for goods that need no parcel.
    var isVirtual: Bool { self == .eticket || self == .autoDelivery }

    /// The sandbox's types among those of a `type` parameter; `guarantee_trade` stands for a
    /// group. Nil if a name is none of the platform's.
    static func matching(_ query: String) -> TradeTypeSet? {
        var types: TradeTypeSet = []
        for name in query.split(separator: ",") {
            if name == "guarantee_trade" {
                types.insert(.fixed)
                types.insert(.auction)
            } else if let type = TradeType(rawValue: String(name)) {
                types.insert(type)
            } else if !otherNames.contains(name) {
                return nil
            }
        }
        return types
    }

    private static let otherNames: Set<Substring> = [
        "independent_simple_trade", "independent_shop_trade", "ec", "fenxiao", "game_equipment",
        "shopex_trade", "netcn_trade", "external_trade", "instant_trade", "b2c_cod",
        "hotel_trade", "super_market_cod_trade", "taohua", "waimai", "o2o_offlinetrade",
        "insurance_plus", "finance", "pre_auth_type", "lazada", "e_government_trade",
    ]
}
