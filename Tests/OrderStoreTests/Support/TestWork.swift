import SyncCore

@testable import OrderStore

/// What tests ask of one shop of a store: its streams, its queues, its answers.
struct TestShop: Sendable {
    let store: OrderStore
    let id: ShopID
    /// Kept, because its file is removed with it.
    private let database: TestDatabase?
    /// Multiples of it are what parcels wait.
    static let plan = ParcelPlan(intervalSeconds: 100)

    init(store: OrderStore, id: ShopID) {
        self.store = store
        self.id = id
        database = nil
    }

    init(_ database: TestDatabase, _ name: String = "one") async throws {
        self.database = database
        store = try database.open()
        id = try await store.registerShop(name)
    }

    func stream(_ kind: StreamKind) -> StreamID { StreamID(shop: id, kind: kind) }

    /// Stores a page of a list.
    @discardableResult
    func list(
        _ orders: [TestOrder], _ kind: StreamKind = .orders,
        details: DetailPolicy = .changed, asked: Int64 = 1_000, freshFrom: Int64? = nil,
        isComplete: Bool = false
    ) async throws -> StoreOutcome {
        var change = LedgerChange(stream: stream(kind))
        change.askedAt = UTCInstant(seconds: asked)
        change.freshFrom = freshFrom.map { UTCInstant(seconds: $0) }
        var page = page(orders)
        page.askedMilliseconds = asked * 1_000
        page.isComplete = isComplete
        let commit = PageCommit(
            content: .orders(page), change: change, details: details, parcelPlan: Self.plan)
        return try await store.apply([.page(commit)], now: UTCInstant(seconds: asked))
    }

    /// Stores a page of refunds.
    @discardableResult
    func refunds(_ rows: [RefundRow], asked: Int64 = 1_000) async throws -> StoreOutcome {
        var change = LedgerChange(stream: stream(.refunds))
        change.askedAt = UTCInstant(seconds: asked)
        var page = RefundPage(refunds: rows, source: .list)
        page.askedMilliseconds = asked * 1_000
        let commit = PageCommit(content: .refunds(page), change: change)
        return try await store.apply([.page(commit)], now: UTCInstant(seconds: asked))
    }

    /// Finishes an entry of a queue.
    @discardableResult
    func finish(
        _ subject: WorkItem.Subject, _ outcome: WorkChange.Outcome, _ content: AnswerContent? = nil,
        asked: Int64 = 1_000
    ) async throws -> StoreOutcome {
        let finish = finishing(subject, outcome, content, asked: asked)
        return try await store.apply([.work(finish)], now: UTCInstant(seconds: asked))
    }

    func finishing(
        _ subject: WorkItem.Subject, _ outcome: WorkChange.Outcome, _ content: AnswerContent? = nil,
        asked: Int64 = 1_000
    ) -> WorkCompletion {
        let kind: StreamKind =
            switch subject {
            case .order: .details
            case .refund: .refunds
            case .parcel: .shipments
            case .goods: .prices
            }
        var content = content
        content?.stamp(askedMilliseconds: asked * 1_000)
        let change = WorkChange(
            stream: stream(kind), subject: subject, outcome: outcome,
            askedAt: UTCInstant(seconds: asked))
        return WorkCompletion(content: content, change: change, parcelPlan: Self.plan)
    }

    /// An order's answer in full.
    @discardableResult
    func detail(
        _ order: TestOrder, again: Int64 = 5_000, asked: Int64 = 1_000
    ) async throws -> StoreOutcome {
        let outcome = WorkChange.Outcome.read(elseAgainAt: UTCInstant(seconds: again))
        return try await finish(
            .order(order.id), outcome, .orders(page([order], .detail)), asked: asked)
    }

    /// What is given up was tried before.
    func giveUp(_ subject: WorkItem.Subject, _ end: WorkChange.Outcome) async throws {
        try await finish(subject, .again(at: UTCInstant(seconds: 1), error: "x"))
        try await finish(subject, end)
    }

    func load(_ kind: StreamKind, limit: Int = 100, by: Int64 = 1_000_000) async throws -> WorkLoad
    {
        try await store.loadWork(stream(kind), limit: limit, dueBy: UTCInstant(seconds: by))
    }
}

extension WorkItem {
    var name: String {
        switch subject {
        case .order(let id), .refund(let id): id
        case .parcel(let key): key.order + "/" + key.trackingNumber
        case .goods(let query): query.goods.joined(separator: ",")
        }
    }
}

extension TestItem {
    /// In a parcel.
    func sent(_ number: String, _ company: String? = nil, at: Int64? = nil) -> TestItem {
        with {
            $0.texts.append((\.trackingNumber, number))
            if let company { $0.texts.append((\.logisticsCompany, company)) }
            $0.shippedAt = at
        }
    }
}

extension RefundRow {
    /// A refund as lists state it.
    init(
        _ id: String, at modified: Int64, _ status: RefundStatus = .requested, fen: Int64? = 100,
        raw: String? = nil
    ) {
        self.init(id: id, modifiedAt: UTCInstant(seconds: modified))
        order = "o\(id)"
        item = "i\(id)"
        self.status = status
        platformStatus = "P_\(status.rawValue)"
        refundFen = fen
        self.raw = raw ?? "{\"\(id)\":\(modified),\"\(status)\":\(fen ?? -1)}"
        contentHash = self.raw.utf8.reduce(7) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    func with(_ change: (inout RefundRow) -> Void) -> RefundRow {
        var copy = self
        change(&copy)
        return copy
    }
}
