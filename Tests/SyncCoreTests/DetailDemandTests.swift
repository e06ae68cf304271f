import Testing

@testable import SyncCore

@Suite struct DetailDemandTests {
    private func row(_ status: OrderStatus, isSparse: Bool) -> OrderRow {
        var row = OrderRow()
        row.status = status
        if !isSparse { row.paymentFen = 100 }
        return row
    }

    // Policy, read of the past or not; then for each of the statuses `paid`, `shipped` and
    // `closed` the demand of a full row, by reason and priority.
    @Test(
        arguments: [
            (.changed, false, true, ["new 1", "new 3", "new 5"]),
            (.changed, false, false, ["changed 1", "changed 3", "changed 5"]),
            (.changed, true, true, ["history 9", "history 10", "history 11"]),
            (.changed, true, false, ["history 9", "history 10", "history 11"]),
            (.never, false, true, [nil, nil, nil]), (.never, false, false, [nil, nil, nil]),
            (.never, true, true, [nil, nil, nil]), (.never, true, false, [nil, nil, nil]),
        ] as [(DetailPolicy, Bool, Bool, [String?])])
    func theStatusDecidesTheDemand(
        policy: DetailPolicy, isHistory: Bool, isNew: Bool, expected: [String?]
    ) {
        for (status, expected) in zip([OrderStatus.paid, .shipped, .closed], expected) {
            let demand = detailDemand(
                for: row(status, isSparse: false), isNew: isNew, isHistory: isHistory,
                policy: policy)
            #expect(demand.map { "\($0.reason) \($0.priority)" } == expected, "\(status)")
        }
        // A row without money and items is read in full whatever the policy.
        let hollow = [OrderStatus.paid, .shipped, .closed].map { status in
            detailDemand(
                for: row(status, isSparse: true), isNew: isNew, isHistory: isHistory,
                policy: policy)
        }
        #expect(hollow.map { $0?.reason } == [.hollow, .hollow, .hollow])
        #expect(hollow.map { $0?.priority } == (isHistory ? [6, 7, 8] : [0, 2, 4]))
    }

    @Test(
        arguments: [
            (.paid, 0), (.partShipped, 0), (.unpaid, 1), (.shipped, 1), (.unknown, 1),
            (.completed, 2), (.closed, 2),
        ] as [(OrderStatus, Int64)])
    func whatIsToBeShippedComesFirst(status: OrderStatus, urgency: Int64) {
        let demand = detailDemand(
            for: row(status, isSparse: false), isNew: false, isHistory: false, policy: .changed)
        #expect(demand?.priority == urgency * 2 + 1)
    }
}
