internal import SyncCore

/// The courier's words to the unified status: the Chinese status texts of
/// `taobao.logistics.trace.search` (SDK of 2012) and the action codes of single steps, which are
/// the couriers' own and the same on every platform (topic `LogsticDetailTrace`, and what fixtures
/// show besides).
enum CourierStatus {
    /// A parcel's steps in the order in which they happened. Some couriers list the latest first;
    /// steps of one second then stand the wrong way round as well.
    static func chronological(_ steps: [ParcelEvent]) -> [ParcelEvent] {
        let pairs = zip(steps, steps.dropFirst())
        let isLatestFirst =
            pairs.allSatisfy { $0.at >= $1.at } && pairs.contains { $0.at > $1.at }
        let listed = isLatestFirst ? steps.reversed() : steps
        return listed.enumerated().sorted {
            ($0.element.at.seconds, $0.offset) < ($1.element.at.seconds, $1.offset)
        }.map(\.element)
    }

    /// - Returns: the status, and how many texts and codes no table contains although the status
    ///   would need them: a code or text that another one makes up for is not counted.
    static func unified(
        status: String, events: [ParcelEvent]
    ) -> (status: ParcelStatus, unknownCount: Int) {
        let stated = texts[status] ?? shippingStates[status.uppercased()]
        var latest: ParcelStatus?
        var unknownSteps = 0
        for event in events {
            guard let known = actions[event.action.uppercased()] else {
                if !event.action.isEmpty { unknownSteps += 1 }
                continue
            }
            unknownSteps = 0
            // Any remark that follows the end of the way.
            if event.action.uppercased() == "OTHER", let latest, !latest.precedesTransit {
                continue
            }
            latest = known
        }
        if let last = events.last, isReturn(last.text), latest == .delivered {
            return (.returned, 0)
        }
        switch stated {
        case .delivered: return (.delivered, 0)
        case .exception: return (latest == .returned ? .returned : .exception, 0)
        case .pending, .collected, .inTransit, .outForDelivery, .returned, .replaced, .unknown,
            nil:
            break
        }
        // The steps state more than the summary.
        if let latest { return (latest, unknownSteps) }
        if let stated { return (stated, 0) }
        let unknown = unknownSteps + (status.isEmpty ? 0 : 1)
        return (events.isEmpty ? .unknown : .inTransit, unknown)
    }

    /// A parcel that is signed for after it was sent back has come back.
    private static func isReturn(_ text: String) -> Bool {
        ["退回", "退件", "返回寄件"].contains { text.contains($0) }
    }

    private static let texts: [String: ParcelStatus] = [
        "等候发送给物流公司": .pending,
        "已提交给物流公司,等待物流公司接单": .pending,
        "已提交给物流公司，等待物流公司接单": .pending,
        "已经确认消息接收，等待物流公司接单": .pending,
        "已经确认消息接收,等待物流公司接单": .pending,
        "物流公司已接单": .pending,
        "物流公司不接单": .exception,
        "物流公司揽收失败": .exception,
        "物流公司揽收成功": .collected,
        "签收失败": .exception,
        "对方已签收": .delivered,
        "对方拒绝签收": .exception,
    ]

    /// The states of `taobao.logistics.orders.get` (api:235).
    private static let shippingStates: [String: ParcelStatus] = [
        "CREATED": .pending,
        "RECREATED": .pending,
        "SENDING": .pending,
        "ACCEPTING": .pending,
        "ACCEPTED": .pending,
        "PICK_UP": .collected,
        "PICK_UP_FAILED": .exception,
        "REJECTED": .exception,
        "CANCELLED": .exception,
        "CLOSED": .exception,
        "LOST": .exception,
        "REJECTED_BY_RECEIVER": .exception,
        "ACCEPTED_BY_RECEIVER": .delivered,
    ]

    private static let actions: [String: ParcelStatus] = [
        "CREATE": .pending,
        "CONSIGN": .pending,
        "ACCEPT": .collected,
        "GOT": .collected,
        "ARRIVAL": .inTransit,
        "ARRIVE": .inTransit,
        "DEPARTURE": .inTransit,
        "TO_EMS": .inTransit,
        "OTHER": .inTransit,
        "SENT_CITY": .outForDelivery,
        "SENT_SCAN": .outForDelivery,
        "SIGNED": .delivered,
        "SIGN": .delivered,
        "FAILED": .exception,
        "REJECT": .exception,
        "REJECTED": .exception,
        "LOST": .exception,
        "RETURN": .returned,
        "RETURNED": .returned,
    ]
}

extension ParcelStatus {
    /// Nothing is known yet of its way between the cities.
    fileprivate var precedesTransit: Bool { self == .pending || self == .collected }
}
