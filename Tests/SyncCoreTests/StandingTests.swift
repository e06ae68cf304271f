import Foundation
import Testing

@testable import SyncCore

/// The states of an app and of a shop, and the table of what a failure means.
@Suite struct StandingTests {
    /// The diagram in the header of `Standing` names every transition that changes the state, and
    /// no other.
    @Test func theDiagramMatchesTheTable() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/SyncCore/Machine/Policy/Standing.swift")
        let text = try String(contentsOf: source, encoding: .utf8)
        let header = text.prefix(
            upTo: try #require(text.firstRange(of: "struct Standing")).lowerBound)
        var drawn: Set<[String]> = []
        for line in header.split(separator: "\n") {
            guard let state = line.firstMatch(of: /^\/\/\/ {5}(\w+)/)?.1 else { continue }
            for arrow in line.matches(of: /──(\w+)──▶ (\w+)/) {
                drawn.insert([String(state), String(arrow.1), String(arrow.2)])
            }
        }
        var table: Set<[String]> = []
        for state in Standing.State.allCases {
            for event in Standing.Event.allCases {
                let next = Standing.next(state, event)
                if next != state { table.insert([state.rawValue, event.rawValue, next.rawValue]) }
            }
        }
        #expect(drawn == table)
    }

    private let start = MonotonicInstant(milliseconds: 1_000)

    @Test func aSuspensionIsProbedByOneCallAndEndsWithIt() {
        var standing = Standing()
        let probe = start.advanced(byMilliseconds: 500)
        let isNews = [1, 2].map { _ in
            standing.refuse(.unauthorised, code: "27", probeAt: probe)
        }
        #expect(isNews == [true, false])
        #expect(!standing.mayCall(now: start, callsInFlight: 0))
        #expect(standing.mayCall(now: probe, callsInFlight: 0))
        #expect(!standing.mayCall(now: probe, callsInFlight: 1))
        standing.sendProbe()
        let reason = standing.work()
        #expect(reason == .unauthorised)
        #expect(standing.isActive)
        #expect(standing.attempt == 0)
        #expect(standing.mayCall(now: start, callsInFlight: 7))
    }

    /// An answer to a call of before says nothing about the session that the shop has now.
    @Test func anotherSellersSessionWaitsForAChange() {
        var standing = Standing()
        let isNews = standing.waitForSession(code: "other")
        #expect(isNews)
        let worked = standing.work()
        let isRefused = standing.refuse(.refused, code: "x", probeAt: start)
        #expect(worked == nil)
        #expect(!isRefused)
        #expect(standing.state == .waiting)
        let never = start.advanced(byMilliseconds: 1 << 40)
        #expect(!standing.mayCall(now: never, callsInFlight: 0))
        standing.changeSession(now: start)
        #expect(standing.mayCall(now: start, callsInFlight: 0))
        let reason = standing.work()
        #expect(reason == .otherSeller)
    }

    // MARK: Failures

    private static let dispositions: [Disposition] = [
        .retry(afterSeconds: 3), .narrow(afterSeconds: nil), .throttled(.app, seconds: 5),
        .unauthorised, .misconfigured, .clockSkew, .badRequest, .notFound, .empty,
    ]

    /// Whom a failure concerns depends on the method: only what everything depends on may suspend a
    /// shop or an app.
    @Test func onlyEssentialMethodsSuspendAShopOrAnApp() {
        for method in CallMethod.allCases {
            let session = FailurePolicy.scope(of: .unauthorised, method: method)
            let app = FailurePolicy.scope(of: .misconfigured, method: method)
            #expect((session == .session) == method.isEssential, "\(method)")
            #expect((app == .app) == method.isEssential, "\(method)")
            #expect(
                FailurePolicy.scope(of: .throttled(.method, seconds: nil), method: method)
                    == .ban(.method, seconds: nil))
            #expect(FailurePolicy.scope(of: .clockSkew, method: method) == .clock)
            #expect(FailurePolicy.scope(of: .notFound, method: method) == .request)
        }
    }

    /// What a refusal of an app, a session or a method stopped is requested again unchanged.
    @Test(arguments: [FailurePolicy.Subject.window, .detail, .parcel, .price])
    func whatIsStoppedByOthersIsReleased(subject: FailurePolicy.Subject) {
        for disposition in [Disposition.throttled(.app, seconds: 5), .unauthorised, .misconfigured]
        {
            #expect(FailurePolicy.handling(of: disposition, for: subject) == .release)
        }
    }

    /// A passing fault never makes anything count as read or absent.
    @Test func passingFaultsProveNothing() {
        let passing: [Disposition] = [.retry(afterSeconds: nil), .narrow(afterSeconds: nil)]
        for subject in FailurePolicy.Subject.allCases {
            for disposition in passing + [.clockSkew] {
                switch FailurePolicy.handling(of: disposition, for: subject) {
                case .retry, .retryNarrower, .retryUpTo, .asPlannedOrSooner: break
                default: Issue.record("\(subject), \(disposition)")
                }
            }
        }
    }

    /// Nothing but a list, a trace or an audit can be answered by an error that means "nothing".
    @Test func nothingThereIsAnAnswerToFew() {
        let subjects = FailurePolicy.Subject.allCases.filter { subject in
            Self.dispositions.contains {
                FailurePolicy.handling(of: $0, for: subject) == .nothingThere
            }
        }
        #expect(subjects == [.window, .parcel, .audit])
    }
}
