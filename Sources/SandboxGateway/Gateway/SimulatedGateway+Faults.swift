internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The answer of a call that never reaches the gateway's own checks.
    mutating func answerInstead(_ fault: InjectedFault?) -> GatewayAnswer? {
        switch fault {
        case .serverError:
            return answer([], status: 503)
        case .htmlPage:
            let page =
                "<html><head><title>502 Bad Gateway</title></head>"
                + "<body>502 Bad Gateway</body></html>\n"
            var answer = answer(Array(page.utf8), status: random.chance(0.5) ? 200 : 502)
            answer.contentType = "text/html"
            return answer
        case .reset:
            var answer = answer([])
            answer.fate = .reset
            return answer
        case .hang where behaviour.hangMilliseconds == 0:
            var answer = answer([])
            answer.fate = .lost
            return answer
        default: return nil  // These let the call through and take effect later.
        }
    }

    mutating func damage(_ answer: inout GatewayAnswer, _ fault: InjectedFault?) {
        switch fault {
        case .hang:
            answer.delayMilliseconds += behaviour.hangMilliseconds
        case .truncated:
            answer.fate = .cut
        case .garbage:
            // Cut anywhere, or overwritten in the middle.
            let place = random.below(max(1, answer.body.count))
            if random.chance(0.5) {
                answer.body.removeSubrange(place...)
            } else {
                let noise = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                answer.body.replaceSubrange(place..<min(place + 16, answer.body.count), with: noise)
            }
        default: break  // The others have been served.
        }
    }

    /// Faults of a page's rows.
    mutating func disturb(
        _ page: inout OrderPlaces, _ shop: Int, _ fault: InjectedFault?
    ) {
        switch fault {
        case .shuffled:
            page.serials.shuffle(using: &random)
        case .outOfWindow:
            let count = world.shops[shop].orders.count
            guard !page.serials.isEmpty else { return }
            page.serials[random.below(page.serials.count)] = random.below(count)
        default: break  // The other faults do not concern a page's rows.
        }
    }
}
