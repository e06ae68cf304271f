internal import SyncCore

/// The courier's words to the unified status: the Chinese status texts of
/// `taobao.logistics.trace.search` (SDK of 2012) and the action codes of single steps, which are
/// the couriers' own and the same on every platform (topic `LogsticDetailTrace`, and what fixtures
/// show besides).
enum CourierStatus {
    /// A parcel's steps in the order in which they happened. Some couriers tell the latest first;
    /// steps of one second then stand the wrong way round as well.
    static func chronological(_ steps: [ParcelEvent]) -> [ParcelEvent] {
        let pairs = zip(steps, steps.dropFirst())
        let isLatestFirst =
            pairs.allSatisfy { $0.at >= $1.at } && pairs.contains { $0.at > $1.at }
        let told = isLatestFirst ? steps.reversed() : steps
        return told.enumerated().sorted {
            ($0.element.at.seconds, $0.offset) < ($1.element.at.seconds, $1.offset)
        }.map(\.element)
    }

    static func unified(
        status: String, events: [ParcelEvent]
    ) -> (status: ParcelStatus, unknownCount: Int) {
        let said = texts[status]
        var unknown = said == nil && !status.isEmpty ? 1 : 0
        var latest: ParcelStatus?
        for event in events {
            guard let known = actions[event.action.uppercased()] else {
                if !event.action.isEmpty { unknown += 1 }
                continue
            }
            latest = known
        }
        if let last = events.last, isReturn(last.text), latest == .delivered {
            return (.returned, unknown)
        }
        switch said {
        case .delivered: return (.delivered, unknown)
        case .exception: return (latest == .returned ? .returned : .exception, unknown)
        case .pending, .collected, .inTransit, .outForDelivery, .returned, .unknown, nil: break
        }
        // The steps tell more than the summary.
        if let latest { return (latest, unknown) }
        if let said { return (said, unknown) }
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
