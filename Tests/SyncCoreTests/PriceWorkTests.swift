import Testing

@testable import SyncCore

/// Watched goods: asked for together, and one by one where that does not do.
@Suite struct PriceWorkTests {
    private static let batch = GoodsQuery(
        goods: ["a", "b", "c"], pid: "1_2", isDetail: false, interval: 600)

    private func bench(
        _ answer: @escaping (GoodsQuery) -> CallResult.Outcome?
    ) -> MachineHarness {
        var shop = MachineHarness.shop(1, [.prices])
        shop.backfillDays = 0
        var bench = MachineHarness(shops: [shop]) { call, _ in
            guard case .goods(let query) = call.kind else { return MachineHarness.emptyPage }
            return answer(query) ?? .goods(count: query.goods.count)
        }
        bench.run(seconds: 5)
        bench.put([WorkItem(.goods(Self.batch))], .prices)
        return bench
    }

    @Test func theMachineAsksAtItsInterval() {
        var bench = bench { _ in nil }
        bench.run(seconds: 6 * 3_600)
        let polls = bench.calls(of: .goodsSearch)
        #expect((33...36).contains(polls.count), "\(polls.count) polls in six hours")
        for (one, next) in zip(polls, polls.dropFirst()) {
            #expect((600...640).contains(next - one))
        }
        #expect(bench.calls(of: .goodsDetail).isEmpty)
        #expect(bench.calls.allSatisfy { $0.call.stream == nil || $0.call.callClass == .prices })
    }

    /// What a search refuses is asked for one by one, at once and from then on.
    @Test(arguments: [.badRequest, .notFound, .empty] as [Disposition])
    func theMachineAsksOneByOneInstead(disposition: Disposition) {
        var bench = bench { $0.isDetail ? nil : MachineHarness.failure(disposition) }
        bench.run(seconds: 30)
        #expect(bench.calls(of: .goodsSearch).count == 1)
        #expect(bench.calls(of: .goodsDetail).count == 3)
        bench.run(seconds: 1_300)
        #expect(bench.calls(of: .goodsSearch).count == 1)
        #expect(bench.calls(of: .goodsDetail).count == 9)
    }

    private static func refusal(_ query: GoodsQuery) -> CallResult.Outcome {
        var failure = CallFailure(.badRequest, code: "60001", line: "")
        failure.refusesPID = true
        return .failure(failure)
    }

    /// A PID that is refused is no verdict on the method: goods of other PIDs are asked for as
    /// ever, its own one by one, without it.
    @Test func aRefusedPIDBlocksNoOther() {
        var bench = bench { query in
            query.pid == "9_9" && !query.isPublic ? Self.refusal(query) : nil
        }
        let foreign = GoodsQuery(goods: ["x", "y"], pid: "9_9", isDetail: false, interval: 600)
        bench.put([WorkItem(.goods(foreign))], .prices)
        bench.run(seconds: 3_600)
        let queries = bench.calls.compactMap { at, call in
            if case .goods(let query) = call.kind { query } else { nil }
        }
        #expect(queries.filter { $0 == Self.batch }.count >= 5)
        #expect(queries.filter { $0 == foreign }.count == 1)
        #expect(queries.filter(\.isPublic).count >= 10)
        #expect(queries.allSatisfy { !$0.isPublic || ($0.isDetail && $0.pid == "9_9") })
        let isMethodBlamed = bench.notes.contains {
            if case .methodRefused = $0 { true } else { false }
        }
        #expect(!isMethodBlamed)
    }

    /// Goods that are refused without a PID too rest, ever longer.
    @Test func refusedProductsRestEverLonger() throws {
        var bench = bench(Self.refusal)
        bench.run(seconds: 86_400)
        let polls = bench.calls(of: .goodsDetail)
        // Three goods: at 0, 10, 30, 70, … minutes, then each six hours.
        #expect((15...36).contains(polls.count), "\(polls.count) polls in a day")
        #expect(bench.calls(of: .goodsSearch).count == 1)
        guard case .again(_, "60001") = try #require(bench.outcomes.last).outcome else {
            Issue.record("\(String(describing: bench.outcomes.last))")
            return
        }
    }

    /// An error without a known meaning about one product is asked about again, then believed;
    /// after that each answer is, and costs no more than a call an hour.
    @Test func anUnknownErrorIsBelievedAfterSome() {
        let alone = GoodsQuery(goods: ["d"], pid: "1_2", isDetail: true, interval: 600)
        var bench = bench { query in
            guard query == alone else { return nil }
            return .failure(CallFailure(.notFound, code: "50001", line: "", isUnknownCode: true))
        }
        bench.put([WorkItem(.goods(alone))], .prices)
        bench.run(seconds: 6 * 3_600)
        let outcomes = bench.outcomes.filter { $0.subject == .goods(alone) }.map(\.outcome)
        let isGone = outcomes.map { if case .gone = $0 { true } else { false } }
        #expect(isGone.prefix(5) == [false, false, false, false, true])
        #expect(isGone.dropFirst(4).allSatisfy { $0 })
        #expect((8...12).contains(isGone.count))
        #expect(!outcomes.contains { if case .priced = $0 { true } else { false } })
    }

    /// A passing fault is tried again sooner than its turn, ever less often.
    @Test func passingFaultsAreTriedAgain() {
        var bench = bench { _ in MachineHarness.failure(.retry(afterSeconds: nil)) }
        bench.run(seconds: 3_600)
        let polls = bench.calls(of: .goodsSearch).count
        #expect((8...30).contains(polls), "\(polls) polls in an hour")
        guard case .again = bench.outcomes.last?.outcome else {
            Issue.record("\(String(describing: bench.outcomes.last))")
            return
        }
    }

    /// A product that the platform does not have, requested individually, is stored as such.
    @Test(arguments: [.notFound, .empty] as [Disposition])
    func aProductThatIsGoneIsStored(disposition: Disposition) {
        var bench = bench { $0.isDetail ? MachineHarness.failure(disposition) : nil }
        let alone = GoodsQuery(goods: ["d"], pid: "1_2", isDetail: true, interval: 600)
        bench.put([WorkItem(.goods(alone))], .prices)
        bench.run(seconds: 10)
        let change = bench.outcomes.first { $0.subject == .goods(alone) }
        guard case .priced(let next) = change?.outcome else {
            Issue.record("\(String(describing: change))")
            return
        }
        #expect((600...640).contains(next.seconds(since: change?.askedAt ?? next)))
    }

    /// A search that backs off does not delay goods that are requested individually.
    @Test func eachMethodHasATurn() {
        var bench = bench { $0.isDetail ? nil : MachineHarness.failure(.misconfigured) }
        let alone = GoodsQuery(goods: ["d"], pid: "1_2", isDetail: true, interval: 600)
        bench.put([WorkItem(.goods(alone))], .prices)
        bench.run(seconds: 3_600)
        #expect((5...7).contains(bench.calls(of: .goodsDetail).count))
    }

    /// What the app may not do rests that method alone, and does not stop a promoter's orders.
    @Test func aMissingPermissionRestsTheMethod() {
        var bench = bench { _ in MachineHarness.failure(.misconfigured) }
        bench.run(seconds: 3_600)
        #expect(bench.states == [])
        let isReported = bench.notes.contains {
            if case .methodRefused(_, .goodsSearch, _, _, _) = $0 { true } else { false }
        }
        #expect(isReported)
        #expect((2...30).contains(bench.calls(of: .goodsSearch).count))
    }
}
