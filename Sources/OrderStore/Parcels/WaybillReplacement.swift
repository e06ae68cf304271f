internal import SyncCore
internal import WireFormat

/// Finds the parcels that nothing names any more, because the seller has corrected a waybill
/// number. They keep their row and what is known of their way, and are not polled. Inside a
/// transaction that the caller holds.
struct WaybillReplacement {
    typealias Order = (shop: ShopID, order: String)

    private let forgetLines: Statement
    private let forgetOthers: Statement
    private let announce: Statement
    private let replace: Statement
    private let restore: Statement

    init(_ database: Database) throws(StoreError) {
        forgetLines = try database.prepare(ShipmentSQL.forgetLines)
        forgetOthers = try database.prepare(ShipmentSQL.forgetOthers)
        announce = try database.prepare(ShipmentSQL.announceReplaced)
        replace = try database.prepare(ShipmentSQL.replace)
        restore = try database.prepare(ShipmentSQL.restore)
    }

    /// Lines have been written: what none of them names is named by no line.
    /// - Parameter isCorrected: one of them names a number that is new to the order.
    func forgetLines(_ order: Order, isCorrected: Bool) throws(StoreError) {
        bind(forgetLines, order)
        forgetLines.bind(.isCorrected, Int64(isCorrected ? 1 : 0))
        try forgetLines.run()
    }

    /// A source names these parcels and no others.
    func forget(_ source: ParcelSource, but numbers: [String], _ order: Order) throws(StoreError) {
        bind(forgetOthers, order)
        forgetOthers.bind(.namedBy, source.rawValue)
        var json = JSONWriter()
        json.array { for number in numbers { $0.value(number) } }
        forgetOthers.bind(.trackingNos, String(decoding: json.bytes, as: UTF8.self))
        try forgetOthers.run()
    }

    /// What nothing names is replaced.
    func carryOut(_ order: Order, _ now: UTCInstant) throws(StoreError) {
        for statement in [announce, replace] {
            bind(statement, order)
            statement.bind(.now, now.seconds)
            try statement.run()
        }
    }

    /// A parcel is named again.
    /// - Returns: its status now; nil if it was not replaced.
    func restore(
        _ key: ParcelKey, _ shop: ShopID, nextPoll: UTCInstant?
    ) throws(StoreError) -> ParcelStatus? {
        bind(restore, (shop, key.order))
        restore.bind(.trackingNo, key.trackingNumber)
        restore.bind(.nextPollAt, nextPoll)
        defer { restore.reset() }
        guard try restore.step() else { return nil }
        return ParcelStatus(rawValue: restore.text(0))
    }

    private func bind(_ statement: Statement, _ order: Order) {
        statement.bind(.shopID, order.shop.rawValue)
        statement.bind(.orderID, order.order)
    }
}
