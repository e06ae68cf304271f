import Testing

@testable import SyncCore

/// Whose session a shop has is asked before its first list; another seller's pauses the shop.
@Suite struct SellerTests {
    // MARK: The same seller

    @Test(
        arguments: [
            (("1", "a"), ("1", "b"), .same),  // Renamed.
            (("1", "a"), ("2", "a"), .different),
            (("", "a"), ("2", "a"), .same),
            (("", "a"), ("2", "b"), .different),
            (("1", ""), ("", "b"), .unknown),
            (("1", ""), ("AAE-x", ""), .unknown),  // A number and an opaque id.
            (("1", "a"), ("AAE-x", "a"), .same),
            (("AAE-x", ""), ("AAE-y", ""), .different),
            (("", "a**"), ("", "b"), .unknown),
            (("", ""), ("", ""), .unknown),
        ] as [((String, String), (String, String), SellerIdentity.Relation)])
    func theRelationOfTwoSellersIsKnown(
        left: (String, String), right: (String, String), expected: SellerIdentity.Relation
    ) {
        let (left, right) = (
            SellerIdentity(id: left.0, nick: left.1), SellerIdentity(id: right.0, nick: right.1)
        )
        #expect(left.relation(to: right) == expected)
        #expect(right.relation(to: left) == expected)
    }

    // MARK: The machine

    private static func bench(
        shops: [Int64] = [1],
        answer: @escaping (Call, UTCInstant) -> CallResult.Outcome? = { _, _ in nil }
    ) -> MachineHarness {
        let shops = shops.map { number in
            var shop = MachineHarness.shop(number, [.orders])
            shop.asksSeller = true
            return shop
        }
        return MachineHarness(shops: shops) { call, now in
            answer(call, now) ?? (call.kind == .seller ? .seller : MachineHarness.emptyPage)
        }
    }

    private static func refusal(
        _ disposition: Disposition, isOther: Bool = false, needsSeller: Bool = false
    ) -> CallResult.Outcome {
        var failure = CallFailure(disposition, code: "x", line: "whose it is")
        (failure.isOtherSeller, failure.needsSeller) = (isOther, needsSeller)
        return .failure(failure)
    }

    @Test func theSellerIsAskedOnceAndFirst() throws {
        var bench = Self.bench()
        bench.run(seconds: 100)
        let asked = bench.calls(of: .seller)
        #expect(asked.count == 1)
        let first = try #require(bench.calls(of: .ordersChanged).first)
        #expect(try #require(asked.first) <= first)
        let methods = bench.calls.map(\.call.method)
        let isFirst = methods.firstIndex(of: .seller)! < methods.firstIndex(of: .ordersChanged)!
        #expect(isFirst)
    }

    @Test func anotherSellerPausesTheShopAndNoOther() {
        var bench = Self.bench(shops: [1, 2]) { call, _ in
            call.kind == .seller && call.shop == ShopID(1)
                ? Self.refusal(.unauthorised, isOther: true) : nil
        }
        bench.run(seconds: 4_000)
        #expect(bench.calls(of: .ordersChanged, shop: 1).isEmpty)
        #expect(bench.calls(of: .seller, shop: 1).count == 1, "nothing is asked until it changes")
        #expect(bench.calls(of: .ordersChanged, shop: 2).count > 300)
        #expect(bench.states.contains(.paused))
        #expect(bench.notes.count { $0 == .sellerRefused(ShopID(1), line: "whose it is") } == 1)
        bench.handle(.authorisationChanged(ShopID(1)))
        #expect(bench.calls(of: .seller, shop: 1).count == 2)
        #expect(bench.calls(of: .ordersChanged, shop: 1).isEmpty)
    }

    @Test func theRightSessionContinues() {
        var isRight = false
        let switched = MachineHarness.start + 100
        var bench = Self.bench { call, now in
            isRight = now.seconds >= switched
            return call.kind == .seller && !isRight
                ? Self.refusal(.unauthorised, isOther: true) : nil
        }
        bench.run(seconds: 150)
        #expect(bench.calls(of: .ordersChanged).isEmpty)
        bench.handle(.authorisationChanged(ShopID(1)))
        bench.run(seconds: 50)
        #expect(bench.calls(of: .ordersChanged).count >= 4)
        #expect(bench.states.last == .active)
        #expect(bench.notes.contains(.shopAccepted(ShopID(1))))
    }

    /// A permission that is missing, or a fault of that one method that lasts.
    @Test(arguments: [
        Disposition.unauthorised, .misconfigured, .badRequest, .notFound,
        .retry(afterSeconds: nil), .narrow(afterSeconds: nil),
    ])
    func aRefusedCallBlocksNothing(disposition: Disposition) {
        var bench = Self.bench { call, _ in
            call.kind == .seller ? Self.refusal(disposition) : nil
        }
        bench.run(seconds: disposition.isPassing ? 200 : 60)
        #expect(bench.calls(of: .ordersChanged).count >= 4)
        #expect(bench.calls(of: .seller).count <= 2 + FailurePolicy.sellerAttemptMax)
        #expect(!bench.states.contains(.paused))
        #expect(!bench.states.contains(.unauthorized))
        let notes = bench.notes.count {
            if case .sellerUnknown = $0 { true } else { false }
        }
        #expect(notes == 1)
        bench.run(seconds: 3_700)
        #expect(bench.calls(of: .seller).count >= 2, "it is asked again in an hour")
    }

    /// With another seller's session rows would be mixed: they wait while the call fails.
    @Test func passingFaultsUnblockNothingAtOnce() {
        var bench = Self.bench { call, _ in
            call.kind == .seller ? Self.refusal(.retry(afterSeconds: nil)) : nil
        }
        bench.run(seconds: 30)
        #expect(bench.calls(of: .seller).count >= 4)
        #expect(bench.calls(of: .ordersChanged).isEmpty)
        bench.run(seconds: 150)
        #expect(bench.calls(of: .ordersChanged).count >= 2, "a fault of one method blocks no shop")
    }

    /// A ban of that method alone, for hours, must not stop the shop.
    @Test func aBannedCallBlocksNothing() {
        var bench = Self.bench { call, _ in
            call.kind == .seller ? Self.refusal(.throttled(.method, seconds: 31_062)) : nil
        }
        bench.run(seconds: 60)
        #expect(bench.calls(of: .seller).count == 1)
        #expect(bench.calls(of: .ordersChanged).count >= 4)
    }

    @Test func whatIsShownHasNoControlCharacters() {
        let seller = SellerIdentity(
            id: "1\u{1B}[31m", nick: "a\nb\u{9B}" + String(repeating: "店", count: 900))
        #expect(seller.id == "1[31m")
        #expect(seller.nick.hasPrefix("ab店"))
        #expect(seller.nick.count == SellerIdentity.textMax)
    }

    /// Another session came: it is asked whose it is before its rows are read.
    @Test func anUnknownSessionIsAskedAbout() {
        let replaced = MachineHarness.start + 100
        var known = MachineHarness.start
        var bench = Self.bench { call, now in
            if call.kind == .seller {
                known = now.seconds
                return .seller
            }
            return now.seconds >= replaced && known < replaced
                ? Self.refusal(.retry(afterSeconds: nil), needsSeller: true) : nil
        }
        bench.run(seconds: 200)
        #expect(bench.calls(of: .seller).count == 2)
        #expect(bench.calls(of: .ordersChanged).count >= 15)
        #expect(
            !bench.notes.contains { if case .callFailed = $0 { true } else { false } })
    }

    /// A suspended app is tried with it where nothing else may be called.
    @Test func aSuspendedAppIsTried() {
        let end = MachineHarness.start + 200
        var bench = Self.bench { call, now in
            now.seconds < end ? Self.refusal(.misconfigured) : nil
        }
        bench.run(seconds: 400)
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
    }
}
