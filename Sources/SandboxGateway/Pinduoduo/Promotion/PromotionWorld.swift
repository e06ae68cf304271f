internal import SyncCore
internal import WireFormat

/// What a promoter of Duoduo Jinbao has: goods with offers, promotion positions (PIDs), and the
/// orders that came through them. Pure, as the shops' world is.
struct PromotionWorld: Sendable {
    struct Position: Sendable {
        let pid: String
        let name: String
        let created: UTCInstant
        /// The custom parameters with which it is bound for authority; "" for none.
        var bound: Set<String> = []
    }

    /// The promoter's account, which every PID begins with.
    static let duoID: Int64 = 10_000_001

    private(set) var positions: [Position] = []
    private(set) var orders: [PromotedOrder] = []
    private var active: [Int] = []
    private let seed: UInt64
    private let start: UTCInstant
    private let eventsPerSecond: Double
    private var nextEvent: UInt64 = 0

    init(configuration: SandboxConfiguration, start: UTCInstant) {
        seed = configuration.seed
        self.start = start
        // A sixth of a shop's life goes through promoters.
        eventsPerSecond = configuration.isStatic ? 0 : configuration.eventsPerSecond / 6
        guard configuration.platform == .pinduoduo else { return }
        for number in 1...3 { addPosition(name: "推广位\(number)", at: start) }
        positions[0].bound = ["", Self.customParameters(0)]
        addHistory(count: configuration.ordersPerShop / 6, days: configuration.historyDays)
    }

    var goods: [PromotedGoods] {
        (0..<PromotedGoods.count).map { PromotedGoods(seed: seed, number: $0) }
    }

    // MARK: Positions

    mutating func addPosition(name: String, at now: UTCInstant) {
        let number = 100_000_001 + positions.count
        positions.append(
            Position(pid: "\(Self.duoID)_\(number)", name: name, created: now))
    }

    func position(_ pid: String) -> Int? { positions.firstIndex { $0.pid == pid } }

    mutating func bind(_ pid: String, _ customParameters: String) -> Bool {
        guard let place = position(pid) else { return false }
        positions[place].bound.insert(customParameters)
        return true
    }

    /// Who came; at most 64 bytes of JSON, of which `uid` must be there.
    static func customParameters(_ salt: UInt64) -> String {
        "{\"uid\":\"u-\(salt % 40)\",\"sid\":\"测试\"}"
    }

    // MARK: Orders

    /// Lets orders come in and move on until `now`.
    mutating func advance(toMilliseconds now: Int64, isQuiet: Bool) {
        guard eventsPerSecond > 0, !positions.isEmpty else { return }
        while true {
            var random = SplitMix64(seed: seed, 22, nextEvent)
            let slots = Double(nextEvent) + random.fraction()
            let at = start.seconds * 1_000 + Int64(slots * 1_000 / eventsPerSecond)
            guard at <= now else { return }
            nextEvent += 1
            if isQuiet { continue }
            happen(at: UTCInstant(seconds: at / 1_000), &random)
        }
    }

    private mutating func happen(at now: UTCInstant, _ random: inout SplitMix64) {
        guard !active.isEmpty, !random.chance(0.3) else {
            orders.append(make(serial: orders.count, at: now))
            active.append(orders.count - 1)
            return
        }
        let place = random.below(active.count)
        let serial = active[place]
        if let next = Self.draw(orders[serial].status, &random) {
            orders[serial].move(to: next.status, at: now)
        }
        if orders[serial].status.next.isEmpty { active.swapAt(place, active.count - 1) }
        if orders[serial].status.next.isEmpty { active.removeLast() }
    }

    private mutating func addHistory(count: Int, days: Int) {
        for serial in 0..<count {
            var random = SplitMix64(seed: seed, 23, UInt64(serial))
            let position = (Double(serial) + random.fraction()) / Double(count)
            var order = make(
                serial: serial, at: DayRhythm.instant(position, days: days, end: start))
            var now = order.created
            while let next = Self.draw(order.status, &random) {
                now = now.advanced(bySeconds: random.within(next.seconds))
                guard now <= start else { break }
                order.move(to: next.status, at: now)
            }
            orders.append(order)
            if !order.status.next.isEmpty { active.append(serial) }
        }
    }

    private static func draw(
        _ status: PromotedOrder.Status, _ random: inout SplitMix64
    ) -> (status: PromotedOrder.Status, weight: Int, seconds: ClosedRange<Int64>)? {
        guard !status.next.isEmpty else { return nil }
        var point = random.below(status.next.reduce(0) { $0 + $1.weight })
        for next in status.next {
            point -= next.weight
            if point < 0 { return next }
        }
        return nil
    }

    private func make(serial: Int, at created: UTCInstant) -> PromotedOrder {
        var random = SplitMix64(seed: seed, 24, UInt64(serial))
        let salt = random.next()
        let number = random.below(PromotedGoods.count)
        let goods = PromotedGoods(seed: seed, number: number)
        let offer = goods.offer(at: created, offerSeconds: 600)
        let quantity = random.pick([1, 1, 1, 2] as [Int64])
        let discount = offer.groupPrice - offer.finalPrice(at: created)
        return PromotedOrder(
            serial: serial, salt: salt, goods: number, quantity: quantity,
            goodsPrice: offer.groupPrice, amount: offer.groupPrice * quantity - discount,
            promotionRate: goods.promotionRate, created: created, modified: created)
    }
}
