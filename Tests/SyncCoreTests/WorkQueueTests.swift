import Testing

@testable import SyncCore

@Suite struct WorkQueueTests {
    private static let id = StreamID(shop: ShopID(1), kind: .details)

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func orders(_ ids: ClosedRange<Int>) -> [WorkItem] {
        ids.map { WorkItem(.order("\($0)")) }
    }

    private func queue(_ items: [WorkItem] = [], isAll: Bool = true) -> WorkQueue {
        var queue = WorkQueue(id: Self.id)
        _ = queue.wantsLoad(platformNow: UTCInstant(seconds: 0))
        queue.loaded(items, isAll: isAll, nextDue: nil)
        return queue
    }

    /// Asks about the first ready entry and stores the outcome.
    private func work(_ queue: inout WorkQueue, call: UInt64, due: UTCInstant? = nil) {
        guard let index = queue.readyIndices.first else { return }
        let subject = queue.held[index].item.subject
        queue.begin(index, call: CallID(call))
        queue.store(index)
        queue.stored(subject, due: due)
    }

    @Test func theQueueIsReadAtTheStartAndThenOnRequestOnly() {
        var queue = WorkQueue(id: Self.id)
        #expect(queue.wantsLoad(platformNow: at(0)) == WorkQueue.heldMax)
        #expect(queue.wantsLoad(platformNow: at(0)) == nil)
        queue.loaded([], isAll: true, nextDue: nil)
        #expect(queue.wantsLoad(platformNow: at(1_000_000)) == nil)
        queue.noteQueued()
        #expect(queue.wantsLoad(platformNow: at(1_000_000)) == WorkQueue.heldMax)
    }

    @Test func theQueueLooksAgainWhenSomethingFallsDue() {
        var queue = WorkQueue(id: Self.id)
        _ = queue.wantsLoad(platformNow: at(0))
        queue.loaded([], isAll: true, nextDue: at(90))
        queue.note(due: at(70))
        queue.note(due: at(80))
        #expect(queue.nextDue == at(70))
        #expect(queue.wantsLoad(platformNow: at(69)) == nil)
        #expect(queue.wantsLoad(platformNow: at(70)) != nil)
        #expect(queue.nextDue == nil)
    }

    @Test func theQueueLoadsMoreBeforeItRunsOut() {
        var queue = queue(orders(1...24), isAll: false)
        var call: UInt64 = 0
        while queue.held.count >= WorkQueue.readyMin {
            #expect(queue.wantsLoad(platformNow: at(0)) == nil)
            call += 1
            work(&queue, call: call)
        }
        #expect(queue.wantsLoad(platformNow: at(0)) == queue.held.count + WorkQueue.heldMax)
    }

    /// However much is due, and however many entries an answer holds.
    @Test func theQueueHoldsNoMoreThanItsBound() {
        var queue = queue(orders(1...1_000), isAll: true)
        #expect(queue.held.count == WorkQueue.heldMax)
        for call in UInt64(1)...17 { work(&queue, call: call) }
        // The rest was left behind: it is loaded though all was said to be there.
        #expect(queue.wantsLoad(platformNow: at(0)) != nil)
        queue.loaded(orders(18...1_000), isAll: true, nextDue: nil)
        #expect(queue.held.count == WorkQueue.heldMax)
        #expect(Set(queue.held.map(\.item.subject)).count == WorkQueue.heldMax)
    }

    @Test func whatIsHeldIsNotHeldTwice() {
        var queue = queue(orders(1...3))
        queue.begin(0, call: CallID(1))
        queue.begin(1, call: CallID(2))
        queue.store(1)
        queue.noteQueued()
        #expect(queue.wantsLoad(platformNow: at(0)) == 3 + WorkQueue.heldMax)
        queue.loaded(orders(1...4), isAll: true, nextDue: nil)
        #expect(queue.held.map(\.item.subject) == orders(1...4).map(\.subject))
        #expect(queue.index(of: CallID(1)) == 0)
        #expect(queue.callingCount == 1)
    }

    /// Queued after the database was looked at, and before the answer came.
    @Test func whatIsQueuedDuringALoadIsNotForgotten() {
        var queue = WorkQueue(id: Self.id)
        _ = queue.wantsLoad(platformNow: at(0))
        queue.noteQueued()
        #expect(queue.wantsLoad(platformNow: at(0)) == nil)
        queue.loaded([], isAll: true, nextDue: nil)
        #expect(queue.wantsLoad(platformNow: at(0)) != nil)
        queue.loaded([], isAll: true, nextDue: nil)
        #expect(queue.wantsLoad(platformNow: at(0)) == nil)
    }

    /// The database was looked at before the outcome was stored, and the answer comes after: the
    /// entry must not be asked about again, unless it is queued anew.
    @Test func whatEndedDuringALoadIsNotTakenUpAgain() {
        var queue = queue(orders(1...2))
        queue.begin(0, call: CallID(1))
        queue.noteQueued()
        _ = queue.wantsLoad(platformNow: at(0))
        queue.store(0)
        queue.stored(.order("1"), due: at(500))
        queue.loaded(orders(1...3), isAll: true, nextDue: at(500))
        #expect(queue.held.map(\.item.subject) == orders(2...3).map(\.subject))
        #expect(queue.nextDue == at(500))
        // It may be due again all the same: one more look decides.
        #expect(queue.wantsLoad(platformNow: at(0)) != nil)
        queue.loaded(orders(1...3), isAll: true, nextDue: nil)
        #expect(queue.held.map(\.item.subject) == [.order("2"), .order("3"), .order("1")])
    }

    /// It falls due while a load is under way that asked for what was due before.
    @Test func whatFallsDueDuringALoadIsLoadedNext() {
        var queue = queue()
        queue.note(due: at(10))
        queue.noteQueued()
        #expect(queue.wantsLoad(platformNow: at(9)) != nil)
        #expect(queue.wantsLoad(platformNow: at(10)) == nil)
        queue.loaded([], isAll: true, nextDue: nil)
        #expect(queue.wantsLoad(platformNow: at(10)) != nil)
    }

    @Test func aThrottledEntryIsReadyAgain() {
        var queue = queue(orders(1...2))
        queue.begin(0, call: CallID(1))
        #expect(queue.readyIndices == [1])
        queue.release(0)
        #expect(queue.readyIndices == [0])
        queue.begin(0, call: CallID(2))
        queue.askForParcels(0)
        #expect(queue.held[0].asksForParcels)
        #expect(queue.readyIndices == [1, 0])
    }

    @Test(
        arguments: [
            (.details, .details), (.refunds, .refunds), (.shipments, .shipments),
        ] as [(StreamKind, CallClass)])
    func everyQueueHasItsClass(kind: StreamKind, expected: CallClass) {
        #expect(WorkQueue(id: StreamID(shop: ShopID(1), kind: kind)).callClass == expected)
    }
}
