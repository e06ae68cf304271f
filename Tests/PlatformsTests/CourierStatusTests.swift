import SyncCore
import Testing

@testable import Platforms

@Suite struct CourierStatusTests {
    private func unified(
        _ status: String, _ actions: [String], lastText: String = ""
    ) -> (status: ParcelStatus, unknownCount: Int) {
        let events = actions.enumerated().map { index, action in
            ParcelEvent(
                at: UTCInstant(seconds: Int64(index)),
                text: index == actions.count - 1 ? lastText : "", action: action)
        }
        return CourierStatus.unified(status: status, events: events)
    }

    /// Some couriers say the latest step first, and of one second as well.
    @Test(
        arguments: [
            ([(1, "a"), (2, "b"), (2, "c")], "abc"), ([(2, "c"), (2, "b"), (1, "a")], "abc"),
            ([(2, "b"), (1, "a"), (3, "c")], "abc"), ([(1, "a"), (1, "b")], "ab"),
            ([(3, "d"), (1, "a"), (1, "b"), (2, "c")], "abcd"),
            ([(2, "a"), (2, "b")], "ab"), ([], ""),
        ] as [([(Int64, String)], String)])
    func stepsStandInTheirOrder(reported: [(Int64, String)], expected: String) {
        let steps = reported.map {
            ParcelEvent(at: UTCInstant(seconds: $0.0), text: $0.1, action: "")
        }
        #expect(CourierStatus.chronological(steps).map(\.text).joined() == expected)
    }

    /// The platform's words alone (SDK of 2012).
    @Test(
        arguments: [
            ("", .unknown), ("等候发送给物流公司", .pending),
            ("已提交给物流公司,等待物流公司接单", .pending),
            ("已提交给物流公司，等待物流公司接单", .pending),
            ("已经确认消息接收，等待物流公司接单", .pending),
            ("已经确认消息接收,等待物流公司接单", .pending), ("物流公司已接单", .pending),
            ("物流公司不接单", .exception), ("物流公司揽收失败", .exception),
            ("物流公司揽收成功", .collected), ("签收失败", .exception),
            ("对方已签收", .delivered), ("对方拒绝签收", .exception),
        ] as [(String, ParcelStatus)])
    func theStatusReadsTheSummary(status: String, expected: ParcelStatus) {
        let verdict = unified(status, [])
        #expect(verdict.status == expected)
        #expect(verdict.unknownCount == 0)
    }

    /// The last known step, where the summary says less.
    @Test(
        arguments: [
            ("CREATE", .pending), ("CONSIGN", .pending), ("ACCEPT", .collected),
            ("GOT", .collected), ("ARRIVAL", .inTransit), ("ARRIVE", .inTransit),
            ("DEPARTURE", .inTransit), ("TO_EMS", .inTransit), ("OTHER", .inTransit),
            ("SENT_CITY", .outForDelivery), ("SENT_SCAN", .outForDelivery),
            ("SIGNED", .delivered), ("FAILED", .exception), ("REJECT", .exception),
            ("REJECTED", .exception), ("LOST", .exception), ("RETURN", .returned),
            ("RETURNED", .returned), ("sent_scan", .outForDelivery),
        ] as [(String, ParcelStatus)])
    func theStatusReadsTheSteps(action: String, expected: ParcelStatus) {
        for status in ["", "物流公司揽收成功", "物流公司已接单"] {
            let verdict = unified(status, ["GOT", action])
            #expect(verdict.status == expected, "\(status)")
            #expect(verdict.unknownCount == 0, "\(status)")
        }
    }

    @Test(
        arguments: [
            // What the courier confirms at the end stands above the steps.
            ("对方已签收", ["GOT"], "", .delivered, 0),
            ("对方已签收", ["GOT", "OTHER"], "", .delivered, 0),
            ("签收失败", ["SENT_SCAN"], "", .exception, 0),
            ("对方拒绝签收", ["SENT_SCAN", "RETURN"], "", .returned, 0),
            // Signed for, but by the sender.
            ("对方已签收", ["GOT", "SIGNED"], "快件已退回，寄件人签收", .returned, 0),
            ("", ["SIGNED"], "退件已签收", .returned, 0),
            ("", ["SIGNED"], "您的快件已签收", .delivered, 0),
            ("", ["GOT"], "客户要求退回", .collected, 0),
            // What no table contains is counted and guessed at as little as possible, but not
            // where a later code decides.
            ("火星已签收", [], "", .unknown, 1), ("火星已签收", ["GOT"], "", .collected, 0),
            ("火星", ["SIGNED"], "", .delivered, 0),
            ("火星", ["WARP", "SENT_SCAN"], "", .outForDelivery, 0),
            ("", ["WARP"], "", .inTransit, 1), ("", ["GOT", "WARP", "WARP"], "", .collected, 2),
            ("火星", ["WARP", "GOT", "", "X"], "", .collected, 1),
            ("物流公司揽收成功", ["WARP"], "", .collected, 0), ("", [""], "", .inTransit, 0),
            // A remark after the end takes nothing back.
            ("", ["SIGNED", "OTHER"], "", .delivered, 0),
            ("", ["GOT", "OTHER"], "", .inTransit, 0),
            ("", ["FAILED", "OTHER"], "", .exception, 0),
            // The states of the list of parcels.
            ("ACCEPTED_BY_RECEIVER", [], "", .delivered, 0), ("PICK_UP", [], "", .collected, 0),
            ("REJECTED_BY_RECEIVER", [], "", .exception, 0), ("SENDING", [], "", .pending, 0),
        ] as [(String, [String], String, ParcelStatus, Int)])
    func theStatusWeighsCodeAndText(
        status: String, actions: [String], lastText: String, expected: ParcelStatus, unknown: Int
    ) {
        let verdict = unified(status, actions, lastText: lastText)
        #expect(verdict.status == expected)
        #expect(verdict.unknownCount == unknown)
    }
}
