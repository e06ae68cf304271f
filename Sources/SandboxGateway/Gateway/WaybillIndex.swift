/// Finds parcels by their way bill number alone, as couriers do: any shop's.
struct WaybillIndex: Sendable {
    struct Place: Sendable {
        let shop: Int
        let serial: Int
        let parcel: Int
    }

    private var places: [String: Place] = [:]
    /// How many parcels of each shop are known.
    private var known: [Int: Int] = [:]

    mutating func place(of waybill: String, in world: SandboxWorld) -> Place? {
        for shop in world.shops {
            for (serial, parcel) in shop.parcelPlaces[known[shop.number, default: 0]...] {
                let waybill = shop.orders[serial].parcels[parcel].waybill
                places[waybill] = Place(shop: shop.number, serial: serial, parcel: parcel)
            }
            known[shop.number] = shop.parcelPlaces.count
        }
        return places[waybill]
    }
}
