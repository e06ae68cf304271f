@testable import SyncCore

/// Answers calls from the model's truth, and fails as its plan says.
struct FaultyGateway {
    struct Answer {
        var result: CallResult
        var content: ModelContent?
        /// A ban that the answer states, and when it ends.
        var ban: (scope: RateLimiter.BanScope, until: Int64)?
    }

    private struct Ban {
        var app: AppID
        var scope: RateLimiter.BanScope
        var until: Int64
        var saysHowLong: Bool
    }

    let plan: WorldPlan
    private var bans: [Ban] = []
    /// End of the latest ban, in virtual milliseconds.
    private(set) var bannedUntil: Int64 = 0

    init(_ plan: WorldPlan) {
        self.plan = plan
    }

    /// What the platform makes of a call at `time`.
    mutating func answer(
        _ call: Call, _ platform: inout ModelPlatform, at time: Int64, _ random: inout SplitMix64
    ) -> Answer {
        let isFaulty = time < plan.faultsEnd && random.chance(plan.faultRate)
        if isFaulty, random.chance(0.3) {
            let failure = CallFailure(.retry(afterSeconds: nil), code: "network", line: "")
            return Answer(result: CallResult(.failure(failure), isAnswered: false))
        }
        var answer =
            ban(of: call, at: time, startsOne: isFaulty && random.chance(0.2), &random)
            ?? refusal(of: call, isFaulty: isFaulty, at: time, &random)
            ?? content(of: call, &platform, at: time, &random)
        if isFaulty, case .page(let page) = answer.result.outcome {
            let spoiled = spoiled(page, &random)
            answer.result.outcome = .page(spoiled)
            if spoiled.rows.isEmpty { answer.content = nil }
        }
        if plan.datesAnswers, !random.chance(0.1) {
            answer.result.date = platform.now(at: time).advanced(bySeconds: plan.dateOffset)
        }
        return answer
    }

    private mutating func ban(
        of call: Call, at time: Int64, startsOne: Bool, _ random: inout SplitMix64
    ) -> Answer? {
        if startsOne {
            let until = time + random.pick(500...40_000)
            bannedUntil = max(bannedUntil, until)
            bans.append(
                Ban(
                    app: call.app, scope: random.chance(0.5) ? .app : .method(call.method),
                    until: until, saysHowLong: random.chance(0.7)))
        }
        let applies = { (ban: Ban) in
            ban.app == call.app && time < ban.until
                && (ban.scope == .app || ban.scope == .method(call.method))
        }
        guard let ban = bans.last(where: applies) else { return nil }
        let scope: ThrottleScope = ban.scope == .app ? .app : .method
        let seconds = ban.saysHowLong ? (ban.until - time + 999) / 1_000 : nil
        let failure = CallFailure(.throttled(scope, seconds: seconds), code: "7", line: "")
        return Answer(
            result: CallResult(.failure(failure)),
            ban: ban.saysHowLong ? (ban.scope, ban.until) : nil)
    }

    private func refusal(
        of call: Call, isFaulty: Bool, at time: Int64, _ random: inout SplitMix64
    ) -> Answer? {
        func failure(_ disposition: Disposition) -> Answer {
            Answer(result: CallResult(.failure(CallFailure(disposition, code: "x", line: ""))))
        }
        for refused in plan.misconfigured where refused.when.contains(time) {
            if refused.app == call.app.rawValue { return failure(.misconfigured) }
        }
        if let shop = call.shop {
            for refused in plan.unauthorised where refused.when.contains(time) {
                if refused.shop == Int(shop.rawValue) { return failure(.unauthorised) }
            }
        }
        for refused in plan.refusedMethods where refused.when.contains(time) {
            let isMeant = refused.shop == nil || refused.shop == call.shop.map { Int($0.rawValue) }
            if isMeant, refused.method == call.method {
                return failure(refused.shop == nil ? .misconfigured : .unauthorised)
            }
        }
        if plan.heavy.contains(time), case .list(let request) = call.kind,
            request.through.seconds(since: request.from) > plan.heavySpan
        {
            return failure(.narrow(afterSeconds: nil))
        }
        guard isFaulty else { return nil }
        switch random.pick(0...9) {
        case 0...3: return failure(.retry(afterSeconds: random.chance(0.5) ? 2 : nil))
        case 4: return failure(.narrow(afterSeconds: random.chance(0.5) ? 1 : nil))
        case 5: return random.chance(0.1) ? failure(.badRequest) : nil
        case 6: return failure(.clockSkew)
        default: return nil
        }
    }

    private func content(
        of call: Call, _ platform: inout ModelPlatform, at time: Int64, _ random: inout SplitMix64
    ) -> Answer {
        let shop = call.shop.map { Int($0.rawValue) } ?? 0
        switch call.kind {
        case .serverTime:
            return Answer(result: CallResult(.serverTime(platform.now(at: time))))
        case .list(let request):
            return list(request, of: call, shop, &platform, at: time, &random)
        case .order(let id):
            guard let order = platform.order(id, shop: shop), order.detailFrom <= time else {
                return Self.failed(.notFound)
            }
            return Answer(
                result: CallResult(.detail), content: .orders([order], source: .detail))
        case .refund(let id, _):
            guard let refund = platform.refund(id, shop: shop) else {
                return Self.failed(.notFound)
            }
            return Answer(
                result: CallResult(.detail), content: .refunds([refund], source: .detail))
        case .seller:
            return Answer(result: CallResult(.seller))
        case .carriers:
            return Answer(result: CallResult(.carriers))
        case .trace(let key, let items, _):
            return trace(key, items, platform.order(key.order, shop: shop), at: time)
        case .goods:
            return Self.failed(.badRequest)
        case .parcels(let id):
            let parcels = platform.order(id, shop: shop)?.parcels ?? []
            let rows = parcels.map { parcel in
                ParcelRow(trackingNumber: parcel.number, company: nil, items: [parcel.item])
            }
            return Answer(
                result: CallResult(.parcels(count: rows.count)), content: .parcels(rows))
        }
    }

    private static func failed(_ disposition: Disposition, isSplit: Bool = false) -> Answer {
        var failure = CallFailure(disposition, code: "x", line: "")
        failure.isSplitOrder = isSplit
        return Answer(result: CallResult(.failure(failure)))
    }

    private func list(
        _ request: PageRequest, of call: Call, _ shop: Int, _ platform: inout ModelPlatform,
        at time: Int64, _ random: inout SplitMix64
    ) -> Answer {
        var (summary, rows) = platform.list(
            shop: shop, method: call.method, request, at: time, &random)
        if call.method != .refundsChanged {
            let isReadable = rows.map { !plan.isMalformed($0) }
            summary.rejected = rows.filter(plan.isMalformed).map(Self.rejectedKey)
            rows = zip(rows, isReadable).filter { $0.1 }.map { $0.0 }
            summary.rows = zip(summary.rows, isReadable).filter { $0.1 }.map { $0.0 }
        }
        if plan.wrongTotals.contains(time) {
            let offset = plan.totalOffset == 0 ? Int(random.pick(0...1)) : plan.totalOffset
            summary.total = summary.total.map { max(0, $0 + offset) }
        }
        if plan.stuckNext.contains(time), summary.hasNext != nil { summary.hasNext = true }
        let isEmpty = rows.isEmpty && summary.rejectedCount == 0
        if plan.emptyIsError, isEmpty { return Self.failed(.empty) }
        if plan.poisoned.contains(time), rows.contains(where: plan.isPoison) {
            return Self.failed(.retry(afterSeconds: nil))
        }
        return Answer(
            result: CallResult(.page(summary)),
            content: call.method == .refundsChanged
                ? .refunds(rows, source: .list) : .orders(rows, source: .list))
    }

    /// Of some malformed rows the id cannot be read either: then their content stands for them.
    private static func rejectedKey(_ order: ModelOrder) -> UInt64 {
        guard order.id % 2 == 1 else { return order.id }
        var mixer = SplitMix64(seed: order.id &* 31 &+ order.version)
        return mixer.next()
    }

    private func trace(
        _ key: ParcelKey, _ items: [String], _ order: ModelOrder?, at time: Int64
    ) -> Answer {
        guard let order,
            let parcel = order.parcels.first(where: { $0.number == key.trackingNumber })
        else { return Self.failed(.notFound) }
        if plan.rules.listsParcels, order.parcels.count > 1, items != [parcel.item] {
            return Self.failed(.badRequest, isSplit: true)
        }
        guard let trace = parcel.trace(at: time, start: plan.platformStart) else {
            return Self.failed(.empty)
        }
        return Answer(result: CallResult(.trace(trace)), content: .trace(trace))
    }

    /// A page that breaks a rule which the reader checks.
    private func spoiled(_ page: PageSummary, _ random: inout SplitMix64) -> PageSummary {
        var page = page
        // Of a page that was asked for with its count no order is promised.
        let isInOrder = page.rows.first?.at == page.rows.last?.at || page.total != nil
        switch random.pick(0...3) {
        case 0 where !isInOrder: page.rows.reverse()
        case 1 where !page.rows.isEmpty: page.rows[0].at?.seconds += 100_000_000
        case 2 where !page.rows.isEmpty: page.rows[page.rows.count - 1].at?.seconds = 0
        default: (page.rows, page.hasNext, page.total) = ([], true, nil)
        }
        return page
    }
}
