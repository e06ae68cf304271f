internal import SyncCore

extension ShipmentWriter {
    /// Where parcels were found.
    struct Found {
        var order: OrderRow
        /// False for history whose end is known: its parcels are not polled.
        var isPolled: Bool
        var shop: ShopID
        var plan: ParcelPlan
        var askedAt: UTCInstant
        var now: UTCInstant
    }

    /// What became of a parcel that an order names.
    struct News {
        /// The number is new to the order.
        var isNew = false
        /// It is polled from now on.
        var isPolled = false
    }

    /// What is stored of a parcel.
    struct Known {
        var status: ParcelStatus
        var nextPoll: UTCInstant?
        var isPolled: Bool { nextPoll != nil }
        /// Its order has ended so long ago that this poll is the last.
        var isOver: Bool
        var failures: Int64
    }

    /// Parcels that an answer lists beside its lines, with the lines of each, commas between.
    static func byNumber(
        _ parcels: ArraySlice<ParcelSlots>, _ bytes: UnsafeRawBufferPointer
    ) -> [(parcel: ParcelSlots, items: String)] {
        var groups: [(parcel: ParcelSlots, items: String)] = []
        for parcel in parcels where parcel.trackingNumber.count > 0 {
            let item = parcel.item.isAbsent ? "" : text(parcel.item, bytes)
            let index = groups.firstIndex {
                bytes[$0.parcel.trackingNumber.range]
                    .elementsEqual(bytes[parcel.trackingNumber.range])
            }
            guard let index else {
                groups.append((parcel, item))
                continue
            }
            let known = groups[index].items.split(separator: ",")
            if !item.isEmpty, !known.contains(Substring(item)) {
                groups[index].items += (known.isEmpty ? "" : ",") + item
            }
        }
        return groups
    }

    static func text(_ slot: ByteRange, _ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes[slot.range], as: UTF8.self)
    }
}
