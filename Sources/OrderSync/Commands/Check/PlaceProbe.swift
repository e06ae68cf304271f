import Configuration
import OrderStore
import Platforms
import ProgramSupport
import SyncCore

/// Looks for `check` whether the PIDs that goods are watched for are the account's, and bound: one
/// call each, with the parameters that go with it.
struct PlaceProbe {
    let app: Configuration.App
    let configuration: Configuration

    /// Of one promoter's account; nothing where no goods are watched.
    func findings(_ shop: Configuration.Shop) async -> [CheckCommand.Finding] {
        let places = Self.places(of: shop)
        guard !places.isEmpty else { return [] }
        var gateway: PromoterGateway
        do {
            gateway = try await PromoterGateway(app, configuration, needsBook: false)
        } catch {
            return [Self.finding("app \(app.name)", CommandFailure(error))]
        }
        var found: [CheckCommand.Finding] = []
        for place in places { found.append(await finding(place, &gateway)) }
        return found
    }

    private struct Place: Hashable {
        var pid: String
        var customParameters: String
    }

    /// In the order of the configuration.
    private static func places(of shop: Configuration.Shop) -> [Place] {
        var places: [Place] = []
        for watch in shop.watches {
            let place = Place(pid: watch.pid, customParameters: watch.customParameters)
            if !places.contains(place) { places.append(place) }
        }
        return places
    }

    private func finding(
        _ place: Place, _ gateway: inout PromoterGateway
    ) async -> CheckCommand.Finding {
        let subject = "pid \(place.pid)"
        let question = DDKAccount.Question.isBound(
            pid: place.pid, customParameters: place.customParameters)
        do {
            let isBound = try await gateway.ask(question) { response, time throws(CallFailure) in
                try DDKAccount.isBound(response, at: time)
            }
            guard !isBound else {
                return CheckCommand.Finding(
                    subject: subject, isGood: true, text: "bound: products can be searched for")
            }
            return CheckCommand.Finding(
                subject: subject, isGood: false,
                text:
                    "not bound: until it is, each product costs a call, at the price for everyone; "
                    + "run `ordersync pid bind \(place.pid)\(Self.option(place))`",
                status: .notAuthorised)
        } catch {
            return Self.finding(subject, CommandFailure(error))
        }
    }

    private static func finding(
        _ subject: String, _ failure: CommandFailure
    ) -> CheckCommand.Finding {
        CheckCommand.Finding(
            subject: subject, isGood: false, text: failure.line, status: failure.status)
    }

    private static func option(_ place: Place) -> String {
        place.customParameters.isEmpty
            ? "" : " --custom-parameters '\(place.customParameters)'"
    }
}
