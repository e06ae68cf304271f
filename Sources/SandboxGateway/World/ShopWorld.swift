internal import SyncCore

/// One shop: its orders, and what its lists show of them. Lists may lag behind the truth.
struct ShopWorld: Sendable {
    let name: String
    let number: Int
    let seed: UInt64
    /// In order of creation: the place of an order is its serial number.
    private(set) var orders: [OrderRecord] = []
    /// What the list by modification shows.
    private(set) var index = ModifiedIndex()
    /// Where refunds are, in the order of their beginning.
    private(set) var refundPlaces: [(serial: Int, item: Int)] = []
    /// Where parcels are, in the order of their sending.
    private(set) var parcelPlaces: [(serial: Int, parcel: Int)] = []
    /// How late a change may reach the lists, in seconds; 0: at once.
    var indexLagSecondsMax: Int64 = 0

    /// For an order whose newest change is not in the lists yet: the version that they show, or
    /// nil while they do not show the order at all.
    private var shown: [Int: OrderRecord?] = [:]
    private var pending: [PendingVersion] = []
    private var active: [Int] = []
    private var activePlace: [Int: Int] = [:]
    private let factory: OrderFactory
    private let life: OrderLife

    /// A change on its way into the lists.
    private struct PendingVersion: Sendable {
        let visibleAt: Int64
        let serial: Int
        let version: OrderRecord
    }

    init(name: String, number: Int, seed: UInt64, platform: SandboxPlatform) {
        self.name = name
        self.number = number
        self.seed = seed
        factory = OrderFactory(seed: seed, shop: number, platform: platform)
        life = OrderLife(shop: number)
    }

    // MARK: Reading

    /// The version of an order that lists show; nil if they do not show it yet.
    func listed(_ serial: Int) -> OrderRecord? {
        if !shown.isEmpty, let version = shown[serial] { return version }
        return orders[serial]
    }

    /// True while the lists are behind the truth anywhere.
    var hasLateChanges: Bool { !shown.isEmpty }

    /// The place of the order with this number.
    func serial(tid: Int64) -> Int? {
        guard let serial = Identifiers.serial(tid: tid, shop: number),
            orders.indices.contains(serial), orders[serial].tid == tid
        else { return nil }
        return serial
    }

    func refundPlace(_ id: Int64) -> (serial: Int, item: Int)? {
        guard let (serial, item) = Identifiers.place(refund: id, shop: number),
            orders.indices.contains(serial), orders[serial].items.indices.contains(item),
            orders[serial].items[item].refund?.id == id
        else { return nil }
        return (serial, item)
    }

    // MARK: Past

    /// Fills the shop with orders of the days before `end`, each with its own past.
    mutating func addHistory(count: Int, days: Int, end: UTCInstant) {
        orders.reserveCapacity(count)
        for serial in 0..<count {
            var random = SplitMix64(seed: seed, UInt64(number), 2, UInt64(serial))
            let position = (Double(serial) + random.fraction()) / Double(count)
            let created = DayRhythm.instant(position, days: days, end: end)
            var order = factory.make(serial: serial, created: created)
            life.live(&order, serial: serial, until: end, &random)
            orders.append(order)
            noteAftermath(serial, before: nil)
            updateActive(serial)
        }
        reindex()
    }

    /// Edits `count` orders, spread over the past, in the one second `instant`.
    mutating func burst(count: Int, at instant: UTCInstant, _ random: inout SplitMix64) {
        guard !orders.isEmpty else { return }
        let candidates = orders.count
        for step in 0..<min(count, candidates) {
            let serial = candidates - 1 - step * (candidates / min(count, candidates))
            guard orders[serial].created <= instant else { continue }
            change(serial, at: instant, lagSeconds: 0) { order, life in
                life.apply(.setFlag, to: &order, serial: serial, at: instant, &random)
            }
        }
    }

    // MARK: Life

    /// What happens at one moment: mostly one order is made or moves on; now and then several
    /// change in the same second.
    mutating func liveEvent(atMilliseconds now: Int64, _ random: inout SplitMix64) {
        let instant = UTCInstant(seconds: now / 1_000)
        // Drawn in any case, so that the lag does not change what happens.
        let lag = Int64(random.next() % UInt64(indexLagSecondsMax + 1))
        let dice = random.below(1_000)
        if active.isEmpty || dice < 220 {
            create(at: instant, lagSeconds: lag)
        } else if dice < 224 {
            shipBatch(at: instant, lagSeconds: lag, &random)
        } else if dice < 280 {
            let recent = min(orders.count, 2_000)
            advance(orders.count - 1 - random.below(recent), at: instant, lagSeconds: lag, &random)
        } else {
            let serial = active[random.below(active.count)]
            let steps = dice < 310 ? 3 : 1  // Several changes of one order in one second.
            for _ in 0..<steps {
                advance(serial, at: instant, lagSeconds: lag, &random)
            }
        }
    }

    /// Brings the changes into the lists whose time has come.
    mutating func show(untilMilliseconds now: Int64) {
        guard !pending.isEmpty else { return }
        let due = pending.filter { $0.visibleAt <= now }
        guard !due.isEmpty else { return }
        pending.removeAll { $0.visibleAt <= now }
        for item in due {
            let current = listed(item.serial)
            // A newer version may have overtaken this one.
            if let current, current.revision >= item.version.revision { continue }
            if let current {
                index.remove(entry(current, item.serial))
            }
            index.insert(entry(item.version, item.serial))
            let isNewest = orders[item.serial].revision == item.version.revision
            if isNewest {
                shown.removeValue(forKey: item.serial)
            } else {
                shown.updateValue(item.version, forKey: item.serial)
            }
        }
    }

    private mutating func create(at instant: UTCInstant, lagSeconds: Int64) {
        let serial = orders.count
        // The clock of the lists must not run backwards if the machine's clock does.
        let created = max(instant, orders.last?.created ?? instant)
        let order = factory.make(serial: serial, created: created)
        orders.append(order)
        updateActive(serial)
        if lagSeconds > 0 {
            shown.updateValue(nil, forKey: serial)
            postpone(serial, lagSeconds: lagSeconds)
        } else {
            index.insert(entry(order, serial))
        }
    }

    private mutating func advance(
        _ serial: Int, at instant: UTCInstant, lagSeconds: Int64, _ random: inout SplitMix64
    ) {
        change(serial, at: instant, lagSeconds: lagSeconds) { order, life in
            life.step(&order, serial: serial, at: instant, &random)
        }
    }

    /// The seller hands over a cartload of parcels at once.
    private mutating func shipBatch(
        at instant: UTCInstant, lagSeconds: Int64, _ random: inout SplitMix64
    ) {
        let batch = active.filter { orders[$0].status == .waitSellerSend }
            .prefix(12 + random.below(48))
        for serial in batch where !orders[serial].type.isVirtual {
            change(serial, at: instant, lagSeconds: lagSeconds) { order, life in
                life.apply(.shipAll, to: &order, serial: serial, at: instant, &random)
            }
        }
    }

    private mutating func change(
        _ serial: Int, at instant: UTCInstant, lagSeconds: Int64,
        _ body: (inout OrderRecord, OrderLife) -> Void
    ) {
        let before = orders[serial]
        body(&orders[serial], life)
        noteAftermath(serial, before: before)
        updateActive(serial)
        if lagSeconds > 0 || shown[serial] != nil {
            if shown[serial] == nil { shown.updateValue(before, forKey: serial) }
            postpone(serial, lagSeconds: lagSeconds)
        } else {
            index.remove(entry(before, serial))
            index.insert(entry(orders[serial], serial))
        }
    }

    private mutating func postpone(_ serial: Int, lagSeconds: Int64) {
        let version = orders[serial]
        let visibleAt = (version.modified.seconds + lagSeconds) * 1_000
        pending.append(
            PendingVersion(visibleAt: visibleAt, serial: serial, version: version))
    }

    private mutating func noteAftermath(_ serial: Int, before: OrderRecord?) {
        for place in orders[serial].items.indices
        where orders[serial].items[place].refund != nil {
            if before?.items[place].refund == nil { refundPlaces.append((serial, place)) }
        }
        // New parcels, and those whose number was corrected.
        for (place, parcel) in orders[serial].parcels.enumerated() {
            let isKnown = before.map { place < $0.parcels.count } ?? false
            if isKnown, before?.parcels[place].waybill == parcel.waybill { continue }
            parcelPlaces.append((serial, place))
        }
    }

    private mutating func updateActive(_ serial: Int) {
        let isActive = orders[serial].isActive
        if let place = activePlace[serial], !isActive {
            let last = active.removeLast()
            activePlace[serial] = nil
            if last != serial {
                active[place] = last
                activePlace[last] = place
            }
        } else if isActive, activePlace[serial] == nil {
            activePlace[serial] = active.count
            active.append(serial)
        }
    }

    private mutating func reindex() {
        index = ModifiedIndex(orders.indices.map { entry(orders[$0], $0) })
    }

    private func entry(_ order: OrderRecord, _ serial: Int) -> ModifiedIndex.Entry {
        ModifiedIndex.Entry(modified: order.modified, serial: serial)
    }
}
