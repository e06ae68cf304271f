import Testing

@testable import SyncCore

/// Watched goods: asked for together, and one by one where that does not do.
@Suite struct PriceWorkTests {
    private static let batch = GoodsQuery(
        goods: ["a", "b", "c"], pid: "1_2", isDetail: false, interval: 600)

    private func bench(
        _ answer: @escaping (GoodsQuery) -> CallResult.Outcome?
    ) -> MachineBench {
        var shop = MachineBench.shop(1, [.prices])
        shop.backfillDays = 0
        var bench = MachineBench(shops: [shop]) { call, _ in
            guard case .goods(let query) = call.kind else { return MachineBench.emptyPage }
            return answer(query) ?? .goods(count: query.goods.count)
        }
        bench.run(seconds: 5)
        bench.put([WorkItem(.goods(Self.batch))], .prices)
        return bench
    }

    @Test func asksAtItsInterval() {
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
    func asksOneByOneInstead(disposition: Disposition) {
        var bench = bench { $0.isDetail ? nil : MachineBench.failure(disposition) }
        bench.run(seconds: 30)
        #expect(bench.calls(of: .goodsSearch).count == 1)
        #expect(bench.calls(of: .goodsDetail).count == 3)
        bench.run(seconds: 1_300)
        #expect(bench.calls(of: .goodsSearch).count == 1)
        #expect(bench.calls(of: .goodsDetail).count == 9)
    }

    /// A passing fault is tried again sooner than its turn, ever less often.
    @Test func passingFaultsAreTriedAgain() {
        var bench = bench { _ in MachineBench.failure(.retry(afterSeconds: nil)) }
        bench.run(seconds: 3_600)
        let polls = bench.calls(of: .goodsSearch).count
        #expect((8...30).contains(polls), "\(polls) polls in an hour")
        guard case .again = bench.outcomes.last?.outcome else {
            Issue.record("\(String(describing: bench.outcomes.last))")
            return
        }
    }

    /// A good that the platform does not have, asked for by itself, is stored as such.
    @Test(arguments: [.notFound, .empty] as [Disposition])
    func aGoodThatIsGoneIsStored(disposition: Disposition) {
        var bench = bench { $0.isDetail ? MachineBench.failure(disposition) : nil }
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

    /// A good whose PID is refused is told, and tried again with its turn; all else goes on.
    @Test func aRefusedGoodHoldsUpNoOther() {
        let alone = GoodsQuery(goods: ["x"], pid: "1_3", isDetail: true, interval: 600)
        let other = GoodsQuery(goods: ["y"], pid: "1_2", isDetail: true, interval: 600)
        var bench = bench { $0 == alone ? MachineBench.failure(.misconfigured) : nil }
        bench.put([WorkItem(.goods(alone)), WorkItem(.goods(other))], .prices)
        bench.run(seconds: 3_600)
        #expect((5...7).contains(bench.calls(of: .goodsSearch).count))
        for query in [alone, other] {
            let polls = bench.calls.count { $0.call.kind == .goods(query) }
            #expect((5...7).contains(polls), "\(query.goods): \(polls)")
        }
        guard
            case .again(_, let error) = bench.outcomes.last(where: { $0.subject == .goods(alone) })?
                .outcome
        else {
            Issue.record("nothing is stored of it")
            return
        }
        #expect(!error.isEmpty && !bench.states.contains(.paused))
    }

    /// A search that rests does not hold up goods that go one by one.
    @Test func eachMethodHasATurn() {
        var bench = bench { $0.isDetail ? nil : MachineBench.failure(.misconfigured) }
        let alone = GoodsQuery(goods: ["d"], pid: "1_2", isDetail: true, interval: 600)
        bench.put([WorkItem(.goods(alone))], .prices)
        bench.run(seconds: 3_600)
        #expect((5...7).contains(bench.calls(of: .goodsDetail).count))
    }

    /// What the app may not do rests that method alone, and does not stop a promoter's orders.
    @Test func aMissingPermissionRestsTheMethod() {
        var bench = bench { _ in MachineBench.failure(.misconfigured) }
        bench.run(seconds: 3_600)
        #expect(bench.states == [])
        let isTold = bench.notes.contains {
            if case .methodRefused(_, .goodsSearch, _, _, _) = $0 { true } else { false }
        }
        #expect(isTold)
        #expect((2...30).contains(bench.calls(of: .goodsSearch).count))
    }
}
