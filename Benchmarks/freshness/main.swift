import SyncCore

func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}

func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

print(pad("scenario", 34), pad("bound s", 9), pad("mean", 7), pad("worst", 7), "live calls by hour")
for scenario in Scenario.all {
    var world = World(scenario, seed: 7, hours: 48)
    world.run()
    let (mean, worst) = world.staleness
    let bound = scenario.bound
    print(
        pad(scenario.name, 34), pad(short(bound), 9), pad(short(mean / bound), 7),
        pad(short(worst / mean), 7),
        world.liveCallsByHour.map(String.init).joined(separator: " "))
    print("  calls", world.callsByClass.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
}
